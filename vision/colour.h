/*
 * Whether a card has colour of its own. A copy in black and white may look tinted, by the light or the
 * camera, but then everything on it is tinted alike.
 */
#pragma once

#include "vision/image.h"

/* How far the most coloured hundredth of the straightened card (BGR) is from the tint that most of it has: 0
 * for a black and white copy under any light, about 0.3 and more for seals and faces. Negative where hardly
 * anything is bright enough to tell. */
double colour_measure(const struct image *card);
