/*
 * Whether the digits of one number are of one print: as high, on one line, of one shade. Measured on the
 * glyphs that the reader of digits cuts the line into.
 */
#pragma once

#include "vision/text.h"

struct page;

struct even_measure {
        double height; /* how far the top or foot of a digit lies off the line of the others, in heights */
        double shade;  /* how much lighter or darker a digit is than its neighbours, of black on paper */
};

/* The worst digit of the page's identity number. False where there is none, or too few of its digits are
 * sure. */
bool even_measure(const struct page *page, struct even_measure *ret);
/* The same of one line. */
bool even_measure_line(const struct text_shades *shades, const struct cv_line *place,
                       struct even_measure *ret);
