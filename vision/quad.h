/*
 * A rectangle of the card in the picture as it came, for what must be measured there: straightening
 * resamples.
 */
#pragma once

#include "base/util.h"

struct quad {
        double at[4][2]; /* clockwise from its upper left */
};

/* The rectangle left, top, right, bottom, in shares of the card whose corners in the picture are given. A
 * card is seen nearly flat: no perspective is needed to find a portrait's blocks. */
struct quad quad_of(const double corners[4][2], const double shares[4]);
/* The shares with a margin on each side, itself in shares of the rectangle; negative: outwards. */
void quad_inset(const double shares[4], double by, double ret[4]);
double quad_area(const struct quad *quad); /* in square pixels */
bool quad_has(const struct quad *quad, double x, double y);
/* Well within a portrait, and so far around it that what is outside has nothing of it. */
void quads_of_portrait(const double corners[4][2], const double portrait[4], struct quad *ret_inner,
                       struct quad *ret_outer);
