/*
 * Signs of forgery on a still (doc/authenticity.h), from what was measured of it. Each module measures one
 * thing; here stand the limits from which on a measure is a sign. They were chosen so that pictures of
 * genuine cards hardly ever show one; bench-forgeries tells what that leaves of the forgeries.
 */
#pragma once

#include "vision/border.h"
#include "vision/colour.h"
#include "vision/even.h"
#include "vision/grain.h"
#include "vision/grid.h"
#include "vision/history.h"

struct document_reading;
struct page;

/* What was measured; absent what could not be. */
struct authenticity {
        bool has_even, has_grain, has_history;
        struct grid_measure grid; /* 0: nothing stands out, or not measured */
        double colour;            /* negative: not measured */
        struct even_measure even;
        struct grain_measure grain;
        struct history_measure history;
        double shadow;             /* see border.h; 0: none, or not measured */
        double disagreement, busy; /* see agree.h, portrait.h */
};

/* Measure all but the portrait. The page is that of the reading, whose fields were read. */
void authenticity_measure(const struct image *picture, struct page *page, struct document_reading *reading);
/* Measure the portrait, once it was looked for by all means there are, and set the reading's signs. */
void authenticity_judge(const struct image *picture, struct document_reading *reading);
