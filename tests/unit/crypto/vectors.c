/* Published vectors for what crypto/ uses. Each count is checked, so that an empty file does not pass. */
#include "crypto/ed25519.h"
#include "crypto/hkdf.h"
#include "crypto/jws.h"
#include "crypto/mac.h"
#include "crypto/seal.h"
#include "unit/data.h"
#include "unit/test.h"

#include <stdio.h>
#include <stdlib.h>

/* Calls `check` for each test with its group; returns how many it judged. */
static int each(const char *name, int (*check)(const json_t *group, const json_t *test))
{
        char path[128];
        snprintf(path, sizeof(path), "hostile/wycheproof/testvectors_v1/%s_test.json", name);
        json_auto_t *root = data_json(path);
        const json_t *group, *test;
        size_t i, k;
        int judged = 0;
        json_array_foreach(json_object_get(root, "testGroups"), i, group)
            json_array_foreach(json_object_get(group, "tests"), k, test) judged += check(group, test);
        return judged;
}

static void judge_all(const char *name, int (*check)(const json_t *group, const json_t *test), int more_than)
{
        char what[64];
        int judged = each(name, check);
        CHECK(judged > more_than);
        snprintf(what, sizeof(what), "wycheproof %s", name);
        test_figure(24, what, "%d verdicts, all as published", judged);
}

static bool wanted(const json_t *test)
{
        return !str_equal(json_get_str(test, "result"), STR("invalid"));
}

static int check_seal(const json_t *group, const json_t *test)
{
        int64_t iv_bits;
        CHECK(json_get_int(group, "ivSize", 0, 4096, &iv_bits));
        if (iv_bits != 192)
                return 0;
        CLEANUP(buf_release) struct buf key, aad, sealed, msg, plain;
        buf_init(&key, 64);
        buf_init(&aad, 4096);
        buf_init(&sealed, 65536);
        buf_init(&msg, 65536);
        buf_init(&plain, 65536);
        CHECK(data_hex(test, "key", &key) && key.len == SEAL_KEY_LEN && data_hex(test, "aad", &aad));
        CHECK(data_hex(test, "iv", &sealed) && data_hex(test, "ct", &sealed) &&
              data_hex(test, "tag", &sealed));
        CHECK(data_hex(test, "msg", &msg));
        bool opened = seal_raw_open((const uint8_t *)key.ptr, buf_str(&aad), buf_str(&sealed), &plain);
        CHECK(opened == wanted(test));
        CHECK(!opened || str_equal(buf_str(&plain), buf_str(&msg)));
        return 1;
}

TEST(vectors_xchacha20_poly1305)
{
        judge_all("xchacha20_poly1305", check_seal, 200);
}

static int check_hkdf(const json_t *group, const json_t *test)
{
        CLEANUP(buf_release) struct buf ikm, salt, info, okm;
        buf_init(&ikm, 4096);
        buf_init(&salt, 4096);
        buf_init(&info, 4096);
        buf_init(&okm, 65536);
        int64_t size;
        CHECK(json_get_int(test, "size", 0, 65536, &size));
        CHECK(data_hex(test, "ikm", &ikm) && data_hex(test, "salt", &salt) && data_hex(test, "info", &info));
        CHECK(data_hex(test, "okm", &okm));
        uint8_t *out = x_new((size_t)size + 1, 1);
        bool ok = hkdf_sha256(buf_str(&ikm), buf_str(&salt), buf_str(&info), out, (size_t)size);
        CHECK(ok == wanted(test));
        CHECK(!ok || memcmp(out, okm.ptr, okm.len) == 0);
        x_free(out);
        return 1;
}

TEST(vectors_hkdf_sha256)
{
        judge_all("hkdf_sha256", check_hkdf, 80);
}

static int check_hmac(const json_t *group, const json_t *test)
{
        CLEANUP(buf_release) struct buf key, msg, tag;
        buf_init(&key, 4096);
        buf_init(&msg, 65536);
        buf_init(&tag, 64);
        uint8_t mac[32];
        CHECK(data_hex(test, "key", &key) && data_hex(test, "msg", &msg) && data_hex(test, "tag", &tag));
        mac_hmac_sha256(buf_str(&key), buf_str(&msg), mac);
        CHECK(tag.len <= sizeof(mac) && mac_equal(mac, tag.ptr, tag.len) == wanted(test));
        return 1;
}

TEST(vectors_hmac_sha256)
{
        judge_all("hmac_sha256", check_hmac, 150);
}

