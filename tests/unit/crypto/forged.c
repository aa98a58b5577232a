/*
 * Tokens that verifiers were taken in by, made with a library of others: no algorithm, the public key as the
 * secret of an HMAC, keys that the token brings along, key ids that are paths or queries, signatures that
 * every key fits. Controls, in jws.c: with the key taken from the header's `jwk`, or with the signature not
 * checked, some are accepted. The looks at `alg` and `crit` are a second fence: libjose refuses those too, as
 * long as the key says what it is for.
 */
#include "crypto/jws.h"

#include "base/json.h"
#include "crypto/mac.h"
#include "unit/data.h"
#include "unit/test.h"

#include <jose/jose.h>
#include <stdio.h>
#include <stdlib.h>

struct forger {
        struct op op;
        struct vault *vault;
        struct keyring *keyring;
        char kid[KEYRING_KID_MAX];
        json_t *public_jwk; /* ours */
        char *public_text;
        json_t *own; /* the forger's private key */
        struct buf good;
        size_t tried;
};

static void forger_init(struct forger *forger)
{
        CLEANUP(buf_release) struct buf sealed, jwks;
        buf_init(&sealed, 4096);
        buf_init(&jwks, 4096);
        buf_init(&forger->good, 65536);
        test_op_init(&forger->op);
        CHECK(vault_new(&forger->op, STR("a secret of more than thirty-two bytes"), NULL, 0,
                        &forger->vault) == RC_OK);
        CHECK(signer_make(&forger->op, forger->vault, &sealed) == RC_OK);
        struct signer *signer;
        CHECK(signer_new(&forger->op, forger->vault, buf_str(&sealed), &signer) == RC_OK);
        forger->keyring = keyring_new();
        keyring_fill(forger->keyring, &signer, 1);
        keyring_kid(forger->keyring, forger->kid);
        CHECK(jws_sign(&forger->op, forger->keyring, "JWT", STR("{\"sub\":\"a\"}"), &forger->good) == RC_OK);
        jws_jwks(forger->keyring, &jwks);
        json_auto_t *set = NULL;
        CHECK(json_parse(buf_str(&jwks), jwks.len, &set));
        forger->public_jwk = json_incref(json_array_get(json_object_get(set, "keys"), 0));
        forger->public_text = json_dumps(forger->public_jwk, JSON_COMPACT);
        forger->own = json_pack("{s:s}", "alg", "ES256");
        CHECK(forger->public_text && jose_jwk_gen(NULL, forger->own));
}

static void forger_release(struct forger *forger)
{
        json_decref(forger->own);
        json_decref(forger->public_jwk);
        free(forger->public_text);
        buf_release(&forger->good);
        keyring_free(&forger->keyring);
        vault_free(&forger->vault);
        op_release(&forger->op);
}

static void check_refused(struct forger *forger, struct str token)
{
        CLEANUP(buf_release) struct buf claims;
        buf_init(&claims, 65536);
        bool refused = jws_verify(&forger->op, forger->keyring, token, &claims) == RC_UNAUTHORIZED;
        op_forgive(&forger->op);
        if (!refused || jws_signed_by(forger->public_text, token))
                printf("  accepted: %.*s\n", STR_FMT(token));
        CHECK(refused && claims.len == 0 && !jws_signed_by(forger->public_text, token));
        forger->tried++;
}

/* header.claims.signature, each as it is before base64url. */
static void check_parts_refused(struct forger *forger, struct str header, struct str signature)
{
        CLEANUP(buf_release) struct buf token;
        buf_init(&token, 65536);
        buf_add_base64url(&token, header.ptr, header.len);
        buf_add(&token, STR(".eyJzdWIiOiJhIn0."));
        buf_add_base64url(&token, signature.ptr, signature.len);
        check_refused(forger, buf_str(&token));
}

/* A token with this header, rightly signed with this key. */
static void check_signed_refused(struct forger *forger, json_t *header, const json_t *key)
{
        json_auto_t *jws = json_pack("{s:s}", "payload", "eyJzdWIiOiJhIn0");
        json_auto_t *sig = json_pack("{s:o}", "protected", header);
        CHECK(jws && sig && jose_jws_sig(NULL, jws, sig, key));
        CLEANUP(buf_release) struct buf token;
        buf_init(&token, 65536);
        buf_add(&token, json_get_str(jws, "protected"));
        buf_add_char(&token, '.');
        buf_add(&token, json_get_str(jws, "payload"));
        buf_add_char(&token, '.');
        buf_add(&token, json_get_str(jws, "signature"));
        check_refused(forger, buf_str(&token));
}

static void try_no_algorithm(struct forger *forger)
{
        static const char *const names[] = {"none", "None", "NONE", "nOnE", "", "null", "es256", "ES256 "};
        struct str signature = str_sub(buf_str(&forger->good), forger->good.len - 86, 86);
        for (size_t i = 0; i < LEN(names); i++) {
                char header[256];
                snprintf(header, sizeof(header), "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}", names[i],
                         forger->kid);
                check_parts_refused(forger, str_from(header), STR(""));
                check_parts_refused(forger, str_from(header), signature);
        }
}

/* An HMAC under that secret, told as what it is, and as the 64 bytes that a signature of ours has. */
static void check_hmac_refused(struct forger *forger, const char *algorithm, struct str secret, size_t len)
{
        CLEANUP(buf_release) struct buf token;
        char header[256];
        uint8_t mac[64];
        buf_init(&token, 65536);
        snprintf(header, sizeof(header), "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}", algorithm,
                 forger->kid);
        buf_add_base64url(&token, header, strlen(header));
        buf_add(&token, STR(".eyJzdWIiOiJhIn0"));
        mac_hmac_sha256(secret, buf_str(&token), mac);
        memcpy(mac + 32, mac, 32);
        buf_add_char(&token, '.');
        buf_add_base64url(&token, mac, len);
        check_refused(forger, buf_str(&token));
}

