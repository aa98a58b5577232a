/*
 * The log's Merkle tree as it is kept: one row that says how far it has grown, the entries in bundles of 256
 * as the tree has them, and its hashes in tiles (tlog/tile.h). Bytes in, bytes out: what they mean is told by
 * check/ledger.h. Nothing here is personal.
 */
#pragma once

#include "store/store.h"

struct tree {
        struct str origin;     /* names the log in its checkpoints */
        struct str key;        /* the signing key's seed, sealed */
        int64_t size;          /* leaves */
        int64_t number;        /* of the last entry that is in it (store/event.h); 0: none */
        struct str frontier;   /* tlog/frontier.h */
        struct str checkpoint; /* a signed note; empty before the first */
};

/* The empty tree, unless there is one. */
NODISCARD enum rc tree_insert(struct tx *tx, struct str origin, struct str key);
/* RC_NOT_FOUND where there is none yet. */
NODISCARD enum rc tree_load(struct tx *tx, struct tree *ret);
/* From the tree of size `from` to what *to says (all but its origin and key). *ret_moved: it was still of
 * that size. */
NODISCARD enum rc tree_grow(struct tx *tx, int64_t from, const struct tree *to, bool *ret_moved);

NODISCARD enum rc tree_set_key(struct tx *tx, struct str key);

/* RC_NOT_FOUND. Saving replaces. */
NODISCARD enum rc tree_tile_load(struct tx *tx, unsigned level, uint64_t position, struct str *ret);
NODISCARD enum rc tree_tile_save(struct tx *tx, unsigned level, uint64_t position, struct str hashes);
NODISCARD enum rc tree_bundle_load(struct tx *tx, uint64_t position, struct str *ret);
/* `first_number`: of its first entry. */
NODISCARD enum rc tree_bundle_save(struct tx *tx, uint64_t position, int64_t first_number,
                                   struct str entries);
/* Where the bundle is that has the entry with this number, if the tree does: it begins with none that is
 * later. */
NODISCARD enum rc tree_bundle_find(struct tx *tx, int64_t number, uint64_t *ret_position);
