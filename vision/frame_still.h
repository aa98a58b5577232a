/*
 * Whether a face moved between two frames. Before a camera it always does a little, and the light's noise
 * besides; a still that is shown again does not, however it is encoded. A background may well stand still.
 */
#pragma once

#include "vision/face_live.h"

/* How much the face in `box` changed from one frame to the other: the mean over its places of the change of
 * brightness, 0 to 255, less what all of it changed by. INFINITY for frames of different sizes. */
double frame_change(const struct image *a, const struct image *b, const struct face_box *box);
