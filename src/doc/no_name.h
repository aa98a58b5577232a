/*
 * What cards print in capitals where a name might stand: titles, kinds of stay, authorities.
 */
#pragma once

#include "base/str.h"

/* Whether the text is of such words, a few letters misread or cut off: no one's name. */
bool is_no_name(struct str text);
/* Whether such a word by itself is some people's name, as Driver. */
bool is_some_name(struct str text);
