/*
 * The nodes of a tree, read out of its tiles: for proofs where tiles are all that is kept. The last tile of
 * each level is remembered, so that a proof fetches few.
 */
#pragma once

#include "base/buf.h"
#include "tlog/tile.h"

struct tile_reader {
        uint64_t size; /* of the tree; no tile is fetched that a tree of this size has not, or not so wide */
        enum rc (*fetch)(void *ctx, struct op *op, const struct tile *tile, struct buf *ret);
        void *ctx;
        struct {
                struct buf bytes;
                uint64_t index;
        } last[TILE_LEVELS]; /* no bytes: none */
};

/* `fetch` appends the tile's hashes, exactly width * HASH_LEN bytes, or fails the op. */
void tile_reader_init(struct tile_reader *reader, uint64_t size,
                      enum rc (*fetch)(void *ctx, struct op *op, const struct tile *tile, struct buf *ret),
                      void *ctx);
void tile_reader_release(struct tile_reader *reader); /* fits CLEANUP */
/* Lives as long as the reader. Its failures are those of `fetch`, RC_INTERNAL where a tile has another
 * length, and RC_INVALID_REQUEST where the tree has no such node. */
struct merkle_source tile_reader_source(struct tile_reader *reader);
