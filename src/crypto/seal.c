#include "crypto/seal.h"

#include "crypto/random.h"

#include <assert.h>
#include <sodium.h>

enum { VERSION = 1, NONCE_LEN = 24, TAG_LEN = 16 };

_Static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == NONCE_LEN, "nonce");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == TAG_LEN, "tag");
_Static_assert(crypto_secretstream_xchacha20poly1305_ABYTES == SEAL_CHUNK_OVERHEAD, "chunk");
_Static_assert(1 + crypto_secretstream_xchacha20poly1305_HEADERBYTES == SEAL_HEADER_LEN, "header");
_Static_assert(sizeof(crypto_secretstream_xchacha20poly1305_state) <= sizeof(struct seal_stream), "state");

void seal_raw(const uint8_t key[SEAL_KEY_LEN], struct str aad, struct str plain, struct buf *ret)
{
        uint8_t nonce[NONCE_LEN];
        random_bytes(nonce, sizeof(nonce));
        buf_add_bytes(ret, nonce, sizeof(nonce));
        /* The plain text goes in first and is encrypted where it stands. */
        size_t at = ret->len;
        buf_add(ret, plain);
        buf_add_bytes(ret, (uint8_t[TAG_LEN]){0}, TAG_LEN);
        if (!buf_ok(ret))
                return;
        uint8_t *body = (uint8_t *)ret->ptr + at;
        crypto_aead_xchacha20poly1305_ietf_encrypt(body, NULL, body, plain.len, (const uint8_t *)aad.ptr,
                                                   aad.len, NULL, nonce, key);
}

/* Decrypts nonce + ciphertext + tag to `ret`, sealed.len - NONCE_LEN - TAG_LEN bytes. */
static bool decrypt(const uint8_t key[SEAL_KEY_LEN], struct str aad, struct str sealed, uint8_t *ret)
{
        const uint8_t *nonce = (const uint8_t *)sealed.ptr;
        return crypto_aead_xchacha20poly1305_ietf_decrypt(ret, NULL, NULL, nonce + NONCE_LEN,
                                                          sealed.len - NONCE_LEN, (const uint8_t *)aad.ptr,
                                                          aad.len, nonce, key) == 0;
}

bool seal_raw_open(const uint8_t key[SEAL_KEY_LEN], struct str aad, struct str sealed, struct buf *ret)
{
        if (sealed.len < NONCE_LEN + TAG_LEN)
                return false;
        size_t at = ret->len;
        buf_add_bytes(ret, sealed.ptr + NONCE_LEN, sealed.len - NONCE_LEN - TAG_LEN);
        if (!buf_ok(ret))
                return false;
        uint8_t *body = ret->ptr ? (uint8_t *)ret->ptr + at : NULL;
        if (decrypt(key, aad, sealed, body))
                return true;
        buf_truncate(ret, at);
        return false;
}

void seal_bytes(const uint8_t key[SEAL_KEY_LEN], struct str aad, struct str plain, struct buf *ret)
{
        buf_add_char(ret, VERSION);
        seal_raw(key, aad, plain, ret);
}

static enum rc damaged(struct op *op)
{
        return op_fail(op, RC_INTERNAL, "sealed bytes are damaged, of another key or out of place");
}

static bool has_form(struct str sealed)
{
        return sealed.len >= SEAL_OVERHEAD && sealed.ptr[0] == VERSION;
}

enum rc seal_open(struct op *op, const uint8_t key[SEAL_KEY_LEN], struct str aad, struct str sealed,
                  struct buf *ret)
{
        if (!has_form(sealed))
                return damaged(op);
        if (!buf_ok(ret) || sealed.len - SEAL_OVERHEAD > ret->max - ret->len)
                return op_fail(op, RC_INTERNAL, "sealed bytes are longer than what may be opened");
        return seal_raw_open(key, aad, str_sub(sealed, 1, sealed.len), ret) ? RC_OK : damaged(op);
}

enum rc seal_open_in(struct op *op, const uint8_t key[SEAL_KEY_LEN], struct str aad, struct str sealed,
                     struct str *ret)
{
        if (!has_form(sealed))
                return damaged(op);
        size_t len = sealed.len - SEAL_OVERHEAD;
        char *text = arena_alloc(&op->arena, len + 1);
        if (text == NULL)
                return op_fail(op, RC_UNAVAILABLE, "the request's memory is used up");
        if (!decrypt(key, aad, str_sub(sealed, 1, sealed.len), (uint8_t *)text))
                return damaged(op);
        *ret = (struct str){text, len};
        return RC_OK;
}

static crypto_secretstream_xchacha20poly1305_state *state_of(struct seal_stream *stream)
{
        return (crypto_secretstream_xchacha20poly1305_state *)(void *)stream->state;
}

void seal_stream_start(struct seal_stream *stream, const uint8_t key[SEAL_KEY_LEN],
                       uint8_t ret_header[SEAL_HEADER_LEN])
{
        ret_header[0] = VERSION;
        crypto_secretstream_xchacha20poly1305_init_push(state_of(stream), ret_header + 1, key);
}

void seal_stream_push(struct seal_stream *stream, struct str aad, struct str plain, bool last, uint8_t *ret)
{
        assert(plain.len <= SEAL_CHUNK);
        uint8_t tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                           : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
        crypto_secretstream_xchacha20poly1305_push(state_of(stream), ret, NULL, (const uint8_t *)plain.ptr,
                                                   plain.len, (const uint8_t *)aad.ptr, aad.len, tag);
}

bool seal_stream_open(struct seal_stream *stream, const uint8_t key[SEAL_KEY_LEN],
                      const uint8_t header[SEAL_HEADER_LEN])
{
        return header[0] == VERSION &&
               crypto_secretstream_xchacha20poly1305_init_pull(state_of(stream), header + 1, key) == 0;
}

bool seal_stream_pull(struct seal_stream *stream, struct str aad, struct str sealed, uint8_t *ret,
                      bool *ret_last)
{
        uint8_t tag = 0;
        if (sealed.len < SEAL_CHUNK_OVERHEAD || sealed.len > SEAL_CHUNK + SEAL_CHUNK_OVERHEAD)
                return false;
        if (crypto_secretstream_xchacha20poly1305_pull(state_of(stream), ret, NULL, &tag,
                                                       (const uint8_t *)sealed.ptr, sealed.len,
                                                       (const uint8_t *)aad.ptr, aad.len) != 0)
                return false;
        *ret_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
        return true;
}

void seal_stream_release(struct seal_stream *stream)
{
        explicit_bzero(stream, sizeof(*stream));
}
