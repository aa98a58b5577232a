#include "tlog/frontier.h"

#include <assert.h>

enum { SIZE_LEN = 8 };

static bool has_root(const struct merkle_frontier *frontier, unsigned level)
{
        return frontier->size >> level & 1;
}

void merkle_frontier_append(struct merkle_frontier *frontier, const struct hash *leaf,
                            const struct merkle_sink *sink)
{
        assert(frontier->size < MERKLE_SIZE_MAX);
        struct hash hash = *leaf;
        unsigned level = 0;
        /* As a carry runs through the bits of the size. */
        for (;; level++) {
                if (sink)
                        sink->node(sink->ctx, level, frontier->size >> level, &hash);
                if (!has_root(frontier, level))
                        break;
                hash = merkle_node(&frontier->roots[level], &hash);
        }
        frontier->roots[level] = hash;
        frontier->size++;
}

struct hash merkle_frontier_root(const struct merkle_frontier *frontier)
{
        struct hash root = merkle_nothing();
        bool first = true;
        for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
                if (!has_root(frontier, level))
                        continue;
                root = first ? frontier->roots[level] : merkle_node(&frontier->roots[level], &root);
                first = false;
        }
        return root;
}

void merkle_frontier_format(const struct merkle_frontier *frontier, struct buf *ret)
{
        for (int shift = 8 * (SIZE_LEN - 1); shift >= 0; shift -= 8)
                buf_add_char(ret, (char)(frontier->size >> shift & 255));
        for (unsigned level = MERKLE_LEVELS; level-- > 0;)
                if (has_root(frontier, level))
                        buf_add(ret, hash_str(&frontier->roots[level]));
}

bool merkle_frontier_parse(struct str bytes, struct merkle_frontier *ret)
{
        struct merkle_frontier frontier = {0};
        if (bytes.len < SIZE_LEN)
                return false;
        for (size_t i = 0; i < SIZE_LEN; i++)
                frontier.size = frontier.size << 8 | (uint8_t)bytes.ptr[i];
        size_t roots = (size_t)__builtin_popcountll(frontier.size), at = SIZE_LEN;
        if (frontier.size > MERKLE_SIZE_MAX || bytes.len != SIZE_LEN + roots * HASH_LEN)
                return false;
        for (unsigned level = MERKLE_LEVELS; level-- > 0;) {
                if (!has_root(&frontier, level))
                        continue;
                memcpy(frontier.roots[level].bytes, bytes.ptr + at, HASH_LEN);
                at += HASH_LEN;
        }
        *ret = frontier;
        return true;
}

enum rc merkle_frontier_read(struct op *op, const struct merkle_source *source, uint64_t size,
                             struct merkle_frontier *ret)
{
        struct merkle_frontier frontier = {.size = size};
        if (size > MERKLE_SIZE_MAX)
                return op_fail(op, RC_INVALID_REQUEST, "no tree has %ju leaves", (uintmax_t)size);
        for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
                /* The perfect tree of this bit stands behind all larger ones. */
                uint64_t index = (size >> level) - 1;
                if (!has_root(&frontier, level))
                        continue;
                enum rc rc = source->node(source->ctx, op, level, index, &frontier.roots[level]);
                if (rc != RC_OK)
                        return rc;
        }
        *ret = frontier;
        return RC_OK;
}
