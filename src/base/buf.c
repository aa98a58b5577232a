#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *buf, size_t max)
{
        *buf = (struct buf){.max = max};
}

void buf_init_secret(struct buf *buf, size_t max)
{
        *buf = (struct buf){.max = max, .secret = true};
}

void buf_release(struct buf *buf)
{
        if (buf->secret && buf->ptr)
                explicit_bzero(buf->ptr, buf->cap);
        free(buf->ptr);
        *buf = (struct buf){.max = buf->max, .secret = buf->secret};
}

void buf_clear(struct buf *buf)
{
        if (buf->secret && buf->ptr)
                explicit_bzero(buf->ptr, buf->cap);
        buf->len = 0;
        buf->failed = false;
}

/* Room for `more` bytes and a NUL; false marks the buffer as failed. */
static bool room(struct buf *buf, size_t more)
{
        if (buf->failed)
                return false;
        if (more > buf->max - buf->len) {
                buf->failed = true;
                return false;
        }
        size_t need = buf->len + more + 1;
        if (need <= buf->cap)
                return true;
        size_t cap = MAX(buf->cap * 2, (size_t)64);
        if (cap < need)
                cap = need;
        if (!buf->secret) {
                buf->ptr = x_grow(buf->ptr, cap, 1);
        } else {
                char *ptr = x_new(cap, 1);
                if (buf->ptr) {
                        memcpy(ptr, buf->ptr, buf->len);
                        explicit_bzero(buf->ptr, buf->cap);
                        x_free(buf->ptr);
                }
                buf->ptr = ptr;
        }
        buf->cap = cap;
        return true;
}

void buf_add_bytes(struct buf *buf, const void *bytes, size_t len)
{
        if (len == 0 || !room(buf, len))
                return;
        memcpy(buf->ptr + buf->len, bytes, len);
        buf->len += len;
}

void buf_add(struct buf *buf, struct str s)
{
        buf_add_bytes(buf, s.ptr, s.len);
}

void buf_add_char(struct buf *buf, char c)
{
        buf_add_bytes(buf, &c, 1);
}

void buf_addv(struct buf *buf, const char *format, va_list args)
{
        va_list again;
        va_copy(again, args);
        int len = vsnprintf(NULL, 0, format, again);
        va_end(again);
        if (len < 0) {
                buf->failed = true;
                return;
        }
        if (!room(buf, (size_t)len))
                return;
        vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, args);
        buf->len += (size_t)len;
}

void buf_addf(struct buf *buf, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        buf_addv(buf, format, args);
        va_end(args);
}

void buf_add_hex(struct buf *buf, const void *bytes, size_t len)
{
        static const char digits[] = "0123456789abcdef";
        const uint8_t *at = bytes;
        for (size_t i = 0; i < len; i++) {
                buf_add_char(buf, digits[at[i] >> 4]);
                buf_add_char(buf, digits[at[i] & 15]);
        }
}

static void add_base64(struct buf *buf, const uint8_t *at, size_t len, const char *digits, bool pad)
{
        for (size_t i = 0; i < len; i += 3) {
                size_t n = MIN(len - i, (size_t)3);
                uint32_t v = (uint32_t)at[i] << 16;
                if (n > 1)
                        v |= (uint32_t)at[i + 1] << 8;
                if (n > 2)
                        v |= at[i + 2];
                char four[4] = {digits[v >> 18], digits[(v >> 12) & 63], '=', '='};
                if (n > 1)
                        four[2] = digits[(v >> 6) & 63];
                if (n > 2)
                        four[3] = digits[v & 63];
                buf_add_bytes(buf, four, pad ? sizeof(four) : n + 1);
        }
}

void buf_add_base64(struct buf *buf, const void *bytes, size_t len)
{
        add_base64(buf, bytes, len, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

void buf_add_base64url(struct buf *buf, const void *bytes, size_t len)
{
        add_base64(buf, bytes, len, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                   false);
}

void buf_add_form(struct buf *buf, struct str s)
{
        for (size_t i = 0; i < s.len; i++) {
                unsigned char c = (unsigned char)s.ptr[i];
                if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    strchr("-._*", c))
                        buf_add_char(buf, (char)c);
                else if (c == ' ')
                        buf_add_char(buf, '+');
                else
                        buf_addf(buf, "%%%02X", c);
        }
}

void buf_truncate(struct buf *buf, size_t len)
{
        if (len >= buf->len)
                return;
        if (buf->secret)
                explicit_bzero(buf->ptr + len, buf->len - len);
        buf->len = len;
}

const char *buf_text(struct buf *buf)
{
        if (buf->failed || buf->ptr == NULL)
                return "";
        buf->ptr[buf->len] = '\0';
        return buf->ptr;
}
