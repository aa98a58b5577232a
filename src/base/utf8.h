/*
 * UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing past U+10FFFF.
 */
#pragma once

#include "base/str.h"

bool utf8_valid(struct str s);
/* Take the next code point off the front of *rest. False at the end, or where the bytes are not UTF-8. */
bool utf8_next(struct str *rest, uint32_t *ret_point);
/* Number of code points; bytes that are not UTF-8 count one each. */
size_t utf8_count(struct str s);
/* Append a code point: returns the number of bytes written, 1 to 4; 0 where it is not a scalar value. */
size_t utf8_put(uint32_t point, char ret[4]);
