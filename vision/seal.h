/*
 * Print under the seal of an authority. Its red ink lies over the date of issue or the authority's name; in
 * the red channel it fades, but what is left of its strokes still reads as strokes. Here it is taken off:
 * what remains is how dark the print below makes the ink.
 */
#pragma once

#include "vision/image.h"

struct box; /* vision/document.h */

/* Two ways to see it, which err in other ways. */
enum seal_shade {
        SEAL_GREY,  /* by grey alone: the ink's colour, softer than its greys, leaves no rims */
        SEAL_FAINT, /* in red, and where ink lies, what little print shows through is made stronger */
        SEAL_SHADES
};

/* Writes the part `where` of the card (BGR, straightened) into `lifted`, which are of its size: in grey,
 * paper white, without the ink of a seal; and into `cover` how much of each pixel the ink covers, of 255. The
 * part must be some times as high as a line, to show what is paper. False where no seal lies there; all are
 * as they were. */
NODISCARD bool seal_lift(const struct image *card, const struct box *where, struct image lifted[SEAL_SHADES],
                         struct image *cover);
/* The share that ink covers of the worst place of a line that is as wide as a digit. */
double seal_over(const struct image *cover, const struct box *line);
