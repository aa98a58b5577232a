/*
 * A perceptual hash of a frame: it stays nearly the same where the frame is encoded anew or made smaller, not
 * where it is cropped or shifted by a hundredth, and differs between frames that a camera took one after
 * another. A frame that was seen before, in this upload or another, is found by it.
 *
 * Each of 256 bits says whether one of 16 by 16 places of the frame, smoothed, is plainly brighter than the
 * place to its right.
 */
#pragma once

#include "vision/image.h"

enum { FRAME_HASH_LEN = 32 };

void frame_hash(const struct image *frame, uint8_t ret[FRAME_HASH_LEN]);
/* How many of the bits differ, 0 to 256. */
int frame_hash_distance(const uint8_t a[FRAME_HASH_LEN], const uint8_t b[FRAME_HASH_LEN]);
