/*
 * Whom sessions have seen: the template of a face (vision/template.h) and keyed hashes of the document's
 * numbers, kept for a while to be compared with those of later sessions of the same relying party. Both are
 * sealed together with a key of the deployment, made when it is first needed, itself sealed under SECRET_KEY;
 * the numbers are hashed under another key that comes from it. So a new SECRET_KEY changes nothing of what is
 * kept.
 */
#pragma once

#include "store/session.h"

enum {
        PEOPLE_KEY_LEN = 32,
        PEOPLE_NUMBER_LEN = 1 + 32,
        PEOPLE_NUMBERS_MAX = 3,
        PEOPLE_SEALED_MAX = 16 * 1024
};

struct people_keys {
        uint8_t seal[PEOPLE_KEY_LEN], number[PEOPLE_KEY_LEN];
};

/* Within a write. Of two who hold the keys the second waits until the first is committed: what one adds the
 * other sees. Wipe them. */
NODISCARD enum rc people_keys_take(struct tx *tx, struct people_keys *ret);
/* Only to look: *ret_found false where there are none yet. */
NODISCARD enum rc people_keys_find(struct tx *tx, struct people_keys *ret, bool *ret_found);
void people_keys_wipe(struct people_keys *keys); /* fits CLEANUP */
/* Seal the key under the current SECRET_KEY. */
NODISCARD enum rc people_keys_rewrap(struct tx *tx);

struct person {
        int64_t number; /* grows in the order in which they were added */
        char session_id[ID_MAX];
        struct str numbers; /* PEOPLE_NUMBER_LEN bytes each: its kind, its hash; at most PEOPLE_NUMBERS_MAX */
        struct str template; /* may be empty */
};

/* `kind` tells numbers of one sort from those of another. PEOPLE_NUMBER_LEN bytes are appended. */
void people_hash_number(const struct people_keys *keys, uint8_t kind, struct str number, struct buf *ret);

/* Add the person of the session, once; keep them until `expires_at_ms`. The number is given here. */
NODISCARD enum rc people_add(struct tx *tx, const struct people_keys *keys, const struct session *session,
                             const struct person *person, int64_t now_ms, int64_t expires_at_ms);
/* Those behind `after` whom sessions of the same relying party have seen and whose time is not over, at most
 * `max`, in an array in the arena. One that does not open is passed over. *ret_last: the number to go on
 * from; *ret_more. */
NODISCARD enum rc people_list(struct tx *tx, const struct people_keys *keys, struct str rp_id, int64_t after,
                              int64_t now_ms, int64_t max, struct person **ret, size_t *ret_len,
                              int64_t *ret_last, bool *ret_more);

/* Cleanup: forget up to `max` whose time is over, or who were seen before `before_ms`; the sessions' ids, an
 * array in the arena. */
NODISCARD enum rc people_forget_old(struct tx *tx, int64_t now_ms, int64_t before_ms, int64_t max,
                                    struct str **ret_ids, size_t *ret_len);
/* How many are kept. */
NODISCARD enum rc people_count(struct tx *tx, int64_t *ret);
