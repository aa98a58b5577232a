/*
 * `type/subtype; name=value; name="value"`: the values of Content-Type and Content-Disposition. Views into
 * the text that was parsed.
 */
#pragma once

#include "base/str.h"

enum { MEDIA_PARAMS_MAX = 8 };

struct media_param {
        struct str name;
        struct str value; /* without the quotes; backslashes are left as they are */
};

struct media {
        struct str type; /* "application/json", "form-data" */
        struct media_param params[MEDIA_PARAMS_MAX];
        size_t params_len;
};

/*
 * False where malformed, or where a name stands twice. A quoted value ends at a quote that a semicolon or the
 * end follows: browsers of old send file names with quotes in them.
 */
NODISCARD bool media_parse(struct str text, struct media *ret);
/* Null where absent. */
struct str media_param(const struct media *media, const char *name);
/* A character that RFC 9110 allows in a token. */
bool media_is_token(char c);
/* Whether `s` is a token: not empty, token characters only. */
bool media_all_token(struct str s);
