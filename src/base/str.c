#include "base/str.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>

bool str_equal_nocase(struct str a, struct str b)
{
        return a.len == b.len && (a.len == 0 || strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_starts_with(struct str s, struct str prefix)
{
        return s.len >= prefix.len && str_equal(str_sub(s, 0, prefix.len), prefix);
}

bool str_ends_with(struct str s, struct str suffix)
{
        return s.len >= suffix.len && str_equal(str_sub(s, s.len - suffix.len, suffix.len), suffix);
}

ssize_t str_find(struct str s, char c)
{
        const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;
        return at ? at - s.ptr : -1;
}

ssize_t str_find_str(struct str s, struct str needle)
{
        if (needle.len == 0)
                return 0;
        const char *at = s.len >= needle.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
        return at ? at - s.ptr : -1;
}

static bool is_space(char c)
{
        return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
        while (s.len > 0 && is_space(s.ptr[0])) {
                s.ptr++;
                s.len--;
        }
        while (s.len > 0 && is_space(s.ptr[s.len - 1]))
                s.len--;
        return s;
}

struct str str_sub(struct str s, size_t from, size_t len)
{
        if (from > s.len)
                from = s.len;
        if (len > s.len - from)
                len = s.len - from;
        return (struct str){s.ptr ? s.ptr + from : NULL, len};
}

bool str_split(struct str *rest, char sep, struct str *ret_head)
{
        if (rest->ptr == NULL)
                return false;
        ssize_t at = str_find(*rest, sep);
        if (at < 0) {
                *ret_head = *rest;
                *rest = STR_NULL;
                return true;
        }
        *ret_head = str_sub(*rest, 0, (size_t)at);
        *rest = str_sub(*rest, (size_t)at + 1, rest->len);
        return true;
}

bool str_to_int(struct str s, int64_t min, int64_t max, int64_t *ret)
{
        size_t i = 0;
        bool negative = s.len > 0 && s.ptr[0] == '-';
        if (negative)
                i++;
        if (i == s.len)
                return false;
        int64_t value = 0;
        for (; i < s.len; i++) {
                if (s.ptr[i] < '0' || s.ptr[i] > '9')
                        return false;
                int64_t digit = s.ptr[i] - '0';
                if (__builtin_mul_overflow(value, 10, &value) ||
                    __builtin_add_overflow(value, negative ? -digit : digit, &value))
                        return false;
        }
        if (value < min || value > max)
                return false;
        *ret = value;
        return true;
}

bool str_to_double(struct str s, double min, double max, double *ret)
{
        char text[64];
        if (s.len == 0 || s.len >= sizeof(text) || is_space(s.ptr[0]))
                return false;
        memcpy(text, s.ptr, s.len);
        text[s.len] = '\0';
        char *end;
        errno = 0;
        double value = strtod(text, &end);
        if (errno != 0 || end != text + s.len || !isfinite(value) || value < min || value > max)
                return false;
        *ret = value;
        return true;
}

static int hex_digit(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        c |= 0x20;
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool str_unhex(struct str s, void *ret, size_t len)
{
        uint8_t *to = ret;
        if (s.len != 2 * len)
                return false;
        for (size_t i = 0; i < s.len; i++)
                if (hex_digit(s.ptr[i]) < 0)
                        return false;
        for (size_t i = 0; i < len; i++)
                to[i] = (uint8_t)(hex_digit(s.ptr[2 * i]) * 16 + hex_digit(s.ptr[2 * i + 1]));
        return true;
}

static int base64_digit(char c)
{
        if (c >= 'A' && c <= 'Z')
                return c - 'A';
        if (c >= 'a' && c <= 'z')
                return c - 'a' + 26;
        if (c >= '0' && c <= '9')
                return c - '0' + 52;
        if (c == '+')
                return 62;
        return c == '/' ? 63 : -1;
}

bool str_unbase64(struct str s, void *ret, size_t max, size_t *ret_len)
{
        size_t pad = 0, len = 0;
        uint32_t bits = 0;
        uint8_t *to = ret;
        if (s.len % 4)
                return false;
        while (pad < 2 && pad < s.len && s.ptr[s.len - 1 - pad] == '=')
                pad++;
        if (s.len / 4 * 3 - pad > max)
                return false;
        for (size_t i = 0; i < s.len - pad; i++)
                if (base64_digit(s.ptr[i]) < 0)
                        return false;
        if (pad > 0 && base64_digit(s.ptr[s.len - pad - 1]) & ((1 << 2 * pad) - 1))
                return false;
        for (size_t i = 0; i < s.len - pad; i++) {
                bits = bits << 6 | (uint32_t)base64_digit(s.ptr[i]);
                if (i % 4 > 0)
                        to[len++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
        }
        *ret_len = len;
        return true;
}
