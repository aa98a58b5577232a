/*
 * Looking at text of Hangul syllables, digits and marks byte by byte, for what knows Korea's places and
 * authorities.
 */
#pragma once

#include "base/str.h"

enum { SYLLABLE = 3 /* bytes of a Hangul syllable in UTF-8 */ };

static inline bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static inline bool has_at(struct str text, size_t at, const char *wanted)
{
        return str_starts_with(str_sub(text, at, text.len), str_from(wanted));
}
