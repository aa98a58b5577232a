#include "tlog/note.h"
#include "unit/data.h"
#include "unit/test.h"

#include <stdio.h>

/* The key pair, text and note that golang.org/x/mod/sumdb/note gives as its example. */
#define PETER      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_SEED "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173"
#define TEXT                                                                                                 \
        "If you think cryptography is the answer to your problem,\n"                                         \
        "then you don't know what your problem is.\n"
#define SIGNED                                                                                               \
        "— PeterNeumann "                                                                                  \
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

static struct note_key peter(void)
{
        struct note_key key;
        CHECK(note_key_parse(STR(PETER), &key));
        return key;
}

static enum note_verdict judge(struct str bytes, const struct note_key *keys, size_t len)
{
        struct note note;
        return note_parse(bytes, &note) ? note_verify(&note, keys, len) : NOTE_MALFORMED;
}

/* Ed25519 gives one signature for a text: the bytes are those that others wrote. */
TEST(note_is_the_one_that_others_write)
{
        CLEANUP(buf_release) struct buf out;
        uint8_t seed[ED25519_SEED_LEN];
        struct note_signer signer;
        struct note note;
        struct note_key key = peter();
        buf_init(&out, NOTE_MAX);
        CHECK(str_unhex(STR(PETER_SEED), seed, sizeof(seed)));
        CHECK(note_signer_make(STR("PeterNeumann"), seed, &signer));
        note_key_format(&signer.key, &out);
        CHECK_STR(buf_str(&out), PETER);
        buf_clear(&out);
        CHECK(note_sign(STR(TEXT), &signer, 1, &out));
        CHECK_STR(buf_str(&out), TEXT "\n" SIGNED);
        CHECK(note_parse(buf_str(&out), &note) && note.signatures_len == 1);
        CHECK_STR(note.text, TEXT);
        CHECK(note_verify(&note, &key, 1) == NOTE_TRUSTED);
}

