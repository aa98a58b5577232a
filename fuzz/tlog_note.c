/* What others may hand to us as a checkpoint, a signed note or a verifier key, and what is read of it. */
#include "tlog/checkpoint.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_within(struct str part, struct str whole)
{
        if (part.ptr < whole.ptr || part.ptr + part.len > whole.ptr + whole.len)
                abort();
}

static void check_note(struct str input, const struct note_key *key)
{
        struct note note;
        if (!note_parse(input, &note))
                return;
        check_within(note.text, input);
        if (note.signatures_len == 0 || note.signatures_len > NOTE_SIGNATURES_MAX)
                abort();
        for (size_t i = 0; i < note.signatures_len; i++) {
                check_within(note.signatures[i].name, input);
                check_within(note.signatures[i].base64, input);
        }
        /* The key is nobody's that signs. */
        if (note_verify(&note, key, 1) == NOTE_TRUSTED)
                abort();
}

/* What is read as a checkpoint can be signed, and reads the same then. */
static void check_checkpoint(struct str input, const struct note_signer *signer)
{
        struct checkpoint checkpoint, again;
        struct buf out;
        if (!checkpoint_parse(input, &checkpoint))
                return;
        check_within(checkpoint.origin, input);
        check_within(checkpoint.extensions, input);
        buf_init(&out, NOTE_MAX);
        if (checkpoint_sign(&checkpoint, signer, 1, &out)) {
                if (checkpoint_open(buf_str(&out), checkpoint.origin, &signer->key, 1, &again) !=
                        NOTE_TRUSTED ||
                    again.size != checkpoint.size || !hash_equal(&again.root, &checkpoint.root) ||
                    !str_equal(again.extensions, checkpoint.extensions) ||
                    !str_starts_with(buf_str(&out), input))
                        abort();
        }
        buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        static const uint8_t seed[ED25519_SEED_LEN] = {1}, other[ED25519_SEED_LEN] = {2};
        struct str input = str_from_bytes(bytes, len);
        struct note_signer signer, stranger;
        struct note_key key;
        if (!note_signer_make(STR("log"), seed, &signer) || !note_signer_make(STR("log"), other, &stranger))
                abort();
        check_note(input, &stranger.key);
        check_checkpoint(input, &signer);
        if (note_key_parse(input, &key))
                check_within(key.name, input);
        return 0;
}
