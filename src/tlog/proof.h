/*
 * Proofs about Merkle trees (RFC 9162, section 2.1.3 and 2.1.4): that a leaf is in a tree, that a tree begins
 * with a smaller one, that a tree has a given subtree. All three are the same proof: the hashes beside the
 * way from the tree's root down to the leaf, the smaller tree or the subtree.
 *
 * What a proof does not tell: the size of the tree, which must come from a signed checkpoint.
 */
#pragma once

#include "tlog/merkle.h"

enum { PROOF_MAX = MERKLE_LEVELS + 1 };

struct proof {
        size_t len;
        struct hash hashes[PROOF_MAX];
};

/* For a proof that arrives from outside, which starts zeroed: false where the bytes are no hash, or where no
 * proof has so many. */
NODISCARD bool proof_add(struct proof *proof, struct str hash);

/* Make proofs by reading at most two nodes for each bit of the size. RC_INVALID_REQUEST where the tree has
 * no such leaf or subtree, or where the old tree is empty: it is the beginning of every tree. */
NODISCARD enum rc proof_inclusion(struct op *op, const struct merkle_source *source, uint64_t index,
                                  uint64_t size, struct proof *ret);
NODISCARD enum rc proof_consistency(struct op *op, const struct merkle_source *source, uint64_t old_size,
                                    uint64_t size, struct proof *ret);
NODISCARD enum rc proof_subtree(struct op *op, const struct merkle_source *source, uint64_t start,
                                uint64_t end, uint64_t size, struct proof *ret);

/* Judge proofs of others; any input will do. */
bool proof_verify_inclusion(const struct proof *proof, uint64_t index, uint64_t size, const struct hash *leaf,
                            const struct hash *root);
/* That the leaf is in the subtree `start` to `end` whose hash is `root`. */
bool proof_verify_inclusion_in(const struct proof *proof, uint64_t index, uint64_t start, uint64_t end,
                               const struct hash *leaf, const struct hash *root);
/* Never of an empty old tree. */
bool proof_verify_consistency(const struct proof *proof, uint64_t old_size, uint64_t size,
                              const struct hash *old_root, const struct hash *root);
/* The subtree may be empty: then its hash is that of nothing, and nothing is said of the tree. */
bool proof_verify_subtree(const struct proof *proof, uint64_t start, uint64_t end, uint64_t size,
                          const struct hash *subtree, const struct hash *root);
