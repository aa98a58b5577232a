/*
 * The borders of a portrait: one that is printed ends in a step, one that lies on top of the card throws a
 * shadow on what is beside it.
 */
#pragma once

#include "vision/image.h"

/* Grey levels by which the card gets darker towards two borders that meet, the less of the two; 0 where it
 * does so beside the others too, as beside a printed frame. `portrait` tells left, top, right and bottom in
 * shares of the straightened card (BGR): about where it is, its borders are looked for. False where the card
 * has no room for them. */
bool border_measure(const struct image *card, const double portrait[4], double *ret_shadow);
