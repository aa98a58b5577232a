#include "crypto/ed25519.h"

#include <sodium.h>

_Static_assert(crypto_sign_SEEDBYTES == ED25519_SEED_LEN, "seed");
_Static_assert(crypto_sign_PUBLICKEYBYTES == ED25519_PUBLIC_LEN, "public key");
_Static_assert(crypto_sign_BYTES == ED25519_SIGNATURE_LEN, "signature");

void ed25519_public(const uint8_t seed[ED25519_SEED_LEN], uint8_t ret[ED25519_PUBLIC_LEN])
{
        uint8_t secret[crypto_sign_SECRETKEYBYTES];
        crypto_sign_seed_keypair(ret, secret, seed);
        explicit_bzero(secret, sizeof(secret));
}

void ed25519_sign(const uint8_t seed[ED25519_SEED_LEN], struct str text, uint8_t ret[ED25519_SIGNATURE_LEN])
{
        uint8_t public_key[ED25519_PUBLIC_LEN], secret[crypto_sign_SECRETKEYBYTES];
        crypto_sign_seed_keypair(public_key, secret, seed);
        crypto_sign_detached(ret, NULL, (const uint8_t *)text.ptr, text.len, secret);
        explicit_bzero(secret, sizeof(secret));
}

bool ed25519_verify(const uint8_t public_key[ED25519_PUBLIC_LEN], struct str text, struct str signature)
{
        return signature.len == ED25519_SIGNATURE_LEN &&
               crypto_sign_verify_detached((const uint8_t *)signature.ptr, (const uint8_t *)text.ptr,
                                           text.len, public_key) == 0;
}
