#include "tlog/merkle.h"

/* A leaf never hashes like a node: RFC 9162 sets them apart by their first byte. */
static const struct str leaf_prefix = {"\0", 1}, node_prefix = {"\1", 1};

struct hash merkle_leaf(struct str entry)
{
        return hash_sha256((struct str[]){leaf_prefix, entry}, 2);
}

struct hash merkle_node(const struct hash *left, const struct hash *right)
{
        return hash_sha256((struct str[]){node_prefix, hash_str(left), hash_str(right)}, 3);
}

struct hash merkle_nothing(void)
{
        return hash_sha256(NULL, 0);
}

uint64_t merkle_ceil(uint64_t n)
{
        return n <= 1 ? 1 : UINT64_C(1) << (64 - __builtin_clzll(n - 1));
}

bool merkle_is_subtree(uint64_t start, uint64_t end)
{
        return start < end && end <= MERKLE_SIZE_MAX && start % merkle_ceil(end - start) == 0;
}

enum rc merkle_subtree(struct op *op, const struct merkle_source *source, uint64_t start, uint64_t end,
                       struct hash *ret)
{
        struct hash sum = merkle_nothing();
        if (start != end && !merkle_is_subtree(start, end))
                return op_fail(op, RC_INVALID_REQUEST, "leaves %ju to %ju are no subtree", (uintmax_t)start,
                               (uintmax_t)end);
        /* From the right, where the perfect trees are smallest: each new one is the left sibling of all
         * that was read before. */
        for (uint64_t left = end; left > start;) {
                unsigned level = (unsigned)__builtin_ctzll(left - start);
                struct hash node;
                left -= UINT64_C(1) << level;
                enum rc rc = source->node(source->ctx, op, level, left >> level, &node);
                if (rc != RC_OK)
                        return rc;
                sum = left + (UINT64_C(1) << level) == end ? node : merkle_node(&node, &sum);
        }
        *ret = sum;
        return RC_OK;
}
