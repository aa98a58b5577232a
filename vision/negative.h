/*
 * Print that is lighter than its ground: white letters on a dark band.
 */
#pragma once

#include "vision/document.h"
#include "vision/text.h"

/* Of the two shades where the line lies the darker takes more room: print takes less than its ground. */
bool negative_is(const struct text_shades *shades, const struct cv_line *line);
/* The surroundings of a line (BGR) as a negative, from which it can be cut as dark print is; *line is moved
 * to where it lies in them. False where it lies outside. Release the shades. */
bool negative_shades(const struct image *card, struct cv_line *line, struct text_shades *ret);
/* The upright box around a line that need not lie level, with a margin of half its height. */
struct box negative_around(const struct cv_line *line);
