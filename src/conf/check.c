#include "conf/key.h"

enum { SMS_BREAKER_LEAST = 50 }; /* fewer say little about what people do */

bool conf_listens_on_loopback(const struct conf *conf)
{
        struct str at = str_from(conf->listen);
        return str_starts_with(at, STR("127.")) || str_starts_with(at, STR("localhost:")) ||
               str_starts_with(at, STR("[::1]:"));
}

static enum rc need(struct op *op, const char *name, const char *value, const char *because)
{
        return *value ? RC_OK : op_fail(op, RC_CONFIG, "%s: must be set when %s", name, because);
}

static enum rc check_sms(struct op *op, const struct conf *conf)
{
        static const char because[] = "SMS_PROVIDER=twilio";
        if (conf->sms_provider != CONF_SMS_TWILIO)
                return RC_OK;
        if (need(op, "TWILIO_ACCOUNT_SID", conf->twilio_account_sid, because) ||
            need(op, "TWILIO_AUTH_TOKEN", conf->twilio_auth_token, because))
                return op->rc;
        if (*conf->twilio_messaging_service_sid)
                return RC_OK;
        return need(op, "TWILIO_PHONE_NUMBER", conf->twilio_phone_number, because);
}

static enum rc check_ocr(struct op *op, const struct conf *conf)
{
        static const char because[] = "OCR_PROVIDER=naver_clova";
        if (conf->ocr_provider != CONF_OCR_NAVER_CLOVA)
                return RC_OK;
        enum rc rc = need(op, "NAVER_CLOVA_API_URL", conf->naver_clova_api_url, because);
        return rc ? rc : need(op, "NAVER_CLOVA_SECRET_KEY", conf->naver_clova_secret_key, because);
}

static enum rc check_urls(struct op *op, const struct conf *conf)
{
        struct str database = str_from(conf->database_url), origin = str_from(conf->public_origin);
        if (!str_starts_with(database, STR("sqlite:")) && !str_starts_with(database, STR("postgresql://")) &&
            !str_starts_with(database, STR("postgres://")))
                return op_fail(op, RC_CONFIG,
                               "DATABASE_URL: takes sqlite:PATH or postgresql://user@host/name");
        if (!str_starts_with(str_from(conf->blob_url), STR("file:")))
                return op_fail(op, RC_CONFIG, "BLOB_URL: takes file:FOLDER");
        if (origin.len == 0)
                return RC_OK;
        size_t scheme = str_starts_with(origin, STR("https://"))  ? 8
                        : str_starts_with(origin, STR("http://")) ? 7
                                                                  : 0;
        struct str host = str_sub(origin, scheme, origin.len);
        if (scheme == 0 || host.len == 0 || str_find(host, '/') >= 0 || str_find(host, ' ') >= 0)
                return op_fail(op, RC_CONFIG,
                               "PUBLIC_ORIGIN: takes scheme and host alone, like https://id.example.org");
        return RC_OK;
}

/* Limits of which each has its own or that of another. */
void conf_derive_limits(struct conf *conf)
{
        const struct {
                int64_t *limit, follows;
        } table[] = {
            {&conf->sms_per_day, 3 * conf->sms_per_hour},
            {&conf->email_per_day, 3 * conf->email_per_hour},
            {&conf->api_per_day, 10 * conf->api_per_hour},
            {&conf->sms_per_block_hour, (conf->sms_budget_per_hour + 9) / 10},
        };
        for (size_t i = 0; i < LEN(table); i++)
                if (*table[i].limit < 0)
                        *table[i].limit = table[i].follows;
}

static enum rc check_breaker(struct op *op, const struct conf *conf)
{
        if (conf->sms_breaker_window == 0 || conf->sms_breaker_window >= SMS_BREAKER_LEAST)
                return RC_OK;
        return op_fail(op, RC_CONFIG, "SMS_BREAKER_WINDOW: takes 0, or a whole number from %d to 1000",
                       SMS_BREAKER_LEAST);
}

static enum rc check_prefixes(struct op *op, const struct conf *conf)
{
        struct str rest = str_from(conf->sms_allowed_prefixes), prefix;
        while (str_split(&rest, ',', &prefix)) {
                prefix = str_trim(prefix);
                int64_t number;
                if (!str_starts_with(prefix, STR("+")) ||
                    !str_to_int(str_sub(prefix, 1, prefix.len), 1, INT64_MAX, &number))
                        return op_fail(op, RC_CONFIG,
                                       "SMS_ALLOWED_PREFIXES: takes + and digits, comma between, like "
                                       "+8210,+8211");
        }
        return RC_OK;
}

enum rc conf_check(struct op *op, const struct conf *conf)
{
        if (conf->debug && !conf_listens_on_loopback(conf))
                return op_fail(op, RC_CONFIG,
                               "DEBUG: demo mode shows codes and listens on loopback only; set DEBUG=false "
                               "or LISTEN=127.0.0.1:8080");
        if (check_sms(op, conf) || check_ocr(op, conf) || check_urls(op, conf) || check_breaker(op, conf) ||
            check_prefixes(op, conf))
                return op->rc;
        if (conf->email_backend == CONF_EMAIL_SMTP &&
            need(op, "EMAIL_HOST", conf->email_host, "EMAIL_BACKEND=smtp"))
                return op->rc;
        if (conf->consent_required && conf->id_number_storage == CONF_ID_NUMBER_ENCRYPTED &&
            need(op, "CONSENT_FILE", conf->consent_file,
                 "ID_NUMBER_STORAGE=encrypted: the built-in text says that identity numbers are not kept"))
                return op->rc;
        if (*conf->email_host_user && !conf->email_use_tls && conf->email_port != 465)
                return op_fail(op, RC_CONFIG,
                               "EMAIL_USE_TLS: a password is never sent without TLS; set it to true");
        return RC_OK;
}
