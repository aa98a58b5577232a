#include "tlog/checkpoint.h"
#include "unit/test.h"

#define ROOT "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I="

/* A checkpoint that the Go checksum database signed, and its public key. */
TEST(checkpoint_of_another_log_is_read)
{
        struct str note = STR(
            "go.sum database tree\n15368405\n/g9am3I6YWNKaZX/jkne1fqd9zEyjss+JXyPXG0WfkY=\n\n"
            "— sum.golang.org "
            "Az3grqJGUaSGukG9p8nI2vKgiFn7qGHxn0W+mrwyI6Gz3F0t1J3LzmWk/p96Ybf295EjwdSwlzgijq5WA9d1Ded7owM=\n");
        struct note_key key;
        struct checkpoint checkpoint;
        CHECK(note_key_parse(STR("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"),
                             &key));
        CHECK(checkpoint_open(note, STR("go.sum database tree"), &key, 1, &checkpoint) == NOTE_TRUSTED);
        CHECK(checkpoint.size == 15368405 && checkpoint.root.bytes[0] == 0xfe &&
              checkpoint.root.bytes[31] == 0x46);
        CHECK_STR(checkpoint.origin, "go.sum database tree");
        CHECK(checkpoint.extensions.len == 0);
        CHECK(checkpoint_open(note, STR("go.sum database"), &key, 1, &checkpoint) == NOTE_OTHER_ORIGIN);
        CHECK(checkpoint_open(note, STR("go.sum database tree"), NULL, 0, &checkpoint) == NOTE_UNKNOWN_KEY);
}

/* What node's crypto signs with the same key, 0 to 31. */
TEST(checkpoint_is_written_as_others_read_it)
{
        CLEANUP(buf_release) struct buf out;
        uint8_t seed[ED25519_SEED_LEN];
        struct note_signer signer;
        struct checkpoint checkpoint = {.origin = STR("id.example.org/log"), .size = 3}, again;
        size_t len;
        for (size_t i = 0; i < sizeof(seed); i++)
                seed[i] = (uint8_t)i;
        buf_init(&out, NOTE_MAX);
        CHECK(str_unbase64(STR(ROOT), checkpoint.root.bytes, HASH_LEN, &len));
        checkpoint.extensions = STR("extension 1\n두 번째\n");
        CHECK(note_signer_make(checkpoint.origin, seed, &signer));
        note_key_format(&signer.key, &out);
        CHECK_STR(buf_str(&out), "id.example.org/log+2583b9fb+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
        buf_clear(&out);
        CHECK(checkpoint_sign(&checkpoint, &signer, 1, &out));
        CHECK_STR(
            buf_str(&out),
            "id.example.org/log\n3\n" ROOT "\nextension 1\n두 번째\n\n"
            "— id.example.org/log "
            "JYO5+xyNIHzRvtZEyNJoTZ1Kb65tou+PaX9GcENCGM2u3OJoJlNzfdrfk+Ru+ZDcPvm9dHbGAfsvUskn+AJwSFV01AA=\n");
        CHECK(checkpoint_open(buf_str(&out), checkpoint.origin, &signer.key, 1, &again) == NOTE_TRUSTED);
        CHECK(again.size == 3 && hash_equal(&again.root, &checkpoint.root) &&
              str_equal(again.extensions, checkpoint.extensions));
        /* the size in the signed text */
        out.ptr[sizeof("id.example.org/log\n") - 1] = '2';
        CHECK(checkpoint_open(buf_str(&out), checkpoint.origin, &signer.key, 1, &again) == NOTE_FORGED);
}

TEST(checkpoint_refuses_what_is_malformed)
{
        static const char *const bad[] = {
            "",
            "\n",
            "o\n",
            "o\n1\n",
            "o\n1\n" ROOT,
            "\n1\n" ROOT "\n",
            "o\n\n" ROOT "\n",
            "o\n1\n\n",
            "o\n1\n\n" ROOT "\n",
            "o\n01\n" ROOT "\n",
            "o\n00\n" ROOT "\n",
            "o\n-0\n" ROOT "\n",
            "o\n-1\n" ROOT "\n",
            "o\n+1\n" ROOT "\n",
            "o\n 1\n" ROOT "\n",
            "o\n1 \n" ROOT "\n",
            "o\n0x1\n" ROOT "\n",
            "o\n-\n" ROOT "\n",
            "o\n9223372036854775808\n" ROOT "\n",
            "o\n99999999999999999999999\n" ROOT "\n",
            "o\n1\n" ROOT "=\n",
            "o\n1\n" ROOT " \n",
            "o\n1\nAAAA\n",
            "o\n1\nAAAA" ROOT "\n",
            "o\n1\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7J=\n", /* bits that no byte takes */
            "o\n1\nSBNJTRN-FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n",
            "o\n1\n" ROOT "\n\n",
            "o\n1\n" ROOT "\nx\n\n",
            "o\n1\n" ROOT "\nx\n\ny\n",
            "o\n1\n" ROOT "\nx",
        };
        struct checkpoint checkpoint;
        for (size_t i = 0; i < LEN(bad); i++)
                if (checkpoint_parse(str_from(bad[i]), &checkpoint))
                        test_fail(__FILE__, __LINE__, bad[i]);
        CHECK(checkpoint_parse(STR("o\n0\n" ROOT "\n"), &checkpoint) && checkpoint.size == 0);
        CHECK(checkpoint_parse(STR("o\n9223372036854775807\n" ROOT "\n"), &checkpoint) &&
              checkpoint.size == MERKLE_SIZE_MAX);
        CHECK(checkpoint_parse(STR("o\n10\n" ROOT "\nx\ny\n"), &checkpoint) &&
              str_equal(checkpoint.extensions, STR("x\ny\n")));
}

/* Without reading the text again before it is signed, an origin with a line feed would set the size. */
TEST(checkpoint_signs_nothing_that_reads_differently)
{
        CLEANUP(buf_release) struct buf out;
        uint8_t seed[ED25519_SEED_LEN] = {7};
        struct note_signer signer;
        buf_init(&out, NOTE_MAX);
        CHECK(note_signer_make(STR("log"), seed, &signer));
        struct checkpoint bad[] = {
            {.origin = STR("")},
            {.origin = STR("log\n5\n" ROOT)},
            {.origin = STR("log\n")},
            {.origin = STR("log\t")},
            {.origin = STR("log\xff")},
            {.origin = STR("log"), .size = MERKLE_SIZE_MAX + 1},
            {.origin = STR("log"), .extensions = STR("x")},
            {.origin = STR("log"), .extensions = STR("\n")},
            {.origin = STR("log"), .extensions = STR("x\n\ny\n")},
            {.origin = STR("log"), .extensions = STR("x\r\n")},
        };
        for (size_t i = 0; i < LEN(bad); i++)
                CHECK(!checkpoint_sign(&bad[i], &signer, 1, &out) && out.len == 0);
        CHECK(checkpoint_sign(&(struct checkpoint){.origin = STR("log")}, &signer, 1, &out));
}
