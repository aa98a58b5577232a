/*
 * A letter of a line that was smeared, as by a wet finger or by the camera: its ink is there, but has no
 * edges, so that nobody reads it and the letters that are left read surely.
 */
#pragma once

#include "vision/document.h"

/* Whether somewhere in `line` there is such a letter, beside or between those in `place` (BGR, straightened;
 * `line` lies in the card). What goes on above or below the line is the card's own: a shadow, a figure of its
 * background. Where all of the line is as soft none is told. */
bool smear_over(const struct image *card, struct box place, struct box line);
