/*
 * What cards print in capitals where a name might stand: titles, kinds of stay, authorities.
 */
#pragma once

#include "base/str.h"

/* Whether the text is of such words, a few letters misread or cut off: no one's name. */
bool is_no_name(struct str text);
