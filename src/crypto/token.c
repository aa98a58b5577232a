#include "crypto/token.h"

#include "base/buf.h"
#include "crypto/random.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>

enum { RANDOM_LEN = 32, PREFIX_LEN = 4 };

static const char prefixes[TOKEN_KIND_COUNT][PREFIX_LEN + 1] = {
    [TOKEN_SESSION] = "bns_",
    [TOKEN_API_KEY] = "bnk_",
    [TOKEN_RESULT] = "bnt_",
    [TOKEN_CONFIRM] = "bnc_",
};

void token_new(enum token_kind kind, char ret[TOKEN_MAX])
{
        assert(kind < TOKEN_KIND_COUNT);
        uint8_t random[RANDOM_LEN];
        random_bytes(random, sizeof(random));
        memcpy(ret, prefixes[kind], PREFIX_LEN);
        sodium_bin2base64(ret + PREFIX_LEN, TOKEN_MAX - PREFIX_LEN, random, sizeof(random),
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        explicit_bzero(random, sizeof(random));
}

static bool is_base64url(char c)
{
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
               c == '_';
}

bool token_valid(enum token_kind kind, struct str text)
{
        assert(kind < TOKEN_KIND_COUNT);
        if (text.len != TOKEN_LEN || memcmp(text.ptr, prefixes[kind], PREFIX_LEN) != 0)
                return false;
        for (size_t i = PREFIX_LEN; i < text.len; i++)
                if (!is_base64url(text.ptr[i]))
                        return false;
        return true;
}

void token_hash(struct str text, uint8_t ret[TOKEN_HASH_LEN])
{
        static const uint8_t key[] = "bonin token hash"; /* sets this hash apart from others; no secret */
        crypto_generichash(ret, TOKEN_HASH_LEN, (const uint8_t *)text.ptr, text.len, key, sizeof(key) - 1);
}
