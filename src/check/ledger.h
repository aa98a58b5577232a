/*
 * The log that cannot be rewritten: what table `logs` says is taken up, in order, into a Merkle tree (RFC
 * 9162), every few seconds and when the program stops, and each new state of the tree is signed (C2SP
 * tlog-checkpoint). Whoever has kept a checkpoint can prove that nothing before it was changed since.
 * Entries, tiles and proofs are served below /log/; check/audit.h compares it all.
 *
 * The story that appends to the log does no more than insert a row; several processes may take entries up,
 * one at a time comes through.
 */
#pragma once

#include "check/service.h"
#include "store/tree.h"
#include "tlog/checkpoint.h"
#include "tlog/proof.h"
#include "tlog/tile.h"

/* Make the empty tree and its key where there is none. */
NODISCARD enum rc ledger_open(struct op *op, struct service *svc);
/* Take up what was appended, as far as one run goes. *ret_more: there is more. */
NODISCARD enum rc ledger_grow(struct op *op, struct service *svc, bool *ret_more);

/* The last checkpoint, a signed note. RC_NOT_FOUND before there is one. */
NODISCARD enum rc ledger_checkpoint(struct op *op, struct service *svc, struct str *ret);
/* The public key that checkpoints are to be verified with, as a note's verifier key. */
NODISCARD enum rc ledger_key(struct op *op, struct service *svc, struct buf *ret);
/* The bytes of a tile of hashes or a bundle of entries. RC_NOT_FOUND where the tree has none, or none so
 * wide. */
NODISCARD enum rc ledger_tile(struct op *op, struct service *svc, const struct tile *tile, struct str *ret);

/* That the entry with this number is in the tree of the last checkpoint. RC_NOT_FOUND. */
struct ledger_inclusion {
        uint64_t index, size;
        struct str entry; /* its text */
        struct hash leaf;
        struct proof proof;
        struct str checkpoint;
};
NODISCARD enum rc ledger_inclusion(struct op *op, struct service *svc, int64_t number,
                                   struct ledger_inclusion *ret);
/* That the tree of size `to` begins with that of size `from`. RC_INVALID_REQUEST where it never had these. */
NODISCARD enum rc ledger_consistency(struct op *op, struct service *svc, uint64_t from, uint64_t to,
                                     struct proof *ret);

/* Seal the signing key under the current SECRET_KEY. */
NODISCARD enum rc ledger_rewrap_key(struct op *op, struct service *svc);

/* Within a tx: the tree's state, its signing key unsealed where `ret_seed` is not NULL. */
NODISCARD enum rc ledger_load(struct tx *tx, struct service *svc, struct tree *ret_tree,
                              uint8_t ret_seed[ED25519_SEED_LEN]);
/* The key as others see it. */
NODISCARD enum rc ledger_public(struct op *op, const struct tree *tree, const uint8_t seed[ED25519_SEED_LEN],
                                struct note_key *ret);
