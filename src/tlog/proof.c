#include "tlog/proof.h"

/* One turn on the way down: the side that was not taken. */
struct turn {
        uint64_t start, end;
        bool on_left;
        bool within; /* the side not taken belongs to the subtree that is proved */
};

/* The way from the root of a tree to a subtree of it. A subtree that is no node of the tree is split where
 * the tree is; then the way goes on to its last part, `start` to `end`. */
struct way {
        struct turn turns[MERKLE_LEVELS];
        size_t len;
        bool split;
        uint64_t start, end;
};

static bool has_subtree(uint64_t start, uint64_t end, uint64_t size)
{
        return merkle_is_subtree(start, end) && end <= size && size <= MERKLE_SIZE_MAX;
}

static struct way way_down(uint64_t start, uint64_t end, uint64_t size)
{
        struct way way = {.start = start, .end = end};
        uint64_t from = 0, to = size;
        while (from != way.start || to != way.end) {
                uint64_t middle = from + merkle_ceil(to - from) / 2;
                struct turn *turn = &way.turns[way.len++];
                if (way.end <= middle) {
                        *turn = (struct turn){.start = middle, .end = to};
                        to = middle;
                        continue;
                }
                *turn = (struct turn){.start = from, .end = middle, .on_left = true};
                from = middle;
                if (way.start < middle) {
                        turn->within = way.split = true;
                        way.start = middle;
                }
        }
        return way;
}

bool proof_add(struct proof *proof, struct str hash)
{
        if (proof->len >= PROOF_MAX || !hash_parse(hash, &proof->hashes[proof->len]))
                return false;
        proof->len++;
        return true;
}

enum rc proof_subtree(struct op *op, const struct merkle_source *source, uint64_t start, uint64_t end,
                      uint64_t size, struct proof *ret)
{
        enum rc rc = RC_OK;
        struct proof proof = {0};
        if (!has_subtree(start, end, size))
                return op_fail(op, RC_INVALID_REQUEST, "a tree of %ju has no subtree %ju to %ju",
                               (uintmax_t)size, (uintmax_t)start, (uintmax_t)end);
        struct way way = way_down(start, end, size);
        if (way.split)
                rc = merkle_subtree(op, source, way.start, way.end, &proof.hashes[proof.len++]);
        for (size_t i = way.len; i-- > 0 && rc == RC_OK;)
                rc = merkle_subtree(op, source, way.turns[i].start, way.turns[i].end,
                                    &proof.hashes[proof.len++]);
        if (rc == RC_OK)
                *ret = proof;
        return rc;
}

enum rc proof_inclusion(struct op *op, const struct merkle_source *source, uint64_t index, uint64_t size,
                        struct proof *ret)
{
        if (index >= size)
                return op_fail(op, RC_INVALID_REQUEST, "a tree of %ju has no leaf %ju", (uintmax_t)size,
                               (uintmax_t)index);
        return proof_subtree(op, source, index, index + 1, size, ret);
}

enum rc proof_consistency(struct op *op, const struct merkle_source *source, uint64_t old_size, uint64_t size,
                          struct proof *ret)
{
        return proof_subtree(op, source, 0, old_size, size, ret);
}

bool proof_verify_subtree(const struct proof *proof, uint64_t start, uint64_t end, uint64_t size,
                          const struct hash *subtree, const struct hash *root)
{
        struct hash nothing = merkle_nothing();
        if (start == end)
                return end <= size && proof->len == 0 && hash_equal(subtree, &nothing);
        if (!has_subtree(start, end, size))
                return false;
        struct way way = way_down(start, end, size);
        if (proof->len != way.len + way.split)
                return false;
        const struct hash *next = proof->hashes;
        struct hash part = way.split ? *next++ : *subtree, whole = part;
        for (size_t i = way.len; i-- > 0; next++) {
                const struct turn *turn = &way.turns[i];
                if (turn->within)
                        part = merkle_node(next, &part);
                whole = turn->on_left ? merkle_node(next, &whole) : merkle_node(&whole, next);
        }
        return hash_equal(&part, subtree) && hash_equal(&whole, root);
}

bool proof_verify_inclusion(const struct proof *proof, uint64_t index, uint64_t size, const struct hash *leaf,
                            const struct hash *root)
{
        return index < size && proof_verify_subtree(proof, index, index + 1, size, leaf, root);
}

bool proof_verify_inclusion_in(const struct proof *proof, uint64_t index, uint64_t start, uint64_t end,
                               const struct hash *leaf, const struct hash *root)
{
        return merkle_is_subtree(start, end) && index >= start &&
               proof_verify_inclusion(proof, index - start, end - start, leaf, root);
}

bool proof_verify_consistency(const struct proof *proof, uint64_t old_size, uint64_t size,
                              const struct hash *old_root, const struct hash *root)
{
        return old_size > 0 && proof_verify_subtree(proof, 0, old_size, size, old_root, root);
}
