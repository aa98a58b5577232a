/*
 * Checkpoints (C2SP tlog-checkpoint): a signed note that says how many leaves a log has and what its root is.
 */
#pragma once

#include "tlog/merkle.h"
#include "tlog/note.h"

/* Texts are views: into the note that was opened, or the caller's. */
struct checkpoint {
        struct str origin; /* names the log */
        uint64_t size;
        struct hash root;
        struct str extensions; /* whole lines that are not empty; mostly none */
};

/* False where origin or extensions are not what a checkpoint may have. Appends. */
NODISCARD bool checkpoint_sign(const struct checkpoint *checkpoint, const struct note_signer *signers,
                               size_t signers_len, struct buf *ret);
/* Read the text of a note as a checkpoint; that nobody vouches for. */
NODISCARD bool checkpoint_parse(struct str text, struct checkpoint *ret);
/* The checkpoint of the log `origin` that one of the keys has signed: written only with NOTE_TRUSTED. */
NODISCARD enum note_verdict checkpoint_open(struct str note, struct str origin, const struct note_key *keys,
                                            size_t keys_len, struct checkpoint *ret);
