/*
 * E-mail addresses as they are used: the dot-atom form of RFC 5321, ASCII, at most 64 bytes before the `@`
 * and 254 in all, a domain of at least two labels. No quotes, comments, address literals, blanks or control
 * bytes; blanks around the address are dropped. The domain is lower-cased; the part before the `@` is left
 * alone, as RFC 5321 demands.
 */
#pragma once

#include "base/str.h"

enum { EMAIL_MAX = 255 };

struct email {
        char text[EMAIL_MAX];
};

NODISCARD bool email_parse(struct str text, struct email *ret);
