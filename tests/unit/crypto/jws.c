#include "crypto/jws.h"

#include "base/json.h"
#include "unit/data.h"
#include "unit/test.h"

#include <pthread.h>
#include <stdio.h>

static const struct str secret = {"a secret of more than thirty-two bytes", 38};

struct bench {
        struct op op;
        struct vault *vault;
        struct keyring *keyring;
        char kid[KEYRING_KID_MAX];
        struct buf token;
};

static void bench_release(struct bench *bench)
{
        buf_release(&bench->token);
        keyring_free(&bench->keyring);
        vault_free(&bench->vault);
        op_release(&bench->op);
}

static struct signer *new_signer(struct bench *bench)
{
        CLEANUP(buf_release) struct buf sealed;
        buf_init(&sealed, 4096);
        struct signer *signer = NULL;
        CHECK(signer_make(&bench->op, bench->vault, &sealed) == RC_OK);
        CHECK(signer_new(&bench->op, bench->vault, buf_str(&sealed), &signer) == RC_OK);
        return signer;
}

static struct keyring *new_keyring(struct signer *const *signers, size_t len)
{
        struct keyring *keyring = keyring_new();
        keyring_fill(keyring, signers, len);
        return keyring;
}

static void bench_init(struct bench *bench)
{
        *bench = (struct bench){.vault = NULL};
        test_op_init(&bench->op);
        buf_init(&bench->token, 65536);
        CHECK(vault_new(&bench->op, secret, NULL, 0, &bench->vault) == RC_OK);
        bench->keyring = new_keyring((struct signer *[]){new_signer(bench)}, 1);
        keyring_kid(bench->keyring, bench->kid);
        CHECK(jws_sign(&bench->op, bench->keyring, "JWT", STR("{\"sub\":\"홍길동\"}"), &bench->token) ==
              RC_OK);
}

TEST(jws_verifies_what_it_signed)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        CLEANUP(buf_release) struct buf claims, jwks;
        buf_init(&claims, 1000);
        buf_init(&jwks, 1000);
        CHECK(jws_verify(&bench.op, bench.keyring, buf_str(&bench.token), &claims) == RC_OK);
        CHECK_STR(buf_str(&claims), "{\"sub\":\"홍길동\"}");
        jws_jwks(bench.keyring, &jwks);
        json_auto_t *set = NULL;
        CHECK(json_parse(buf_str(&jwks), 1000, &set));
        const json_t *key = json_array_get(json_object_get(set, "keys"), 0);
        CHECK_STR(json_get_str(key, "kid"), bench.kid);
        CHECK_STR(json_get_str(key, "crv"), "P-256");
        CHECK_STR(json_get_str(key, "alg"), "ES256");
        CHECK(json_object_get(key, "d") == NULL && json_object_get(key, "key_ops") == NULL);
}

TEST(jws_refuses_each_changed_sign)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        CLEANUP(buf_release) struct buf claims;
        buf_init(&claims, 1000);
        struct str token = buf_str(&bench.token);
        /* The last sign carries four bits that count and two that do not. */
        for (size_t i = 0; i + 1 < token.len; i++) {
                char kept = bench.token.ptr[i];
                bench.token.ptr[i] = kept == 'A' ? 'B' : 'A';
                CHECK(jws_verify(&bench.op, bench.keyring, token, &claims) == RC_UNAUTHORIZED);
                bench.token.ptr[i] = kept;
                CHECK(jws_verify(&bench.op, bench.keyring, str_sub(token, 0, i), &claims) == RC_UNAUTHORIZED);
        }
        CHECK(claims.len == 0);
}

static void check_header_refused(struct bench *bench, const char *header)
{
        CLEANUP(buf_release) struct buf token, claims;
        buf_init(&token, 4096);
        buf_init(&claims, 1000);
        struct str rest = buf_str(&bench->token), part;
        buf_add_base64url(&token, header, strlen(header));
        CHECK(str_split(&rest, '.', &part));
        buf_add_char(&token, '.');
        buf_add(&token, rest);
        CHECK(jws_verify(&bench->op, bench->keyring, buf_str(&token), &claims) == RC_UNAUTHORIZED);
}

static void check_own_kid_refused(struct bench *bench, const char *start)
{
        char header[256];
        snprintf(header, sizeof(header), "%s%s\"}", start, bench->kid);
        check_header_refused(bench, header);
}

TEST(jws_refuses_foreign_headers_and_keys)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        CLEANUP(keyring_free) struct keyring *other = new_keyring((struct signer *[]){new_signer(&bench)}, 1);
        CLEANUP(buf_release) struct buf claims;
        buf_init(&claims, 1000);
        CHECK(jws_verify(&bench.op, other, buf_str(&bench.token), &claims) == RC_UNAUTHORIZED);
        const char *const headers[] = {
            "{\"alg\":\"none\"}",
            "{\"alg\":\"HS256\"}",
            "{\"alg\":\"ES256\",\"kid\":\"../../dev/null\"}",
            "{\"alg\":\"ES256\",\"kid\":[]}",
            "[]",
            "",
        };
        for (size_t i = 0; i < LEN(headers); i++)
                check_header_refused(&bench, headers[i]);
        check_own_kid_refused(&bench, "{\"alg\":\"none\",\"kid\":\"");
        check_own_kid_refused(&bench, "{\"alg\":\"HS256\",\"kid\":\"");
        check_own_kid_refused(&bench, "{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false,\"kid\":\"");
}

