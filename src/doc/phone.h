/*
 * Korean mobile numbers: 010 and 8 digits, or 011, 016 to 019 and 7 or 8, written with 0, +82 or 0082 and
 * with blanks, hyphens, dots or brackets. Whatever the spelling, the result is one E.164 number.
 */
#pragma once

#include "base/str.h"

enum { PHONE_MAX = 16 };

struct phone {
        char e164[PHONE_MAX]; /* "+821012345678" */
};

/* False where it is no Korean mobile number. */
NODISCARD bool phone_parse(struct str text, struct phone *ret);
/* "010-1234-5678", as people read it; an E.164 number of another country as it stands. */
void phone_local(struct str e164, char ret[PHONE_MAX + 8]);
