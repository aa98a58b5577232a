/*
 * The keys that sign results, as the program keeps them: sealed. What they are is told by crypto/jws.h.
 */
#pragma once

#include "store/store.h"

struct signing_key {
        struct str kid, sealed;
        int64_t created_at_ms, retired_at_ms;
};

NODISCARD enum rc signing_key_insert(struct tx *tx, struct str kid, struct str sealed, int64_t now_ms);
/* All others but this one. */
NODISCARD enum rc signing_key_retire_others(struct tx *tx, struct str kid, int64_t now_ms);
NODISCARD enum rc signing_key_reseal(struct tx *tx, struct str kid, struct str sealed);
/* Those that were not retired before `before_ms`, the one to sign with first; an array in the arena. */
NODISCARD enum rc signing_key_list(struct tx *tx, int64_t before_ms, int64_t max, struct signing_key **ret,
                                   size_t *ret_len);
