#include "crypto/jws.h"

#include "base/emit.h"
#include "base/json.h"

#include <assert.h>
#include <jose/jose.h>
#include <jose/openssl.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_TEXT_MAX = 4096, TOKEN_LEN_MAX = 65536, SIGNATURE_LEN = 64, HEADER_MAX = 1024, DER_MAX = 80 };

struct signer {
        EVP_PKEY *key;
        json_t *public_jwk;
        char *kid;
};

static const struct str key_place = {"signing-key", 11};

/* jansson frees without wiping; a private key is overwritten first. */
static void jwk_wipe(json_t **jwk)
{
        const char *d = *jwk ? json_string_value(json_object_get(*jwk, "d")) : NULL;
        if (d)
                explicit_bzero((void *)(uintptr_t)d, strlen(d));
        json_decref(*jwk);
        *jwk = NULL;
}

enum rc signer_make(struct op *op, const struct vault *vault, struct buf *ret_sealed)
{
        CLEANUP(jwk_wipe) json_t *jwk = json_pack("{s:s}", "alg", "ES256");
        if (jwk == NULL || !jose_jwk_gen(NULL, jwk))
                return op_fail(op, RC_INTERNAL, "no signing key could be made");
        char *text = json_dumps(jwk, JSON_COMPACT | JSON_SORT_KEYS);
        if (text == NULL)
                return op_fail(op, RC_INTERNAL, "a signing key could not be written");
        vault_seal(vault, key_place, str_from(text), ret_sealed);
        explicit_bzero(text, strlen(text));
        free(text);
        return buf_ok(ret_sealed) ? RC_OK : op_fail(op, RC_INTERNAL, "no room for a signing key");
}

/* The public half as others see it: key type, curve, point, use, algorithm, id; nothing else. */
static bool publish(struct signer *signer, const json_t *jwk)
{
        json_auto_t *thumbprint = jose_jwk_thp(NULL, jwk, "S256");
        if (!json_is_string(thumbprint))
                return false;
        signer->kid = x_copy(json_string_value(thumbprint));
        signer->public_jwk =
            json_pack("{s:O,s:O,s:O,s:O,s:s,s:s,s:s}", "kty", json_object_get(jwk, "kty"), "crv",
                      json_object_get(jwk, "crv"), "x", json_object_get(jwk, "x"), "y",
                      json_object_get(jwk, "y"), "use", "sig", "alg", "ES256", "kid", signer->kid);
        return signer->public_jwk != NULL;
}

static bool take_key(struct signer *signer, struct str text)
{
        CLEANUP(jwk_wipe) json_t *jwk = NULL;
        if (!json_parse(text, KEY_TEXT_MAX, &jwk) || !str_equal(json_get_str(jwk, "crv"), STR("P-256")) ||
            !publish(signer, jwk))
                return false;
        signer->key = jose_openssl_jwk_to_EVP_PKEY(NULL, jwk);
        return signer->key != NULL;
}

enum rc signer_new(struct op *op, const struct vault *vault, struct str sealed, struct signer **ret)
{
        CLEANUP(buf_release) struct buf text;
        buf_init_secret(&text, KEY_TEXT_MAX);
        if (vault_open(op, vault, key_place, sealed, &text) != RC_OK) {
                op_forgive(op);
                return op_fail(op, RC_CONFIG,
                               "the signing key does not open: it is damaged, or of another SECRET_KEY");
        }
        CLEANUP(signer_free) struct signer *signer = x_new(1, sizeof(*signer));
        if (!take_key(signer, buf_str(&text)))
                return op_fail(op, RC_CONFIG, "the signing key is not a P-256 JWK");
        *ret = signer;
        signer = NULL;
        return RC_OK;
}

enum rc signer_reseal(struct op *op, const struct vault *vault, struct str sealed, struct buf *ret_sealed)
{
        CLEANUP(buf_release) struct buf text;
        buf_init_secret(&text, KEY_TEXT_MAX);
        if (vault_open(op, vault, key_place, sealed, &text) != RC_OK)
                return op->rc;
        vault_seal(vault, key_place, buf_str(&text), ret_sealed);
        return buf_ok(ret_sealed) ? RC_OK : op_fail(op, RC_INTERNAL, "no room for a signing key");
}

void signer_free(struct signer **signer)
{
        if (*signer == NULL)
                return;
        EVP_PKEY_free((*signer)->key);
        json_decref((*signer)->public_jwk);
        x_free((*signer)->kid);
        x_free(*signer);
        *signer = NULL;
}

