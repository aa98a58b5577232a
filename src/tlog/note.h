/*
 * Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature. Only Ed25519
 * signatures of the plain kind (type 1) are made and verified; those of other kinds and other keys are read
 * over, as the format demands.
 */
#pragma once

#include "base/buf.h"
#include "crypto/ed25519.h"

enum {
        NOTE_MAX = 131072, /* 16 signatures of the largest kind, with room to spare */
        NOTE_SIGNATURES_MAX = 32,
        NOTE_NAME_MAX = 255,
        NOTE_KEY_ID_LEN = 4,
};

/* A public key under its name. The id only finds the key; it proves nothing. */
struct note_key {
        struct str name; /* whoever made the key owns it */
        uint8_t id[NOTE_KEY_ID_LEN];
        uint8_t public_key[ED25519_PUBLIC_LEN];
};

/* False where the name is empty or too long, or has spaces, control characters or a plus sign. */
NODISCARD bool note_key_make(struct str name, const uint8_t public_key[ED25519_PUBLIC_LEN],
                             struct note_key *ret);
/* A key as others are told of it: name+id+key, the id in hex, the key in base64 behind its type. */
void note_key_format(const struct note_key *key, struct buf *ret);
/* Only what note_key_format writes. The name is a view into `text`. */
NODISCARD bool note_key_parse(struct str text, struct note_key *ret);

/* Who signs. The seed is the caller's to keep, and to wipe. */
struct note_signer {
        struct note_key key;
        const uint8_t *seed;
};

NODISCARD bool note_signer_make(struct str name, const uint8_t seed[ED25519_SEED_LEN],
                                struct note_signer *ret);

/* Appends the text with the signatures of all signers, at least one. False where the text is none: it must
 * end with a line feed, be UTF-8 and have no other control characters. */
NODISCARD bool note_sign(struct str text, const struct note_signer *signers, size_t signers_len,
                         struct buf *ret);

/* A note taken apart, nothing verified. Views into its bytes. */
struct note_signature {
        struct str name;
        uint8_t id[NOTE_KEY_ID_LEN];
        struct str base64;
};

struct note {
        struct str text; /* with its last line feed */
        struct note_signature signatures[NOTE_SIGNATURES_MAX];
        size_t signatures_len;
};

NODISCARD bool note_parse(struct str bytes, struct note *ret);

enum note_verdict {
        NOTE_TRUSTED,      /* each signature of a known key verifies, and there is one */
        NOTE_MALFORMED,    /* not a note, or a note about something else */
        NOTE_UNKNOWN_KEY,  /* signed by none of the keys */
        NOTE_FORGED,       /* a signature in the name of a known key does not verify */
        NOTE_OTHER_ORIGIN, /* the checkpoint of another log */
};

/* NOTE_TRUSTED, NOTE_UNKNOWN_KEY or NOTE_FORGED. */
enum note_verdict note_verify(const struct note *note, const struct note_key *keys, size_t keys_len);
