#include "tlog/proof.h"
#include "unit/data.h"
#include "unit/test.h"
#include "unit/tlog/tree.h"

#include <stdlib.h>

enum { SIZES = 300, ALL_BITS = 12 };

static bool hex_is(struct hash hash, const char *hex)
{
        uint8_t want[HASH_LEN];
        return str_unhex(str_from(hex), want, sizeof(want)) && memcmp(want, hash.bytes, sizeof(want)) == 0;
}

/* FIPS 180-4 for nothing and for "abc"; a leaf and a node differ from their plain hash by their first byte.
 */
TEST(merkle_hashes_are_sha256_with_a_prefix)
{
        struct str abc = STR("abc");
        struct str leaf[] = {{"\0", 1}, abc}, node[] = {{"\1", 1},
                                                        STR("0123456789abcdef0123456789abcdef"),
                                                        STR("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")};
        CHECK(
            hex_is(hash_sha256(&abc, 1), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        CHECK(hex_is(merkle_nothing(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        struct hash left, right, want = hash_sha256(leaf, 2), got = merkle_leaf(abc);
        CHECK(hash_equal(&want, &got));
        CHECK(hash_parse(node[1], &left) && hash_parse(node[2], &right));
        want = hash_sha256(node, 3);
        got = merkle_node(&left, &right);
        CHECK(hash_equal(&want, &got));
}

TEST(merkle_frontier_has_the_root_that_rfc_9162_defines)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(leaves_release) struct tree tree = {0};
        CLEANUP(buf_release) struct buf bytes;
        test_op_init(&op);
        buf_init(&bytes, 4096);
        struct merkle_source source = leaves_source(&tree);
        for (uint64_t size = 0; size <= SIZES; size++) {
                struct merkle_frontier again;
                struct hash want = leaves_by_definition(0, size), read;
                leaves_grow(&tree, size);
                struct hash root = merkle_frontier_root(&tree.frontier);
                CHECK(hash_equal(&root, &want));
                CHECK(merkle_subtree(&op, &source, 0, size, &read) == RC_OK && hash_equal(&read, &want));
                CHECK(merkle_frontier_read(&op, &source, size, &again) == RC_OK);
                root = merkle_frontier_root(&again);
                CHECK(again.size == size && hash_equal(&root, &want));
                buf_clear(&bytes);
                merkle_frontier_format(&tree.frontier, &bytes);
                CHECK(merkle_frontier_parse(buf_str(&bytes), &again));
                root = merkle_frontier_root(&again);
                CHECK(again.size == size && hash_equal(&root, &want));
        }
}

TEST(merkle_frontier_refuses_bytes_that_are_none)
{
        CLEANUP(leaves_release) struct tree tree = {0};
        CLEANUP(buf_release) struct buf bytes;
        struct merkle_frontier frontier;
        buf_init(&bytes, 4096);
        leaves_grow(&tree, 7);
        merkle_frontier_format(&tree.frontier, &bytes);
        CHECK(bytes.len == 8 + 3 * HASH_LEN);
        for (size_t len = 0; len < bytes.len; len++)
                CHECK(!merkle_frontier_parse(str_sub(buf_str(&bytes), 0, len), &frontier));
        buf_add_char(&bytes, 0);
        CHECK(!merkle_frontier_parse(buf_str(&bytes), &frontier));
        bytes.len--;
        bytes.ptr[7] = 3; /* a size of two roots */
        CHECK(!merkle_frontier_parse(buf_str(&bytes), &frontier));
        bytes.ptr[7] = 3, bytes.ptr[0] = (char)0x80; /* of three, but more than a tree may have */
        CHECK(!merkle_frontier_parse(buf_str(&bytes), &frontier));
}

struct claim {
        struct proof proof;
        uint64_t start, end, size;
        struct hash part, root;
};

static bool included(const void *ctx)
{
        const struct claim *claim = ctx;
        return proof_verify_inclusion(&claim->proof, claim->start, claim->size, &claim->part, &claim->root);
}

static bool consistent(const void *ctx)
{
        const struct claim *claim = ctx;
        return proof_verify_consistency(&claim->proof, claim->end, claim->size, &claim->part, &claim->root);
}

static bool has_subtree(const void *ctx)
{
        const struct claim *claim = ctx;
        return proof_verify_subtree(&claim->proof, claim->start, claim->end, claim->size, &claim->part,
                                    &claim->root);
}

static void check_flip(struct hash *hash, unsigned bit, const struct claim *claim,
                       bool (*verify)(const void *ctx))
{
        hash->bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK(!verify(claim));
        hash->bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
}

/* The claim holds, and with any bit of any hash changed, or a hash too few or too many, it does not. All bits
 * are tried on small trees, on others one of all that there are. */
static void check_claim(struct claim *claim, bool (*verify)(const void *ctx))
{
        struct hash *hashes[PROOF_MAX + 2] = {&claim->part, &claim->root};
        size_t len = claim->proof.len, bits = (len + 2) * HASH_LEN * 8;
        CHECK(verify(claim));
        for (size_t i = 0; i < len; i++)
                hashes[2 + i] = &claim->proof.hashes[i];
        bool all = claim->size <= ALL_BITS;
        for (size_t bit = all ? 0 : (claim->end * 7919 + claim->size * 104729) % bits; bit < bits;
             bit = all ? bit + 1 : bits)
                check_flip(hashes[bit / 256], bit % 256, claim, verify);
        if (len > 0) {
                claim->proof.len = len - 1;
                CHECK(!verify(claim));
        }
        claim->proof.hashes[len] = claim->root;
        claim->proof.len = len + 1;
        CHECK(!verify(claim));
        claim->proof.len = len;
        CHECK(verify(claim));
}

TEST(merkle_inclusion_is_proved_for_each_leaf_of_each_size)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(leaves_release) struct tree tree = {0};
        struct merkle_source source = leaves_source(&tree);
        test_op_init(&op);
        for (uint64_t size = 1; size <= SIZES; size++) {
                leaves_grow(&tree, size);
                for (uint64_t index = 0; index < size; index++) {
                        struct claim claim = {
                            .start = index, .end = index + 1, .size = size, .part = leaves_leaf(index)};
                        claim.root = merkle_frontier_root(&tree.frontier);
                        CHECK(proof_inclusion(&op, &source, index, size, &claim.proof) == RC_OK);
                        CHECK(claim.proof.len <= 9);
                        check_claim(&claim, included);
                        for (unsigned bit = 0; bit < 64; bit++) {
                                claim.start = index ^ UINT64_C(1) << bit;
                                CHECK(!included(&claim));
                        }
                }
        }
}

/* Without the comparison of the old root at the end of proof_verify_subtree, this fails. */
TEST(merkle_consistency_is_proved_between_each_two_sizes)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(leaves_release) struct tree tree = {0};
        struct merkle_source source = leaves_source(&tree);
        struct hash roots[SIZES + 1];
        test_op_init(&op);
        for (uint64_t size = 1; size <= SIZES; size++) {
                leaves_grow(&tree, size);
                roots[size] = merkle_frontier_root(&tree.frontier);
                for (uint64_t old = 1; old <= size; old++) {
                        struct claim claim = {
                            .end = old, .size = size, .part = roots[old], .root = roots[size]};
                        CHECK(proof_consistency(&op, &source, old, size, &claim.proof) == RC_OK);
                        /* A tree and itself: nothing is hashed, the roots are compared. */
                        CHECK((claim.proof.len == 0) == (old == size));
                        check_claim(&claim, consistent);
                }
        }
}

TEST(merkle_subtrees_are_proved)
{
        CLEANUP(op_release) struct op op;
        CLEANUP(leaves_release) struct tree tree = {0};
        struct merkle_source source = leaves_source(&tree);
        uint64_t proved = 0;
        test_op_init(&op);
        leaves_grow(&tree, 75);
        for (uint64_t start = 0; start < 75; start++) {
                for (uint64_t end = start + 1; end <= 75; end++) {
                        struct claim claim = {.start = start, .end = end, .size = 75};
                        enum rc rc = proof_subtree(&op, &source, start, end, 75, &claim.proof);
                        CHECK(rc == (merkle_is_subtree(start, end) ? RC_OK : RC_INVALID_REQUEST));
                        op_forgive(&op);
                        if (rc != RC_OK)
                                continue;
                        claim.part = leaves_by_definition(start, end);
                        claim.root = merkle_frontier_root(&tree.frontier);
                        check_claim(&claim, has_subtree);
                        proved++;
                }
        }
        CHECK(proved == 295);
}

/* Leaves 3 and 4 hash to something, but no tree has it: without merkle_is_subtree it would be proved. */
TEST(merkle_inclusion_is_only_in_subtrees)
{
        struct proof proof = {0};
        struct hash third = leaves_leaf(3), fourth = leaves_leaf(4), pair = merkle_node(&third, &fourth);
        CHECK(proof_add(&proof, hash_str(&fourth)));
        CHECK(!proof_verify_inclusion_in(&proof, 3, 3, 5, &third, &pair));
        CHECK(!proof_verify_inclusion_in(&proof, 3, 4, 6, &third, &pair));
        CHECK(proof_verify_inclusion_in(&proof, 2, 2, 4, &third, &pair));
}

/* Sizes and indexes that nobody would ask for in earnest. */
TEST(merkle_proofs_refuse_what_no_tree_has)
{
        static const uint64_t odd[] = {
            0, 1, 2, 3, 7, INT64_MAX - 1, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX - 1, UINT64_MAX};
        CLEANUP(op_release) struct op op;
        CLEANUP(leaves_release) struct tree tree = {0};
        struct merkle_source source = leaves_source(&tree);
        struct hash hash = leaves_leaf(0);
        test_op_init(&op);
        leaves_grow(&tree, 2);
        for (size_t i = 0; i < LEN(odd); i++) {
                for (size_t k = 0; k < LEN(odd); k++) {
                        struct proof proof = {0};
                        /* Only the leaf that is the whole tree, and a tree and itself, need no proof. */
                        bool whole = odd[i] == 0 && odd[k] == 1;
                        CHECK(proof_verify_inclusion(&proof, odd[i], odd[k], &hash, &hash) == whole);
                        bool same = i == k && odd[i] > 0 && odd[i] <= MERKLE_SIZE_MAX;
                        CHECK(proof_verify_consistency(&proof, odd[i], odd[k], &hash, &hash) == same);
                        proof.len = PROOF_MAX;
                        CHECK(!proof_verify_inclusion(&proof, odd[i], odd[k], &hash, &hash));
                        CHECK(!proof_verify_consistency(&proof, odd[i], odd[k], &hash, &hash));
                        if (odd[i] >= odd[k] || odd[k] > MERKLE_SIZE_MAX) {
                                CHECK(proof_inclusion(&op, &source, odd[i], odd[k], &proof) ==
                                      RC_INVALID_REQUEST);
                                op_forgive(&op);
                        }
                }
        }
        struct proof full = {.len = PROOF_MAX};
        CHECK(!proof_add(&full, hash_str(&hash)));
}
