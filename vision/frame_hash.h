/*
 * A perceptual hash of a frame, by its face: it stays nearly the same where the frame is encoded anew,
 * cropped, shifted, scaled, stretched, brightened or mirrored, and differs between frames that a camera took
 * one after another. A picture that was seen before, in this session or another, is found by it.
 *
 * There are two, of the face laid on the average with and without being stretched: either may know it again.
 * Of each 160 bits say whether one wave (of the cosine transform) of what the face has beyond the average
 * one goes up or down. They lie in eight bands, each of waves of all lengths, so that what changed one length
 * does not change all bands: who keeps a keyed hash of each band knows a picture again by how many are alike,
 * and cannot tell how near one was that is not alike. See store/face_frame.h. A band and what it is of the
 * mirrored picture are one.
 */
#pragma once

#include "vision/face_manifest.h"
#include "vision/image.h"

enum { FRAME_HASHES = 2, FRAME_HASH_BANDS = 8, FRAME_HASH_BAND_BITS = 20, FRAME_HASH_LEN = 64 };

/* Of the face with these points, the second as it is stretched; all zero where they are none. Four bytes a
 * band, the last twelve bits 0. */
void frame_hash(const struct image *frame, const struct face_points *points, uint8_t ret[FRAME_HASH_LEN]);
/* How many of the bits differ, 0 to 320. */
int frame_hash_distance(const uint8_t a[FRAME_HASH_LEN], const uint8_t b[FRAME_HASH_LEN]);
/* How many bands of the one hash (0) or the other (1) are wholly alike, 0 to 8. */
int frame_hash_bands_alike(const uint8_t a[FRAME_HASH_LEN], const uint8_t b[FRAME_HASH_LEN], int hash);
/* Of so many bands, four of the first hash or five of the second, which more pictures share by chance, one
 * picture is known again: see store/face_frame.h. Never one without a face. */
extern const int frame_hash_alike_least[FRAME_HASHES];
bool frame_hash_is_known(const uint8_t a[FRAME_HASH_LEN], const uint8_t b[FRAME_HASH_LEN]);