const char *signer_kid(const struct signer *signer)
{
        return signer->kid;
}

struct keyring {
        pthread_rwlock_t lock;
        struct signer *signers[KEYRING_MAX]; /* the first signs */
        size_t len;
};

struct keyring *keyring_new(void)
{
        struct keyring *keyring = x_new(1, sizeof(*keyring));
        pthread_rwlock_init(&keyring->lock, NULL);
        return keyring;
}

void keyring_free(struct keyring **keyring)
{
        if (*keyring == NULL)
                return;
        keyring_fill(*keyring, NULL, 0);
        pthread_rwlock_destroy(&(*keyring)->lock);
        x_free(*keyring);
        *keyring = NULL;
}

void keyring_fill(struct keyring *keyring, struct signer *const *signers, size_t len)
{
        assert(len <= KEYRING_MAX);
        pthread_rwlock_wrlock(&keyring->lock);
        for (size_t i = 0; i < keyring->len; i++)
                signer_free(&keyring->signers[i]);
        for (size_t i = 0; i < len; i++)
                keyring->signers[i] = signers[i];
        keyring->len = len;
        pthread_rwlock_unlock(&keyring->lock);
}

void keyring_kid(struct keyring *keyring, char ret[KEYRING_KID_MAX])
{
        pthread_rwlock_rdlock(&keyring->lock);
        snprintf(ret, KEYRING_KID_MAX, "%s", keyring->len ? keyring->signers[0]->kid : "");
        pthread_rwlock_unlock(&keyring->lock);
}

void jws_jwks(struct keyring *keyring, struct buf *ret)
{
        pthread_rwlock_rdlock(&keyring->lock);
        buf_add(ret, STR("{\"keys\":["));
        for (size_t i = 0; i < keyring->len; i++) {
                char *text = json_dumps(keyring->signers[i]->public_jwk, JSON_COMPACT);
                if (text == NULL)
                        abort();
                buf_addf(ret, "%s%s", i ? "," : "", text);
                free(text);
        }
        buf_add(ret, STR("]}"));
        pthread_rwlock_unlock(&keyring->lock);
}

static json_t *json_string_of(struct str text)
{
        return json_stringn(text.ptr ? text.ptr : "", text.len);
}

/* ES256 wants r and s as 32 bytes each; OpenSSL gives them in DER. */
static bool sign(EVP_PKEY *key, struct str text, uint8_t ret[SIGNATURE_LEN])
{
        uint8_t der[DER_MAX];
        size_t der_len = sizeof(der);
        EVP_MD_CTX *ctx = EVP_MD_CTX_new();
        bool ok = ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
                  EVP_DigestSign(ctx, der, &der_len, (const uint8_t *)text.ptr, text.len) == 1;
        EVP_MD_CTX_free(ctx);
        const uint8_t *at = der;
        ECDSA_SIG *pair = ok ? d2i_ECDSA_SIG(NULL, &at, (long)der_len) : NULL;
        ok = pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), ret, SIGNATURE_LEN / 2) > 0 &&
             BN_bn2binpad(ECDSA_SIG_get0_s(pair), ret + SIGNATURE_LEN / 2, SIGNATURE_LEN / 2) > 0;
        ECDSA_SIG_free(pair);
        return ok;
}

static enum rc sign_with(struct op *op, const struct signer *signer, const char *type, struct str claims,
                         struct buf *ret)
{
        CLEANUP(buf_release) struct buf header;
        buf_init(&header, HEADER_MAX);
        struct emit emit = emit_to(&header);
        emit_open(&emit, NULL);
        emit_text(&emit, "alg", "ES256");
        emit_text(&emit, "kid", signer->kid);
        emit_text(&emit, "typ", type);
        emit_close(&emit);
        size_t start = ret->len;
        buf_add_base64url(ret, header.ptr, header.len);
        buf_add_char(ret, '.');
        buf_add_base64url(ret, claims.ptr, claims.len);
        if (!buf_ok(ret) || !buf_ok(&header))
                return op_fail(op, RC_INTERNAL, "no room for a signed result");
        uint8_t signature[SIGNATURE_LEN];
        if (!sign(signer->key, str_sub(buf_str(ret), start, ret->len), signature))
                return op_fail(op, RC_INTERNAL, "a result could not be signed");
        buf_add_char(ret, '.');
        buf_add_base64url(ret, signature, sizeof(signature));
        return buf_ok(ret) ? RC_OK : op_fail(op, RC_INTERNAL, "no room for a signed result");
}

