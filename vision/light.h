/*
 * Light over a line: where it is burnt out nothing of a letter is left, and the letters beside it read
 * surely.
 */
#pragma once

#include "vision/document.h"

/* Whether a square of light that would hide a letter lies in `line`, over or beside the letters in `place`
 * (BGR, straightened; both lie in the card). `burnt`: of the darkest channel in light, at least, as of a map
 * of obstacles; of a white card, where that has none, what is next to white. The paper between the letters
 * must be darker than light: a card may be white, or brighter at one end. */
bool light_over(const struct image *card, struct box place, struct box line, int burnt);
