/*
 * Whether a face moved as a head does, told from how all its places moved. Seen from one turn to another,
 * what a place moves by beside what a plane would is in proportion to how far it stands out; so a head's
 * forehead, cheeks and temples stay behind over a wide arch, of which the nose is a small part. A picture
 * that a program bends between five points, so that those go where a head's would, has the nose pull its
 * surroundings along and hardly an arch; a flat one has neither. A program that moves every place by a head's
 * depth has both, and is not told from a head.
 */
#pragma once

#include "vision/face_flow.h"

/* By how much of a head's arch, and of a nose on it, the places moved beside a plane, in eye distances; > 0:
 * what stands out moved further. */
struct relief {
        double arch, nose;
        double share; /* of the places, those that were found again */
};

/* Along one axis: upright, for a look up (to the picture's top), else to the picture's right. */
void relief_measure(const struct face_flow *flow, bool upright, struct relief *ret);
