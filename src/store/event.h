/*
 * The log of what happened, in table `logs`: append only, numbered in order of writing. IP and user agent are
 * the op's client's. Metadata is JSON without personal data, or with masked data only. What shows that
 * nothing was changed is told in check/ledger.h. What is personal in an entry is blanked when its time is
 * over; that it happened, when, and in which session, stays.
 */
#pragma once

#include "store/store.h"

/* clang-format off */
#define EVENT_TABLE(X) \
        X(SESSION_CREATED,        "session_created")        \
        X(PHONE_SENT,             "phone_sent")             \
        X(PHONE_VERIFIED,         "phone_verified")         \
        X(EMAIL_SENT,             "email_sent")             \
        X(EMAIL_VERIFIED,         "email_verified")         \
        X(ID_CARD_UPLOADED,       "id_card_uploaded")       \
        X(ID_CARD_VERIFIED,       "id_card_verified")       \
        X(ID_CARD_WITHDRAWN,      "id_card_withdrawn")      \
        X(FACE_UPLOADED,          "face_uploaded")          \
        X(FACE_VERIFIED,          "face_verified")          \
        X(VERIFICATION_COMPLETED, "verification_completed") \
        X(VERIFICATION_FAILED,    "verification_failed")    \
        X(CODE_REJECTED,          "code_rejected")          \
        X(RATE_LIMITED,           "rate_limited")           \
        X(DELIVERY_FAILED,        "delivery_failed")        \
        X(SESSION_EXPIRED,        "session_expired")        \
        X(PERSONAL_DATA_ERASED,   "personal_data_erased")   \
        X(REVIEW_DECIDED,         "review_decided")         \
        X(TOKEN_INTROSPECTED,     "token_introspected")     \
        X(PERSONAL_DATA_READ,     "personal_data_read")     \
        X(SENDING_STOPPED,        "sending_stopped")        \
        X(SENDING_RESUMED,        "sending_resumed")        \
        X(CONSENT_GIVEN,          "consent_given")          \
        X(API_KEY_CREATED,        "api_key_created")        \
        X(API_KEY_REVOKED,        "api_key_revoked")
/* clang-format on */

enum event_type {
#define X(name, text) EVENT_##name,
        EVENT_TABLE(X)
#undef X
            EVENT_TYPE_COUNT
};

const char *event_type_name(enum event_type type);
NODISCARD bool event_type_parse(struct str name, enum event_type *ret);

/* `session_id` may be NULL; `metadata` is a JSON object or null. */
NODISCARD enum rc event_append(struct tx *tx, enum event_type type, const char *session_id,
                               struct str metadata, int64_t now_ms);

enum { EVENT_SALT_LEN = 16 };

struct event {
        int64_t number; /* from 1; there may be gaps */
        enum event_type type;
        struct str session_id; /* or null */
        struct str ip, user_agent;
        struct str metadata; /* JSON object, or null */
        int64_t created_at_ms;
        struct str salt; /* null once ip, user agent and metadata were taken out */
};

struct event_filter {
        struct str session_id; /* null: all */
        bool by_type;
        enum event_type type;
        int64_t from_ms, to_ms; /* at or after, before; 0: open */
};

/* Newest first; an array in the arena. *ret_total counts all pages. */
NODISCARD enum rc event_list(struct tx *tx, const struct event_filter *filter, struct page page,
                             struct event **ret, size_t *ret_len, int64_t *ret_total);

/* Those with numbers after `after`, at most `max`, in order; an array in the arena. */
NODISCARD enum rc event_load_after(struct tx *tx, int64_t after, int64_t max, struct event **ret,
                                   size_t *ret_len);
/* How many have numbers up to this one. */
NODISCARD enum rc event_count(struct tx *tx, int64_t upto, int64_t *ret);
/* The last of a session with a number up to this one; 0: none. */
NODISCARD enum rc event_last_of(struct tx *tx, struct str session_id, int64_t upto, int64_t *ret);
/* Within a write: the highest number so far. All numbers up to it are settled: none of them is still to be
 * written by a transaction that has not ended. Until this tx is over nobody appends. */
NODISCARD enum rc event_settle(struct tx *tx, int64_t *ret);

/* Blank what the session's entries tell of the applicant. Who read, judged or erased stays told. */
NODISCARD enum rc event_redact_session(struct tx *tx, struct str session_id, int64_t *ret_count);
/* Cleanup, up to `max` at a time, in order: blank entries from before `before_ms`, up to the first that is
 * not. Each is blanked once. */
NODISCARD enum rc event_redact_before(struct tx *tx, int64_t before_ms, int64_t max, int64_t *ret_count);
/* The numbers from `after` to `upto` of entries that are blank without a reason: they are of `since_ms` or
 * later, and their session was not erased or they tell who handled it. An array in the arena. */
NODISCARD enum rc event_find_unduly_blank(struct tx *tx, int64_t after, int64_t upto, int64_t since_ms,
                                          int64_t **ret, size_t *ret_len);