static int check_ed25519(const json_t *group, const json_t *test)
{
        CLEANUP(buf_release) struct buf key, msg, signature;
        buf_init(&key, 64);
        buf_init(&msg, 65536);
        buf_init(&signature, 4096);
        CHECK(data_hex(json_object_get(group, "publicKey"), "pk", &key) && key.len == ED25519_PUBLIC_LEN);
        CHECK(data_hex(test, "msg", &msg) && data_hex(test, "sig", &signature));
        CHECK(ed25519_verify((const uint8_t *)key.ptr, buf_str(&msg), buf_str(&signature)) == wanted(test));
        return 1;
}

TEST(vectors_ed25519)
{
        CHECK(each("ed25519", check_ed25519) > 140);
}

/* A token of any other algorithm or key type is refused whatever the vector says of it. */
static bool ours(const json_t *jwk)
{
        return str_equal(json_get_str(jwk, "crv"), STR("P-256")) &&
               !str_starts_with(json_get_str(jwk, "alg"), STR("ECDH"));
}

static bool believes(const json_t *jwk, struct str token)
{
        char *text = json_dumps(jwk, 0);
        bool ok = text && jws_signed_by(text, token);
        free(text);
        return ok;
}

static size_t accepted;

static int check_jws(const json_t *group, const json_t *test)
{
        const json_t *jwk = json_object_get(group, "public");
        if (jwk == NULL)
                jwk = json_object_get(group, "private");
        struct str token = json_get_str(test, "jws");
        if (!json_object_get(jwk, "kty") || str_is_null(token))
                return 0;
        bool ok = believes(jwk, token);
        if (ok != (ours(jwk) && wanted(test)))
                printf("  tcId %lld\n", json_integer_value(json_object_get(test, "tcId")));
        CHECK(ok == (ours(jwk) && wanted(test)));
        accepted += ok;
        return 1;
}

TEST(vectors_jws)
{
        accepted = 0;
        int judged = each("json_web_signature", check_jws);
        judged += each("json_web_crypto", check_jws);
        CHECK(judged > 440 && accepted == 3);
        test_figure(24, "wycheproof json_web_signature, json_web_crypto",
                    "%d tokens, %zu right ones accepted, 0 forged", judged, accepted);
}

/* Sets of keys that are ambiguous or mixed, for every key of them. */
static int check_key_set(const json_t *group, const json_t *test)
{
        const json_t *set = json_object_get(group, "public");
        if (set == NULL)
                set = json_object_get(group, "private");
        struct str token = json_get_str(test, "jws");
        const json_t *jwk;
        size_t i;
        if (str_is_null(token))
                return 0;
        json_array_foreach(json_object_get(set, "keys"), i, jwk)
        {
                bool ok = believes(jwk, token);
                if (ok && !(ours(jwk) && wanted(test)))
                        printf("  tcId %lld\n", json_integer_value(json_object_get(test, "tcId")));
                CHECK(!ok || (ours(jwk) && wanted(test)));
        }
        return 1;
}

TEST(vectors_key_sets)
{
        judge_all("json_web_key", check_key_set, 20);
}

/* The cookbook signs with every algorithm but ours: each of its tokens is refused under its own key. */
static void check_recipe(void *ctx, const char *stem)
{
        char path[256];
        size_t *judged = ctx;
        snprintf(path, sizeof(path), "hostile/jose-cookbook/jws/%s.json", stem);
        json_auto_t *recipe = data_json(path);
        struct str token = json_get_str(json_object_get(recipe, "output"), "compact");
        const json_t *jwk = json_object_get(json_object_get(recipe, "input"), "key");
        if (str_is_null(token))
                return;
        CHECK(!believes(jwk, token));
        (*judged)++;
}

TEST(vectors_jose_cookbook)
{
        size_t judged = 0;
        data_each("hostile/jose-cookbook/jws", ".json", check_recipe, &judged);
        CHECK(judged >= 4);
        test_figure(24, "jose-cookbook, tokens of other algorithms", "%zu tokens, 0 accepted", judged);
}

/* What these sign is not a token, so all of them, the hostile ones above all, must be refused behind one. */
static int check_ecdsa(const json_t *group, const json_t *test)
{
        CLEANUP(buf_release) struct buf token, signature;
        buf_init(&token, 65536);
        buf_init(&signature, 65536);
        CHECK(data_hex(test, "sig", &signature));
        buf_add_base64url(&token, "{\"alg\":\"ES256\"}", 15);
        buf_add(&token, STR(".e30."));
        buf_add_base64url(&token, signature.ptr, signature.len);
        CHECK(!believes(json_object_get(group, "publicKeyJwk"), buf_str(&token)));
        return 1;
}

TEST(vectors_hostile_ecdsa_signatures_forge_nothing)
{
        judge_all("ecdsa_secp256r1_sha256_p1363", check_ecdsa, 200);
}
