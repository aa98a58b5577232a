#include "unit/tlog/tree.h"

#include "unit/test.h"

#include <stdio.h>

struct hash leaves_leaf(uint64_t index)
{
        char text[24];
        snprintf(text, sizeof(text), "%ju", (uintmax_t)index);
        return merkle_leaf(str_from(text));
}

static void keep(void *ctx, unsigned level, uint64_t index, const struct hash *hash)
{
        struct tree *tree = ctx;
        CHECK(level <= TREE_LEVELS && index < (uint64_t)TREE_MAX >> level);
        if (tree->nodes[level] == NULL)
                tree->nodes[level] = x_new(TREE_MAX >> level, sizeof(struct hash));
        tree->nodes[level][index] = *hash;
}

void leaves_grow(struct tree *tree, uint64_t size)
{
        struct merkle_sink sink = {keep, tree};
        while (tree->frontier.size < size) {
                struct hash leaf = leaves_leaf(tree->frontier.size);
                merkle_frontier_append(&tree->frontier, &leaf, &sink);
        }
}

void leaves_release(struct tree *tree)
{
        for (size_t i = 0; i < LEN(tree->nodes); i++)
                x_free(tree->nodes[i]);
        *tree = (struct tree){0};
}

static enum rc read_node(void *ctx, struct op *op, unsigned level, uint64_t index, struct hash *ret)
{
        const struct tree *tree = ctx;
        if (level > TREE_LEVELS || tree->nodes[level] == NULL || index >= tree->frontier.size >> level)
                return op_fail(op, RC_INTERNAL, "the tree has no node %u %ju", level, (uintmax_t)index);
        *ret = tree->nodes[level][index];
        return RC_OK;
}

struct merkle_source leaves_source(struct tree *tree)
{
        return (struct merkle_source){read_node, tree};
}

struct hash leaves_by_definition(uint64_t start, uint64_t end)
{
        uint64_t k = 1;
        if (start == end)
                return merkle_nothing();
        if (end - start == 1)
                return leaves_leaf(start);
        while (2 * k < end - start)
                k *= 2;
        struct hash left = leaves_by_definition(start, start + k),
                    right = leaves_by_definition(start + k, end);
        return merkle_node(&left, &right);
}
