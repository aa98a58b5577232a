#include "crypto/mac.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdlib.h>

/* Each part with its length before it: no two lists of parts give the same bytes. */
static void add_part(struct buf *buf, struct str part)
{
        for (unsigned shift = 0; shift < 32; shift += 8)
                buf_add_char(buf, (char)(part.len >> shift & 255));
        buf_add(buf, part);
}

static void code_text(struct str row_id, struct str address, struct str code, struct buf *ret)
{
        buf_init_secret(ret, SIZE_MAX / 2);
        add_part(ret, row_id);
        add_part(ret, address);
        add_part(ret, code);
}

void mac_code(const struct vault *vault, struct str row_id, struct str address, struct str code,
              uint8_t ret[MAC_LEN])
{
        _Static_assert((int)MAC_LEN == (int)VAULT_INDEX_LEN, "one length");
        CLEANUP(buf_release) struct buf text;
        code_text(row_id, address, code, &text);
        vault_index(vault, VAULT_CODE, buf_str(&text), ret);
}

bool mac_code_matches(const struct vault *vault, struct str row_id, struct str address, struct str code,
                      struct str stored)
{
        if (stored.len != MAC_LEN)
                return false;
        CLEANUP(buf_release) struct buf text;
        code_text(row_id, address, code, &text);
        unsigned found = 0;
        /* Every secret is tried, also after a hit: the time tells nothing. */
        for (size_t i = 0; i < vault_generations(vault); i++) {
                uint8_t mac[MAC_LEN];
                vault_index_of(vault, i, VAULT_CODE, buf_str(&text), mac);
                found |= (unsigned)sodium_memcmp(mac, stored.ptr, MAC_LEN) + 1;
                explicit_bzero(mac, sizeof(mac));
        }
        return found;
}

bool mac_equal(const void *a, const void *b, size_t len)
{
        return sodium_memcmp(a, b, len) == 0;
}

static void hmac(const EVP_MD *digest, struct str key, struct str text, uint8_t *ret)
{
        unsigned len = 0;
        assert(key.len <= INT32_MAX);
        if (HMAC(digest, key.ptr ? key.ptr : "", (int)key.len, (const uint8_t *)text.ptr, text.len, ret,
                 &len) == NULL)
                abort();
}

void mac_hmac_sha1(struct str key, struct str text, uint8_t ret[20])
{
        hmac(EVP_sha1(), key, text, ret);
}

void mac_hmac_sha256(struct str key, struct str text, uint8_t ret[32])
{
        hmac(EVP_sha256(), key, text, ret);
}
