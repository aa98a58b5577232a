/*
 * The grain of a portrait against that of the rest of the picture as it came. All of it was seen by one
 * camera and stored by one encoder: a portrait without the noise that even the plainest part of the rest has
 * was put there by a program.
 */
#pragma once

#include "vision/image.h"

struct grain_measure {
        double portrait, rest; /* noise of the plainest parts, in grey levels */
};

/* `portrait` tells left, top, right and bottom in shares of the card, whose corners in the picture (BGR) are
 * given. False where either is too small to tell. */
bool grain_measure(const struct image *picture, const double corners[4][2], const double portrait[4],
                   struct grain_measure *ret);
