#include "crypto/hkdf.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

static OSSL_PARAM octets(const char *name, struct str value)
{
        /* The library wants a pointer even to nothing, and does not write through it. */
        return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)(value.ptr ? value.ptr : ""),
                                                 value.len);
}

bool hkdf_sha256(struct str secret, struct str salt, struct str info, uint8_t *ret, size_t ret_len)
{
        EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
        EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
        char digest[] = "SHA256";
        OSSL_PARAM params[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
            octets(OSSL_KDF_PARAM_KEY, secret),
            octets(OSSL_KDF_PARAM_SALT, salt),
            octets(OSSL_KDF_PARAM_INFO, info),
            OSSL_PARAM_construct_end(),
        };
        bool ok = ctx && EVP_KDF_derive(ctx, ret, ret_len, params) == 1;
        EVP_KDF_CTX_free(ctx);
        EVP_KDF_free(kdf);
        return ok;
}
