/*
 * Configuration: one table of keys (keys.c) from which the parser, `bonin help env` and .env.example come. A
 * value is taken from the command line, else the environment, else the env file, else the table's default.
 * Loaded once before any thread starts, and read-only from then on.
 */
#pragma once

#include "base/op.h"

enum conf_sms { CONF_SMS_CONSOLE, CONF_SMS_FILE, CONF_SMS_TWILIO };
enum conf_email { CONF_EMAIL_CONSOLE, CONF_EMAIL_FILE, CONF_EMAIL_SMTP };
enum conf_ocr { CONF_OCR_TESSERACT, CONF_OCR_NAVER_CLOVA };
enum conf_authenticity { CONF_AUTHENTICITY_REPORT, CONF_AUTHENTICITY_REJECT };
enum conf_repeated { CONF_REPEATED_REPORT, CONF_REPEATED_REJECT };
enum conf_liveness { CONF_LIVENESS_EITHER, CONF_LIVENESS_ACTIVE, CONF_LIVENESS_PASSIVE };
enum conf_id_number { CONF_ID_NUMBER_MASKED, CONF_ID_NUMBER_ENCRYPTED };

struct conf {
        bool debug;
        char *listen;
        char *data_dir;
        char *public_origin;
        bool public_sessions;
        char *cors_allowed_origins;
        char *trusted_proxies;
        int64_t workers; /* -1: as many as cores */
        int64_t max_connections;
        int64_t max_connections_per_ip;

        char *secret_key;
        char *secret_key_previous;

        char *database_url;
        char *blob_url;

        int64_t sms_provider; /* enum conf_sms */
        char *sms_file;
        char *twilio_account_sid;
        char *twilio_auth_token;
        char *twilio_phone_number;
        char *twilio_messaging_service_sid;
        char *twilio_api_url;

        int64_t email_backend; /* enum conf_email */
        char *email_dir;
        char *email_host;
        int64_t email_port;
        bool email_use_tls;
        char *email_host_user;
        char *email_host_password;
        char *email_from;
        char *email_ca_file;

        char *service_name;
        int64_t ocr_provider; /* enum conf_ocr */
        char *naver_clova_api_url;
        char *naver_clova_secret_key;
        char *model_dir;
        int64_t id_card_max_file_size;
        double id_card_min_confidence;
        int64_t document_authenticity; /* enum conf_authenticity */
        int64_t repeated_selfie;       /* enum conf_repeated */
        double face_match_threshold;   /* 0: the model manifest's */
        double liveness_threshold;     /* 0: the model manifest's */
        int64_t liveness_mode;         /* enum conf_liveness */
        int64_t id_number_storage;     /* enum conf_id_number */

        int64_t code_length;
        int64_t code_minutes;
        int64_t code_attempts;
        int64_t sms_cooldown_s;
        int64_t email_cooldown_s;
        int64_t sms_per_hour, sms_per_day;
        int64_t email_per_hour, email_per_day;
        int64_t api_per_hour, api_per_day;
        int64_t session_sends_per_hour, session_sends_per_day;
        int64_t code_checks_per_hour, code_checks_per_day;
        int64_t challenges_per_hour, challenges_per_day;
        int64_t session_hours;
        int64_t token_hours;
        int64_t retention_days;
        int64_t image_retention_days;
        int64_t frame_hash_days;
        int64_t face_retention_days;
        int64_t duplicate_face_days; /* 0: off */
        int64_t log_retention_days;
        bool consent_required;
        char *consent_file;

        char *sms_allowed_prefixes;
        int64_t sms_budget_per_hour;
        int64_t sms_per_block_hour;
        int64_t sms_breaker_window; /* 0: off */
        double sms_breaker_share;
        int64_t sms_breaker_grace_s;
        int64_t sms_breaker_pause_minutes;

        struct buf notes; /* to be shown: a line for each key of the env file that is none, maybe a slip */
};

/* A value given on the command line: wins over everything. */
struct conf_override {
        const char *key;
        const char *value; /* NULL: not given */
};

/*
 * Load into *ret. `env_file` NULL: ./.env where it exists; a file that was named must exist. RC_CONFIG: the
 * op's `why` is one line that names the key and says what it takes. Release with conf_release (also after a
 * failure).
 */
NODISCARD enum rc conf_load(struct op *op, const char *env_file, const struct conf_override *overrides,
                            size_t overrides_len, struct conf *ret);
void conf_release(struct conf *conf); /* wipes the secrets */

/* Whether LISTEN names a loopback address. */
bool conf_listens_on_loopback(const struct conf *conf);

/* The text of .env.example: every key with its default and what it does. */
void conf_example(struct buf *buf);
