/*
 * The face of a frame, cut out where it lies to a fraction of a pixel: as the same picture has it however it
 * is cropped, shifted, scaled, lit or encoded. What the finder of faces says of one picture differs by some
 * hundredths of a face from what it says of a crop of it; so its points are only where the search begins, and
 * the face is moved, turned and scaled until it lies on the average face (frame_average.c) as well as it can.
 */
#pragma once

#include "vision/face_manifest.h"
#include "vision/image.h"

enum { FRAME_FACE_SIDE = 64 };

/* Brightness, less that of the surroundings, in their spread; row by row. */
struct frame_face {
        float at[FRAME_FACE_SIDE * FRAME_FACE_SIDE];
};

/* The average of many faces, to which each was brought so, in 1/64; its right half is its left half mirrored.
 */
extern const int8_t frame_average[FRAME_FACE_SIDE * FRAME_FACE_SIDE / 2];

/* False where the points are no face of the picture. `ret_stretched`: stretched, too, along and across, until
 * it lies on the average still better. Who stretches a picture is undone by that; but as there are more ways
 * to lie well, a picture that comes again otherwise does not always come to lie as it did. */
NODISCARD bool frame_face_cut(const struct image *frame, const struct face_points *points,
                              struct frame_face *ret, struct frame_face *ret_stretched);
/* The average, as a face. */
void frame_face_average(struct frame_face *ret);
/* How much a place counts: 1 in the middle, falling to 0 at the edges. */
float frame_face_weight(int x, int y);
