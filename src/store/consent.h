/*
 * What an applicant agreed to: the text that was shown, by version and hash, and the items of it. Told once
 * and never changed. Outlives the session's erasure without the address that it came from.
 */
#pragma once

#include "crypto/hash.h"
#include "store/session.h"

struct consent {
        char id[ID_MAX];
        struct str version;
        struct hash text_hash;
        enum lang lang;
        struct str items; /* words with a comma between */
        struct str purpose;
        int64_t retention_days; /* 0: until it is erased */
        int64_t created_at_ms;
        struct str ip; /* sealed in the row; null once erased */
};

/* The id is made here. */
NODISCARD enum rc consent_insert(struct tx *tx, const struct session *session, const struct consent *consent);
/* All of the session, oldest first; an array in the arena. */
NODISCARD enum rc consent_list(struct tx *tx, const struct session *session, struct consent **ret,
                               size_t *ret_len);
