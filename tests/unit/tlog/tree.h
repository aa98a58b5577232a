/*
 * A tree in memory for tests, of the leaves "0", "1", "2" and so on.
 */
#pragma once

#include "tlog/frontier.h"

enum { TREE_MAX = 70000, TREE_LEVELS = 16 };

struct tree {
        struct merkle_frontier frontier;
        struct hash *nodes[TREE_LEVELS + 1]; /* [level][index], those that are complete */
};

struct hash leaves_leaf(uint64_t index);
void leaves_grow(struct tree *tree, uint64_t size);
void leaves_release(struct tree *tree); /* fits CLEANUP */
/* A source that reads the tree's nodes; it fails the op where there is none. */
struct merkle_source leaves_source(struct tree *tree);
/* MTH(D[start:end]) as section 2.1.1 of RFC 9162 defines it, word by word. */
struct hash leaves_by_definition(uint64_t start, uint64_t end);
