/*
 * Merkle trees over SHA-256 as RFC 9162, section 2.1, builds them. The node (level, index) is the perfect
 * tree over the leaves from index * 2^level up to, and without, (index + 1) * 2^level; a tree of n leaves
 * falls into perfect ones, one for each bit of n. Pure functions: any thread.
 */
#pragma once

#include "base/op.h"
#include "crypto/hash.h"

/* Leaves are counted as the store counts rows, so nodes are at most at level 62. */
#define MERKLE_SIZE_MAX ((uint64_t)INT64_MAX)
enum { MERKLE_LEVELS = 63 };

/* Whoever keeps the nodes. `node` is asked only for nodes that lie wholly within the tree. */
struct merkle_source {
        enum rc (*node)(void *ctx, struct op *op, unsigned level, uint64_t index, struct hash *ret);
        void *ctx;
};

struct hash merkle_leaf(struct str entry);
struct hash merkle_node(const struct hash *left, const struct hash *right);
/* Root of the tree without leaves. */
struct hash merkle_nothing(void);

/* Smallest power of two that is not below `n`, which is at most 2^63. */
uint64_t merkle_ceil(uint64_t n);
/* Whether the leaves from `start` up to `end` are a subtree: not empty, and `start` a multiple of the
 * smallest power of two that covers them. */
bool merkle_is_subtree(uint64_t start, uint64_t end);
/* The hash of such a subtree, which must lie within the tree; the tree's root with 0 and its size. At most
 * one read for each bit of its length. */
NODISCARD enum rc merkle_subtree(struct op *op, const struct merkle_source *source, uint64_t start,
                                 uint64_t end, struct hash *ret);