/* The public key, in the forms in which it goes about, as the secret of an HMAC. */
static void try_public_key_as_secret(struct forger *forger)
{
        uint8_t point[65] = {4};
        CHECK(jose_b64_dec(json_object_get(forger->public_jwk, "x"), point + 1, 32) == 32);
        CHECK(jose_b64_dec(json_object_get(forger->public_jwk, "y"), point + 33, 32) == 32);
        const struct str secrets[] = {
            str_from(forger->public_text),
            str_from_bytes(point, sizeof(point)),
            str_from_bytes(point + 1, sizeof(point) - 1),
            json_get_str(forger->public_jwk, "x"),
            str_from_bytes(point + 1, 32),
            json_get_str(forger->public_jwk, "kid"),
            STR(""),
        };
        for (size_t i = 0; i < LEN(secrets); i++) {
                check_hmac_refused(forger, "HS256", secrets[i], 32);
                check_hmac_refused(forger, "HS256", secrets[i], 64);
                check_hmac_refused(forger, "ES256", secrets[i], 64);
        }
}

/* Rightly signed by the forger, under a header that points at his key, or at nothing good. */
static void try_own_key(struct forger *forger)
{
        json_auto_t *public_jwk = json_deep_copy(forger->own);
        CHECK(jose_jwk_pub(NULL, public_jwk));
        const char *kid = forger->kid;
        json_t *extras[] = {
            json_object(),
            json_pack("{s:O}", "jwk", public_jwk),
            json_pack("{s:s}", "jku", "http://127.0.0.1/jwks.json"),
            json_pack("{s:s}", "x5u", "http://127.0.0.1/cert.pem"),
            json_pack("{s:[s]}", "x5c", "MIIB"),
            json_pack("{s:s}", "kid", "../../../../../../dev/null"),
            json_pack("{s:s}", "kid", "/proc/self/environ"),
            json_pack("{s:s}", "kid", "' UNION SELECT 'secret"),
            json_pack("{s:s}", "kid", "file:///dev/null"),
            json_pack("{s:s}", "kid", ""),
            json_pack("{s:n}", "kid"),
            json_pack("{s:i}", "kid", 0),
            json_pack("{s:[s]}", "kid", kid),
            json_pack("{s:{s:s}}", "kid", "kid", kid),
            json_pack("{s:o}", "kid", json_sprintf("%s ", kid)),
            json_pack("{s:b,s:[s]}", "b64", 0, "crit", "b64"),
        };
        for (size_t i = 0; i < LEN(extras); i++) {
                json_t *header = json_pack("{s:s,s:s}", "alg", "ES256", "kid", kid);
                CHECK(extras[i] && json_object_update(header, extras[i]) == 0);
                json_decref(extras[i]);
                check_signed_refused(forger, header, forger->own);
        }
}

/* r and s of 0, of 1, of the order of the curve, and all ones: what sloppy arithmetic takes for every text.
 */
static void try_degenerate_signatures(struct forger *forger)
{
        static const char *const numbers[] = {
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000001",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        };
        char header[256];
        snprintf(header, sizeof(header), "{\"alg\":\"ES256\",\"kid\":\"%s\"}", forger->kid);
        for (size_t i = 0; i < LEN(numbers) * LEN(numbers); i++) {
                uint8_t signature[64];
                CHECK(str_unhex(str_from(numbers[i / LEN(numbers)]), signature, 32));
                CHECK(str_unhex(str_from(numbers[i % LEN(numbers)]), signature + 32, 32));
                check_parts_refused(forger, str_from(header), str_from_bytes(signature, sizeof(signature)));
        }
}

/* The right token, written in other ways. */
static void try_other_spellings(struct forger *forger)
{
        struct str good = buf_str(&forger->good);
        static const char *const ends[] = {"=", "==", ".", ".e30", "\n", " ", "%3d"}, *const starts[] = {
                                                                                          ".", " ",
                                                                                          "Bearer "};
        CLEANUP(buf_release) struct buf token;
        buf_init(&token, 65536);
        for (size_t i = 0; i < LEN(ends) + LEN(starts); i++) {
                buf_clear(&token);
                if (i >= LEN(ends))
                        buf_add(&token, str_from(starts[i - LEN(ends)]));
                buf_add(&token, good);
                if (i < LEN(ends))
                        buf_add(&token, str_from(ends[i]));
                check_refused(forger, buf_str(&token));
        }
        for (size_t i = 0; i < good.len; i += 7) {
                buf_clear(&token);
                buf_add(&token, str_sub(good, 0, i));
                buf_add_char(&token, i % 2 ? '\n' : '=');
                buf_add(&token, str_sub(good, i, good.len));
                check_refused(forger, buf_str(&token));
        }
}

TEST(jws_forged_tokens_are_refused)
{
        CLEANUP(forger_release) struct forger forger = {.tried = 0};
        CLEANUP(buf_release) struct buf claims;
        buf_init(&claims, 1000);
        forger_init(&forger);
        try_no_algorithm(&forger);
        try_public_key_as_secret(&forger);
        try_own_key(&forger);
        try_degenerate_signatures(&forger);
        try_other_spellings(&forger);
        CHECK(jws_verify(&forger.op, forger.keyring, buf_str(&forger.good), &claims) == RC_OK);
        test_figure(
            24, "alg none, key confusion, keys in the header, kid tricks, degenerate signatures, spellings",
            "%zu forged tokens, 0 accepted", forger.tried);
}
