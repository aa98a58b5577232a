/*
 * Authenticated encryption under a key that the caller holds (a session's data key): XChaCha20-Poly1305,
 * with a version byte in front. `aad` binds the sealed bytes to their place, such as
 * "sessions.phone:" + row id; it is not stored. Thread-safe.
 */
#pragma once

#include "base/buf.h"
#include "base/op.h"

enum { SEAL_KEY_LEN = 32, SEAL_OVERHEAD = 1 + 24 + 16 };

/* Appends plain.len + SEAL_OVERHEAD bytes. */
void seal_bytes(const uint8_t key[SEAL_KEY_LEN], struct str aad, struct str plain, struct buf *ret);
/* RC_INTERNAL where the bytes are damaged, of another key, or of another place. Appends to *ret. */
NODISCARD enum rc seal_open(struct op *op, const uint8_t key[SEAL_KEY_LEN], struct str aad, struct str sealed,
                            struct buf *ret);
/* The same into the op's arena, with a NUL behind the text. */
NODISCARD enum rc seal_open_in(struct op *op, const uint8_t key[SEAL_KEY_LEN], struct str aad,
                               struct str sealed, struct str *ret);

/* Without the version byte, for formats that have their own. seal_raw_open: false and nothing appended. */
void seal_raw(const uint8_t key[SEAL_KEY_LEN], struct str aad, struct str plain, struct buf *ret);
NODISCARD bool seal_raw_open(const uint8_t key[SEAL_KEY_LEN], struct str aad, struct str sealed,
                             struct buf *ret);

/*
 * Streams: a header, then chunks of SEAL_CHUNK bytes, the last one shorter and marked. Chunks that are
 * changed, reordered, left out or cut off at the end do not open.
 */
enum { SEAL_CHUNK = 65536, SEAL_CHUNK_OVERHEAD = 17, SEAL_HEADER_LEN = 1 + 24 };

struct seal_stream {
        _Alignas(16) uint8_t state[64];
};

void seal_stream_start(struct seal_stream *stream, const uint8_t key[SEAL_KEY_LEN],
                       uint8_t ret_header[SEAL_HEADER_LEN]);
/* Writes plain.len + SEAL_CHUNK_OVERHEAD bytes; plain.len at most SEAL_CHUNK. */
void seal_stream_push(struct seal_stream *stream, struct str aad, struct str plain, bool last, uint8_t *ret);
NODISCARD bool seal_stream_open(struct seal_stream *stream, const uint8_t key[SEAL_KEY_LEN],
                                const uint8_t header[SEAL_HEADER_LEN]);
/* Writes sealed.len - SEAL_CHUNK_OVERHEAD bytes. */
NODISCARD bool seal_stream_pull(struct seal_stream *stream, struct str aad, struct str sealed, uint8_t *ret,
                                bool *ret_last);
/* Wipes. */
void seal_stream_release(struct seal_stream *stream);