TEST(jws_key_opens_only_under_the_secrets_of_its_vault)
{
        static const struct str next = {"the secret that comes after the first", 37};
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        CLEANUP(buf_release) struct buf sealed, resealed;
        buf_init(&sealed, 4096);
        buf_init(&resealed, 4096);
        CLEANUP(vault_free) struct vault *stranger = NULL, *after = NULL;
        CLEANUP(signer_free) struct signer *first = NULL, *second = NULL, *third = NULL;
        CHECK(signer_make(&bench.op, bench.vault, &sealed) == RC_OK);
        CHECK(vault_new(&bench.op, STR("quite another secret of many bytes"), NULL, 0, &stranger) == RC_OK);
        CHECK(signer_new(&bench.op, stranger, buf_str(&sealed), &third) == RC_CONFIG && third == NULL);
        op_forgive(&bench.op);
        CHECK(vault_new(&bench.op, next, &secret, 1, &after) == RC_OK);
        CHECK(signer_reseal(&bench.op, after, buf_str(&sealed), &resealed) == RC_OK);
        CHECK(!vault_is_current(after, buf_str(&sealed)) && vault_is_current(after, buf_str(&resealed)));
        CHECK(signer_new(&bench.op, after, buf_str(&sealed), &first) == RC_OK);
        CHECK(signer_new(&bench.op, after, buf_str(&resealed), &second) == RC_OK);
        CHECK(strcmp(signer_kid(first), signer_kid(second)) == 0);
}

TEST(jws_keyring_signs_with_the_first_and_verifies_with_all)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        CLEANUP(buf_release) struct buf old, claims, jwks;
        buf_init(&old, 4096);
        buf_init(&claims, 4096);
        buf_init(&jwks, 4096);
        struct signer *was = new_signer(&bench), *is = new_signer(&bench);
        char kid[KEYRING_KID_MAX];
        CLEANUP(keyring_free) struct keyring *keyring = new_keyring(&was, 1);
        CHECK(jws_sign(&bench.op, keyring, "JWT", STR("{}"), &old) == RC_OK);
        keyring_fill(keyring, NULL, 0);
        CHECK(jws_verify(&bench.op, keyring, buf_str(&old), &claims) == RC_UNAUTHORIZED);
        op_forgive(&bench.op);
        CHECK(jws_sign(&bench.op, keyring, "JWT", STR("{}"), &claims) == RC_INTERNAL);
        op_forgive(&bench.op);
        keyring_kid(keyring, kid);
        CHECK(*kid == '\0');
        struct signer *again = new_signer(&bench);
        keyring_fill(keyring, (struct signer *[]){is, again}, 2);
        keyring_kid(keyring, kid);
        buf_clear(&old);
        CHECK(jws_sign(&bench.op, keyring, "JWT", STR("{\"a\":1}"), &old) == RC_OK);
        buf_clear(&claims);
        CHECK(jws_verify(&bench.op, keyring, buf_str(&old), &claims) == RC_OK);
        CHECK_STR(buf_str(&claims), "{\"a\":1}");
        jws_jwks(keyring, &jwks);
        json_auto_t *set = NULL;
        CHECK(json_parse(buf_str(&jwks), 4096, &set));
        const json_t *keys = json_object_get(set, "keys");
        CHECK(json_array_size(keys) == 2);
        CHECK_STR(json_get_str(json_array_get(keys, 0), "kid"), kid);
}

enum { THREADS = 4, EACH = 50 };

static void *sign_many(void *arg)
{
        struct keyring *keyring = arg;
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        size_t right = 0;
        for (size_t i = 0; i < EACH; i++) {
                CLEANUP(buf_release) struct buf token, claims;
                buf_init(&token, 4096);
                buf_init(&claims, 4096);
                right += jws_sign(&op, keyring, "JWT", STR("{}"), &token) == RC_OK &&
                         jws_verify(&op, keyring, buf_str(&token), &claims) == RC_OK;
        }
        return (void *)(uintptr_t)right;
}

TEST(jws_signer_serves_many_threads)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        pthread_t threads[THREADS];
        for (size_t i = 0; i < THREADS; i++)
                CHECK(pthread_create(&threads[i], NULL, sign_many, bench.keyring) == 0);
        size_t right = 0;
        for (size_t i = 0; i < THREADS; i++) {
                void *count;
                pthread_join(threads[i], &count);
                right += (uintptr_t)count;
        }
        CHECK(right == THREADS * EACH);
}
