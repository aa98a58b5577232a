#include "http/media.h"

bool media_is_token(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               (c && strchr("!#$%&'*+-.^_`|~", c));
}

bool media_all_token(struct str s)
{
        for (size_t i = 0; i < s.len; i++)
                if (!media_is_token(s.ptr[i]))
                        return false;
        return s.len > 0;
}

static size_t skip_blanks(struct str s, size_t at)
{
        while (at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t'))
                at++;
        return at;
}

/* The end of the quoted value that begins at `at` (behind its opening quote): the offset of the closing
 * quote, or s.len where there is none. */
static size_t quoted_end(struct str s, size_t at)
{
        for (; at < s.len; at++) {
                if (s.ptr[at] == '\\' && at + 1 < s.len && (s.ptr[at + 1] == '"' || s.ptr[at + 1] == '\\')) {
                        at++;
                        continue;
                }
                if (s.ptr[at] != '"')
                        continue;
                size_t next = skip_blanks(s, at + 1);
                if (next == s.len || s.ptr[next] == ';')
                        return at;
        }
        return s.len;
}

static bool parse_value(struct str s, size_t *at, struct str *ret)
{
        size_t from = *at;
        if (from < s.len && s.ptr[from] == '"') {
                size_t end = quoted_end(s, from + 1);
                if (end == s.len)
                        return false;
                *ret = str_sub(s, from + 1, end - from - 1);
                *at = end + 1;
                return true;
        }
        size_t end = from;
        while (end < s.len && s.ptr[end] != ';' && s.ptr[end] != ' ' && s.ptr[end] != '\t' &&
               s.ptr[end] != '"')
                end++;
        *ret = str_sub(s, from, end - from);
        *at = end;
        return end > from;
}

/* One `; name=value`, or a stray `;`. */
static bool parse_param(struct str s, size_t *at, struct media *media)
{
        if (s.ptr[*at] != ';')
                return false;
        size_t from = skip_blanks(s, *at + 1);
        if (from == s.len || s.ptr[from] == ';') {
                *at = from;
                return true;
        }
        size_t end = from;
        while (end < s.len && media_is_token(s.ptr[end]))
                end++;
        if (end == from || end == s.len || s.ptr[end] != '=' || media->params_len == MEDIA_PARAMS_MAX)
                return false;
        struct media_param param = {.name = str_sub(s, from, end - from)};
        for (size_t i = 0; i < media->params_len; i++)
                if (str_equal_nocase(media->params[i].name, param.name))
                        return false;
        *at = end + 1;
        if (!parse_value(s, at, &param.value))
                return false;
        media->params[media->params_len++] = param;
        *at = skip_blanks(s, *at);
        return true;
}

bool media_parse(struct str text, struct media *ret)
{
        struct str s = str_trim(text);
        struct media media = {0};
        size_t end = 0;
        while (end < s.len && (media_is_token(s.ptr[end]) || s.ptr[end] == '/'))
                end++;
        if (end == 0)
                return false;
        media.type = str_sub(s, 0, end);
        for (size_t at = skip_blanks(s, end); at < s.len;)
                if (!parse_param(s, &at, &media))
                        return false;
        *ret = media;
        return true;
}

struct str media_param(const struct media *media, const char *name)
{
        for (size_t i = 0; i < media->params_len; i++)
                if (str_equal_nocase(media->params[i].name, str_from(name)))
                        return media->params[i].value;
        return STR_NULL;
}
