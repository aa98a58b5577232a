/*
 * The last leaf of each session that was met: where the chain of a session's entries in the log goes on.
 */
#pragma once

#include "crypto/hash.h"
#include "store/store.h"

struct chain {
        char session_id[ID_MAX]; /* empty: a free slot */
        struct hash leaf;
};

struct chains {
        struct chain *slots;
        size_t len, cap; /* cap: a power of two, at most half of it taken */
};

/* A zeroed one is empty. */
void chains_release(struct chains *chains); /* fits CLEANUP */
/* NULL where the session was not met. */
const struct hash *chains_find(const struct chains *chains, struct str session_id);
void chains_set(struct chains *chains, struct str session_id, const struct hash *leaf);
