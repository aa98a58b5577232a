/*
 * Growing bytes with a maximum and a sticky error: append without checking, then ask once (buf_ok). Appending
 * past the maximum, or formatting that fails, marks the buffer as failed and appends nothing more.
 */
#pragma once

#include "base/str.h"

#include <stdarg.h>

struct buf {
        char *ptr;
        size_t len;
        size_t cap;
        size_t max;
        bool failed;
        bool secret; /* wipe on growth and release */
};

void buf_init(struct buf *buf, size_t max);
/* As buf_init, and every byte is wiped before its memory is given back. */
void buf_init_secret(struct buf *buf, size_t max);
void buf_release(struct buf *buf); /* fits CLEANUP; releasing twice, or a zeroed buf, is fine */
void buf_clear(struct buf *buf);   /* keeps the memory, forgets bytes and error */

void buf_add(struct buf *buf, struct str s);
void buf_add_bytes(struct buf *buf, const void *bytes, size_t len);
void buf_add_char(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *format, ...) PRINTF(2, 3);
void buf_addv(struct buf *buf, const char *format, va_list args);
/* Lower-case hex, and base64 (RFC 4648 section 4 with padding; section 5, url-safe, without). */
void buf_add_hex(struct buf *buf, const void *bytes, size_t len);
void buf_add_base64(struct buf *buf, const void *bytes, size_t len);
void buf_add_base64url(struct buf *buf, const void *bytes, size_t len);
/* application/x-www-form-urlencoded value. */
void buf_add_form(struct buf *buf, struct str s);
/* Cut to `len` bytes. */
void buf_truncate(struct buf *buf, size_t len);

NODISCARD static inline bool buf_ok(const struct buf *buf)
{
        return !buf->failed;
}

static inline struct str buf_str(const struct buf *buf)
{
        return (struct str){buf->ptr ? buf->ptr : "", buf->len};
}

/* The text with a NUL behind it (not counted in len); owned by the buffer. "" where it failed. */
const char *buf_text(struct buf *buf);
