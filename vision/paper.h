/*
 * What of a card is paper, be it in the light or in a shadow that lies over a part of it.
 */
#pragma once

#include "vision/image.h"

/* Its colour (BGR), and how bright it is, in shares of that: from the darker to the lighter part of the card,
 * and all between, which the edge of the shadow is. */
struct paper {
        int colour[3];
        double from, to;
};

/* The commonest shade of the card. */
struct paper paper_of_card(const struct image *card);
/* Take a second shade into it, far from the first. False: the card has but one. */
bool paper_find_shadow(const struct image *card, struct paper *paper);
bool paper_is(const struct paper *paper, const uint8_t pixel[3]);
