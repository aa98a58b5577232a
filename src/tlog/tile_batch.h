/*
 * Leaves that are appended to a tree together, and the tiles that change by it: open a batch on the tree's
 * frontier, append, then for each of tile_changes(from, to) put the new hashes behind what the tile held
 * before.
 */
#pragma once

#include "tlog/frontier.h"
#include "tlog/tile.h"

struct tile_batch {
        struct merkle_frontier frontier; /* of the grown tree */
        uint64_t from;                   /* its size before */
        struct buf hashes[TILE_LEVELS];  /* new hashes of each level of tiles, from left to right */
};

/* `leaves_max`: how many may be appended. */
void tile_batch_init(struct tile_batch *batch, const struct merkle_frontier *frontier, size_t leaves_max);
void tile_batch_release(struct tile_batch *batch); /* fits CLEANUP */
void tile_batch_append(struct tile_batch *batch, const struct hash *leaf);

struct tile_changes tile_batch_changes(const struct tile_batch *batch);
/* The hashes of a tile that changed: `before` is what the tile held in the tree of size `from`, nothing where
 * it had none. False where that has another length than it must. Appends to *ret. */
NODISCARD bool tile_batch_bytes(const struct tile_batch *batch, const struct tile *tile, struct str before,
                                struct buf *ret);
