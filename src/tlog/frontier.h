/*
 * The right edge of a growing tree: the roots of the perfect trees that it falls into, which is all that
 * appending needs. n leaves cost about 2n hashes; the root costs one for each bit of the size.
 */
#pragma once

#include "base/buf.h"
#include "tlog/merkle.h"

struct merkle_frontier {
        uint64_t size;
        struct hash roots[MERKLE_LEVELS]; /* [level] counts where that bit of the size is set */
};

/* Told of each node as it is completed, children before parents, the leaves as level 0. */
struct merkle_sink {
        void (*node)(void *ctx, unsigned level, uint64_t index, const struct hash *hash);
        void *ctx;
};

/* A zeroed frontier is that of the empty tree. `sink` may be NULL. The size must be below MERKLE_SIZE_MAX. */
void merkle_frontier_append(struct merkle_frontier *frontier, const struct hash *leaf,
                            const struct merkle_sink *sink);
struct hash merkle_frontier_root(const struct merkle_frontier *frontier);

/* Kept as bytes: the size as 8 bytes, big end first, then the roots, the largest tree first. */
void merkle_frontier_format(const struct merkle_frontier *frontier, struct buf *ret);
NODISCARD bool merkle_frontier_parse(struct str bytes, struct merkle_frontier *ret);
/* Read anew from the nodes of a tree of `size` leaves. */
NODISCARD enum rc merkle_frontier_read(struct op *op, const struct merkle_source *source, uint64_t size,
                                       struct merkle_frontier *ret);
