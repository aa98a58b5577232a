/*
 * Two rows that the finder of lines has taken for one, as a small label and what is printed right beneath it:
 * the line is parted where it holds the least ink.
 */
#pragma once

#include "vision/text.h"

/* Whether a line is so much taller than most of the others that it may be two rows. */
bool rows_are_two(const struct cv_line *line, const double *heights, size_t count);
/* Its upper and lower part. `flat` is a shade with white paper. */
void rows_part(const struct image *flat, const struct cv_line *line, struct cv_line ret[2]);
