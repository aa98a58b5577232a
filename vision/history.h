/*
 * What an encoder before the last one left in a picture: a JPEG that is decoded, changed and encoded again
 * finer has values that its coefficients hardly ever take, all over, but not in what was put in between.
 * (Double quantisation, or JPEG ghosts.) Where a picture was encoded once, was enlarged, shrunk or cut out
 * off the grid of eight pixels, or was encoded coarser than before, there is nothing to be seen.
 */
#pragma once

#include "vision/image.h"

struct history_measure {
        int frequencies; /* in which the rest of the picture has such gaps */
        double due;      /* how many values of the portrait should lie in gaps, by their neighbours */
        double fill;     /* what share of them does: about 0 where it has the same history, 1 with another */
};

/* `portrait` tells left, top, right and bottom in shares of the card, whose corners in the picture (BGR) are
 * given. False where either is too small to tell. */
bool history_measure(const struct image *picture, const double corners[4][2], const double portrait[4],
                     struct history_measure *ret);
