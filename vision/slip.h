/*
 * A slip of paper or a sticker of the card's own colour over a line: its letters are gone as if there had
 * never been any, and those that are left read surely. Its sides show, as a step or a thin shadow that runs
 * straight from above the letters to below them, as no stroke of a letter does.
 */
#pragma once

#include "vision/document.h"

/* Whether such a side crosses the line whose letters are in `place`, somewhere within `reach` (BGR,
 * straightened). What runs on above and below is the card's own: a frame, its edge. A slip that ends where
 * the letters do is not seen, nor one without a shadow. */
bool slip_over(const struct image *card, struct box place, struct box reach);
