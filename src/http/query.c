#include "http/query.h"

#include "base/utf8.h"

static int hex_digit(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        c |= 0x20;
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that the escape at `at` stands for; -1 where it is broken or NUL. */
static int escaped_byte(struct str raw, size_t at)
{
        if (raw.len - at < 3)
                return -1;
        int high = hex_digit(raw.ptr[at + 1]), low = hex_digit(raw.ptr[at + 2]);
        int byte = high < 0 || low < 0 ? -1 : high * 16 + low;
        return byte == 0 ? -1 : byte;
}

bool query_decode(struct arena *arena, struct str raw, bool plus, struct str *ret)
{
        char *out = arena_alloc(arena, raw.len + 1);
        if (out == NULL)
                return false;
        size_t len = 0;
        for (size_t i = 0; i < raw.len; i++) {
                char c = raw.ptr[i];
                if (c == '%') {
                        int byte = escaped_byte(raw, i);
                        if (byte < 0)
                                return false;
                        c = (char)byte;
                        i += 2;
                } else if (c == '+' && plus) {
                        c = ' ';
                } else if (c == '\0') {
                        return false;
                }
                out[len++] = c;
        }
        struct str decoded = {out, len};
        if (!utf8_valid(decoded))
                return false;
        *ret = decoded;
        return true;
}

static size_t count_pairs(struct str raw)
{
        size_t n = 1;
        for (size_t i = 0; i < raw.len; i++)
                n += raw.ptr[i] == '&';
        return n;
}

static bool parse_pair(struct arena *arena, struct str text, struct http_pair *ret)
{
        ssize_t equals = str_find(text, '=');
        size_t name_len = equals < 0 ? text.len : (size_t)equals;
        struct str value = equals < 0 ? STR("") : str_sub(text, name_len + 1, text.len);
        return query_decode(arena, str_sub(text, 0, name_len), true, &ret->name) &&
               query_decode(arena, value, true, &ret->value);
}

bool query_parse(struct arena *arena, struct str raw, struct http_pairs *ret)
{
        struct http_pairs pairs = {0};
        if (raw.len == 0) {
                *ret = pairs;
                return true;
        }
        size_t max = count_pairs(raw);
        if (max > HTTP_PAIRS_MAX)
                return false;
        pairs.items = arena_alloc(arena, max * sizeof(*pairs.items));
        if (pairs.items == NULL)
                return false;
        struct str rest = raw, text;
        while (str_split(&rest, '&', &text)) {
                if (text.len == 0)
                        continue;
                if (!parse_pair(arena, text, &pairs.items[pairs.len]))
                        return false;
                pairs.len++;
        }
        *ret = pairs;
        return true;
}
