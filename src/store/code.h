/*
 * One-time codes, by SMS and by mail. The rules are the same for both, so one implementation serves two
 * tables, chosen by the channel. The address is sealed; lookups across sessions go by its keyed hash.
 */
#pragma once

#include "store/session.h"

enum code_channel { CODE_PHONE, CODE_EMAIL };
enum code_delivery { CODE_QUEUED, CODE_SENT, CODE_DELIVERED, CODE_UNDELIVERED };

enum { CODE_HASH_LEN = 32 };

struct code {
        char id[ID_MAX];
        char session_id[ID_MAX];
        enum code_channel channel;
        struct str address; /* normalised; null where it was loaded without its session */
        uint8_t hash[CODE_HASH_LEN];
        int64_t created_at_ms, expires_at_ms, used_at_ms, voided_at_ms;
        int64_t attempts;
        enum code_delivery delivery;
        struct str job_id;
        struct str provider_ref; /* the provider's own id of the message, or null */
};

struct code_new {
        enum code_channel channel;
        const char *id; /* made before by id_make, so that the hash may bind it; NULL makes one */
        struct str address;
        uint8_t hash[CODE_HASH_LEN]; /* keyed, made by the caller */
        struct str link;             /* token of the mail's link, in clear; its hash is stored. May be null */
        struct str job_id;           /* of the job that sends it; may be null */
        int64_t now_ms, expires_at_ms;
};

/* Voids the session's earlier codes on this channel, then inserts. */
NODISCARD enum rc code_insert(struct tx *tx, const struct session *session, const struct code_new *new,
                              char ret_id[ID_MAX]);

/* The session's latest code that was not voided; where `address` is not null, only if it went there.
 * RC_NO_PENDING_VERIFICATION where there is none. Used and expired ones are found: callers judge. */
NODISCARD enum rc code_load_latest(struct tx *tx, const struct session *session, enum code_channel channel,
                                   struct str address, struct code *ret);
/* By id; without a session (NULL) the address stays null. RC_VERIFICATION_NOT_FOUND. */
NODISCARD enum rc code_load(struct tx *tx, const struct session *session, enum code_channel channel,
                            struct str id, struct code *ret);
/* By the token of the mail's link, or by the provider's id of the message. Address null.
 * RC_VERIFICATION_NOT_FOUND. */
NODISCARD enum rc code_load_by_link(struct tx *tx, enum code_channel channel, struct str link,
                                    struct code *ret);
NODISCARD enum rc code_load_by_provider_ref(struct tx *tx, enum code_channel channel, struct str provider_ref,
                                            struct code *ret);

/*
 * Count one attempt, to be committed before the codes are compared. *ret_attempts is how many that makes,
 * this one included; 0 where none was left (`attempts_max` made, used, voided or expired): then do not
 * compare. One statement, so that of any number of parallel attempts exactly `attempts_max` are counted.
 */
NODISCARD enum rc code_count_attempt(struct tx *tx, enum code_channel channel, const char *id,
                                     int64_t attempts_max, int64_t now_ms, int64_t *ret_attempts);
/* *ret_won: this call used it, no other did before, and it was neither voided nor expired. */
NODISCARD enum rc code_mark_used(struct tx *tx, enum code_channel channel, const char *id, int64_t now_ms,
                                 bool *ret_won);
/* Attempts of the session on this channel, over all codes that were not used: the wrong ones. */
NODISCARD enum rc code_count_wrong(struct tx *tx, enum code_channel channel, const char *session_id,
                                   int64_t *ret_wrong);
/* Of the last `max` codes that went out after `from_ms` and not after `to_ms`, how many there are and how
 * many were used. Those that the provider refused, or has not taken yet, did not go out. Quick for CODE_PHONE
 * alone. */
NODISCARD enum rc code_count_returned(struct tx *tx, enum code_channel channel, int64_t from_ms,
                                      int64_t to_ms, int64_t max, int64_t *ret_sent, int64_t *ret_returned);
/* What became of the message. `provider_ref` null leaves what is there. A word from the provider never takes
 * DELIVERED back to SENT or QUEUED. */
NODISCARD enum rc code_set_delivery(struct tx *tx, enum code_channel channel, const char *id,
                                    enum code_delivery delivery, struct str provider_ref);
/* Cleanup, after the clock was set back: void what was made after `after_ms`, or it would live its life
 * again. */
NODISCARD enum rc code_void_made_after(struct tx *tx, enum code_channel channel, int64_t after_ms,
                                       int64_t now_ms);
/* Void one, so that it can no longer be used (it could not be delivered). */
NODISCARD enum rc code_void(struct tx *tx, enum code_channel channel, const char *id, int64_t now_ms);
