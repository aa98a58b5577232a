/*
 * Whether the face before the camera is a live one, judged from one still picture: each attack model sees the
 * face with some of its surroundings, cut from the whole frame. Paper, screens and their edges are found so;
 * masks, and screens that fill the frame, are not.
 */
#pragma once

#include "vision/face_detect.h"

/* The box grown `grow` times about its middle, moved and cut so that it lies within the picture. */
struct face_region {
        int x, y, width, height;
};
struct face_region face_grow(const struct face_box *box, double grow, int width, int height);

/* The model's share (0 to 1) for "live". The image is the whole frame, uncropped. */
NODISCARD enum rc face_live_score(struct op *op, struct face_net *net, const struct image *image,
                                  const struct face_box *box, double *ret);
