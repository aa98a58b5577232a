/*
 * What lies beside a line that was read: a finger, a sticker, a black bar may hide letters of it, and those
 * that are left read as surely as all of them would.
 */
#pragma once

#include "vision/document.h"

/* Whether within `reach` of the letters in `place` (BGR, straightened) something stands, as wide as half a
 * letter, that hardly shows the paper on which they are printed: be it in a shadow, under other print, or,
 * `by_seal`, where a seal may stand, beneath its ink. What has the colour of the paper is not seen. */
bool cover_beside(const struct image *card, struct box place, struct box reach, bool by_seal);
