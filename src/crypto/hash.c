#include "crypto/hash.h"

#include <sodium.h>

_Static_assert(crypto_hash_sha256_BYTES == HASH_LEN, "hash");

struct hash hash_sha256(const struct str *parts, size_t parts_len)
{
        struct hash hash;
        crypto_hash_sha256_state state;
        crypto_hash_sha256_init(&state);
        for (size_t i = 0; i < parts_len; i++)
                crypto_hash_sha256_update(&state, (const uint8_t *)parts[i].ptr, parts[i].len);
        crypto_hash_sha256_final(&state, hash.bytes);
        return hash;
}

bool hash_parse(struct str bytes, struct hash *ret)
{
        if (bytes.len != HASH_LEN)
                return false;
        memcpy(ret->bytes, bytes.ptr, HASH_LEN);
        return true;
}