enum rc jws_sign(struct op *op, struct keyring *keyring, const char *type, struct str claims, struct buf *ret)
{
        pthread_rwlock_rdlock(&keyring->lock);
        enum rc rc = keyring->len ? sign_with(op, keyring->signers[0], type, claims, ret)
                                  : op_fail(op, RC_INTERNAL, "there is no signing key");
        pthread_rwlock_unlock(&keyring->lock);
        return rc;
}

/* Bytes of base64url text without padding, appended to *ret. */
static bool decode(struct str text, struct buf *ret)
{
        if (text.len == 0)
                return true;
        size_t len = jose_b64_dec_buf(NULL, text.len, NULL, 0);
        if (len == SIZE_MAX || len > TOKEN_LEN_MAX)
                return false;
        char *bytes = x_new(len + 1, 1);
        bool ok = jose_b64_dec_buf(text.ptr, text.len, bytes, len) == len;
        if (ok)
                buf_add_bytes(ret, bytes, len);
        x_free(bytes);
        return ok && buf_ok(ret);
}

/* header, payload, signature: three parts, all there. */
static bool split(struct str token, struct str ret[3])
{
        struct str rest = token;
        if (token.len == 0 || token.len > TOKEN_LEN_MAX)
                return false;
        for (size_t i = 0; i < 3; i++)
                if (!str_split(&rest, '.', &ret[i]) || ret[i].len == 0)
                        return false;
        return str_is_null(rest) && jose_b64_dec_buf(NULL, ret[2].len, NULL, 0) == SIGNATURE_LEN;
}

static json_t *header_of(struct str encoded)
{
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, HEADER_MAX);
        json_t *header = NULL;
        if (!decode(encoded, &text) || !json_parse(buf_str(&text), HEADER_MAX, &header))
                return NULL;
        return header;
}

/* A key for ES256 and nothing else. */
static bool key_fits(const json_t *jwk)
{
        const json_t *alg = json_object_get(jwk, "alg");
        return (alg == NULL || str_equal(json_get_str(jwk, "alg"), STR("ES256"))) &&
               str_equal(json_get_str(jwk, "crv"), STR("P-256")) && jose_jwk_prm(NULL, jwk, false, "verify");
}

/* What a header asks for decides nothing: it must ask for ES256, and for no extension. */
static bool signed_by(const json_t *jwk, const struct str part[3])
{
        json_auto_t *header = header_of(part[0]);
        if (!str_equal(json_get_str(header, "alg"), STR("ES256")) || json_object_get(header, "crit") ||
            !key_fits(jwk))
                return false;
        json_auto_t *jws = json_pack("{s:o,s:o,s:o}", "protected", json_string_of(part[0]), "payload",
                                     json_string_of(part[1]), "signature", json_string_of(part[2]));
        return jws && jose_jws_ver(NULL, jws, NULL, jwk, true);
}

bool jws_signed_by(const char *jwk, struct str token)
{
        struct str part[3];
        json_auto_t *key = NULL;
        return json_parse(str_from(jwk), KEY_TEXT_MAX, &key) && split(token, part) && signed_by(key, part);
}

static bool signed_by_one_of(struct keyring *keyring, struct str kid, const struct str part[3])
{
        bool ok = false;
        pthread_rwlock_rdlock(&keyring->lock);
        for (size_t i = 0; i < keyring->len && !ok; i++)
                ok = str_equal(kid, str_from(keyring->signers[i]->kid)) &&
                     signed_by(keyring->signers[i]->public_jwk, part);
        pthread_rwlock_unlock(&keyring->lock);
        return ok;
}

enum rc jws_verify(struct op *op, struct keyring *keyring, struct str token, struct buf *ret_claims)
{
        struct str part[3];
        if (!split(token, part))
                return op_fail(op, RC_UNAUTHORIZED, "not a compact JWS");
        json_auto_t *header = header_of(part[0]);
        if (!signed_by_one_of(keyring, json_get_str(header, "kid"), part))
                return op_fail(op, RC_UNAUTHORIZED, "not a token of ours");
        if (!decode(part[1], ret_claims))
                return op_fail(op, RC_UNAUTHORIZED, "the claims of a token do not decode");
        return RC_OK;
}
