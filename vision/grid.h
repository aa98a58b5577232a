/*
 * Fine grids over a picture: a screen's pixels or a printer's dots, and what a camera's own pixels make of
 * them (moiré). Looked for where the card is plainest, in the picture as it came: a picture that was
 * resampled has lost them.
 */
#pragma once

#include "vision/image.h"

struct grid_measure {
        double fine;     /* how far the strongest repetition of less than four pixels stands out */
        double any;      /* the same of any of less than ten pixels, be it a multiple, in red or in blue */
        double coloured; /* the same of any in which red and blue run apart: they do on a screen */
};

/* `corners` are the card's in the picture (BGR). False where no plain piece of it is large enough. */
bool grid_measure(const struct image *picture, const double corners[4][2], struct grid_measure *ret);
