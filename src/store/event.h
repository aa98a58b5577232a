/*
 * The log of what happened, in table `logs`: append only. IP and user agent are the op's client's. Metadata
 * is JSON without personal data, or with masked data only.
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
        X(PERSONAL_DATA_READ,     "personal_data_read")
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

struct event {
        char id[ID_MAX];
        enum event_type type;
        struct str session_id; /* or null */
        struct str ip, user_agent;
        struct str metadata; /* JSON object, or null */
        int64_t created_at_ms;
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