/* Without the comparison at the end of note_key_parse, a changed id passes. */
TEST(note_keys_have_one_form)
{
        char text[sizeof(PETER)] = PETER;
        struct note_key key;
        for (size_t from = 0; from < sizeof(text); from++)
                for (size_t to = from; to < sizeof(text); to++)
                        CHECK(note_key_parse(str_from_bytes(text + from, to - from), &key) ==
                              (from == 0 && to == sizeof(text) - 1));
        for (size_t i = 0; i < sizeof(text) - 1; i++) {
                for (unsigned bit = 0; bit < 8; bit++) {
                        text[i] = (char)(text[i] ^ 1 << bit);
                        CHECK(!note_key_parse(str_from_bytes(text, sizeof(text) - 1), &key));
                        text[i] = (char)(text[i] ^ 1 << bit);
                }
        }
        /* the id in upper case, another type with the id that follows from it, blanks */
        CHECK(
            !note_key_parse(STR("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &key));
        CHECK(
            !note_key_parse(STR("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &key));
        CHECK(!note_key_parse(STR(PETER "\n"), &key));
}

TEST(note_names_are_refused_that_a_line_could_not_hold)
{
        static const char *const bad[] = {"",          "a b",    "a+b",     "a\nb",    "a\tb", "a\u00a0b",
                                          "a\xc2\x85", "\u2028", "\u3000a", "a\u2003", "\xff", "a\xc0\x80"};
        char longest[NOTE_NAME_MAX + 2];
        uint8_t public_key[ED25519_PUBLIC_LEN] = {1};
        struct note_key key;
        for (size_t i = 0; i < LEN(bad); i++)
                CHECK(!note_key_make(str_from(bad[i]), public_key, &key));
        CHECK(!note_key_make(str_from_bytes("a\0b", 3), public_key, &key));
        memset(longest, 'a', sizeof(longest));
        CHECK(note_key_make(str_from_bytes(longest, NOTE_NAME_MAX), public_key, &key));
        CHECK(!note_key_make(str_from_bytes(longest, NOTE_NAME_MAX + 1), public_key, &key));
        CHECK(note_key_make(STR("id.example.org/로그"), public_key, &key));
}

static const char *const malformed[] = {
    "",
    "\n",
    "\n\n",
    TEXT,
    TEXT "\n",
    TEXT "\n\n",
    TEXT SIGNED,
    TEXT "\n" SIGNED "\n",
    TEXT "\n" SIGNED "more\n",
    TEXT "\n\n" SIGNED "\n" SIGNED "\n",
    TEXT "\r\n" SIGNED,
    "a\tb\n\n" SIGNED,
    "a\x7f\xff\n\n" SIGNED,
    "a\n\n- PeterNeumann x08go/ZJ\n",
    "a\n\n\u2013 PeterNeumann x08go/ZJ\n",
    "a\n\n\u2014PeterNeumann x08go/ZJ\n",
    "a\n\n\u2014  PeterNeumann x08go/ZJ\n",
    "a\n\n\u2014 PeterNeumann\n",
    "a\n\n\u2014 PeterNeumann \n",
    "a\n\n\u2014 PeterNeumann  x08go/ZJ\n",
    "a\n\n\u2014 PeterNeumann x08go/ZJ \n",
    "a\n\n\u2014 PeterNeumann x08go/ZJ x08go/ZJ\n",
    "a\n\n\u2014 Peter+Neumann x08go/ZJ\n",
    "a\n\n\u2014 Peter\u00a0Neumann x08go/ZJ\n",
    "a\n\n\u2014 PeterNeumann x08gow==\n", /* a key id and nothing behind it */
    "a\n\n\u2014 PeterNeumann x08go/Z\n",
    "a\n\n\u2014 PeterNeumann x08go/Zh=\n", /* bits that no byte takes */
    "a\n\n\u2014 PeterNeumann x08go_ZJ\n",
    "a\n\n\u2014 PeterNeumann x08go/ZJ",
};

TEST(note_refuses_what_is_malformed)
{
        struct note note;
        for (size_t i = 0; i < LEN(malformed); i++)
                if (note_parse(str_from(malformed[i]), &note))
                        test_fail(__FILE__, __LINE__, malformed[i]);
        CHECK(!note_parse(STR("a\0\n\n\u2014 n x08go/ZJ\n"), &note));
        CHECK(note_parse(STR("a\n\n\u2014 n x08go/ZJ\n"), &note));
        CHECK(note_parse(STR("\n\n\n\u2014 n x08go/ZJ\n"), &note) && str_equal(note.text, STR("\n\n")));
        CHECK(note_parse(STR("a\n\nb\n\n\u2014 n x08go/ZJ\n"), &note) &&
              str_equal(note.text, STR("a\n\nb\n")));
}

TEST(note_has_maxima)
{
        CLEANUP(buf_release) struct buf bytes;
        struct note note;
        buf_init(&bytes, 2 * NOTE_MAX);
        buf_add(&bytes, STR("a\n\n"));
        for (size_t i = 0; i < NOTE_SIGNATURES_MAX; i++)
                buf_add(&bytes, STR("\u2014 n x08go/ZJ\n"));
        CHECK(note_parse(buf_str(&bytes), &note) && note.signatures_len == NOTE_SIGNATURES_MAX);
        buf_add(&bytes, STR("\u2014 n x08go/ZJ\n"));
        CHECK(!note_parse(buf_str(&bytes), &note));
        for (size_t len = NOTE_MAX; len <= NOTE_MAX + 1; len++) {
                struct str tail = STR("\n\n\u2014 n x08go/ZJ\n");
                buf_clear(&bytes);
                while (bytes.len < len - tail.len)
                        buf_add_char(&bytes, 'a');
                buf_add(&bytes, tail);
                CHECK(bytes.len == len && note_parse(buf_str(&bytes), &note) == (len == NOTE_MAX));
        }
}

/* Without the call of ed25519_verify, or with the id compared alone, these would be trusted. */
TEST(note_is_trusted_only_as_it_was_signed)
{
        struct note_key key = peter();
        char bytes[] = TEXT "\n" SIGNED;
        struct str whole = str_from_bytes(bytes, sizeof(bytes) - 1);
        for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
                for (unsigned bit = 0; bit < 8; bit++) {
                        bytes[i] = (char)(bytes[i] ^ 1 << bit);
                        CHECK(judge(whole, &key, 1) != NOTE_TRUSTED);
                        bytes[i] = (char)(bytes[i] ^ 1 << bit);
                }
                CHECK(judge(str_from_bytes(bytes, i), &key, 1) != NOTE_TRUSTED);
        }
        CHECK(judge(whole, &key, 1) == NOTE_TRUSTED);
        CHECK(judge(STR("more\n" TEXT "\n" SIGNED), &key, 1) == NOTE_FORGED);
        CHECK(judge(STR(TEXT "\n\n" SIGNED), &key, 1) == NOTE_FORGED);
        CHECK(judge(STR(TEXT "\n" SIGNED), NULL, 0) == NOTE_UNKNOWN_KEY);
        /* a signature of the right key, of no length that Ed25519 has */
        CHECK(judge(STR(TEXT "\n\u2014 PeterNeumann x08go/ZJ\n"), &key, 1) == NOTE_FORGED);
}

/* Two log keys in a row, as a rotation has them, and a witness that nobody knows. */
TEST(note_may_have_signatures_of_others)
{
        CLEANUP(buf_release) struct buf bytes, more;
        uint8_t old_seed[ED25519_SEED_LEN] = {1}, new_seed[ED25519_SEED_LEN] = {2},
                other[ED25519_SEED_LEN] = {3};
        struct note_signer signers[3];
        struct note note;
        buf_init(&bytes, NOTE_MAX);
        buf_init(&more, NOTE_MAX);
        CHECK(note_signer_make(STR("log"), old_seed, &signers[0]) &&
              note_signer_make(STR("log"), new_seed, &signers[1]) &&
              note_signer_make(STR("witness"), other, &signers[2]));
        CHECK(!note_sign(STR(TEXT), signers, 0, &bytes) && !note_sign(STR("a"), signers, 1, &bytes) &&
              !note_sign(STR("a\r\n"), signers, 1, &bytes) && !note_sign(STR(""), signers, 1, &bytes));
        CHECK(note_sign(STR(TEXT), signers, 3, &bytes));
        CHECK(note_parse(buf_str(&bytes), &note) && note.signatures_len == 3);
        struct note_key keys[] = {signers[0].key, signers[1].key};
        CHECK(note_verify(&note, keys, 2) == NOTE_TRUSTED);
        CHECK(note_verify(&note, &keys[0], 1) == NOTE_TRUSTED &&
              note_verify(&note, &keys[1], 1) == NOTE_TRUSTED);
        /* the same name and id with another key: what it signs in that name must verify */
        struct note_key twins[] = {signers[0].key, signers[1].key};
        twins[1].public_key[0] ^= 1;
        CHECK(note_verify(&note, twins, 2) == NOTE_FORGED);
        /* a known name with an unknown id is a stranger */
        twins[1].id[0] ^= 1;
        CHECK(note_verify(&note, &twins[1], 1) == NOTE_UNKNOWN_KEY);
        /* a witness that signs with a kind we do not know, 2420 bytes and a time */
        uint8_t large[NOTE_KEY_ID_LEN + 8 + 2420] = {9};
        buf_add(&bytes, STR("\u2014 witness.example "));
        buf_add_base64(&bytes, large, sizeof(large));
        buf_add_char(&bytes, '\n');
        CHECK(judge(buf_str(&bytes), keys, 2) == NOTE_TRUSTED);
}
