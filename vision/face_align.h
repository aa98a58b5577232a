/*
 * From a face in a picture to the numbers that a network is fed with.
 */
#pragma once

#include "vision/cv_shim.h"
#include "vision/face_manifest.h"

/* The turn, scale and shift (2x3, row by row) that takes `from` nearest to `to` by least squares; no
 * mirroring. False where all points of `from` are one. */
NODISCARD bool face_similarity(const struct face_points *from, const struct face_points *to, double ret[6]);
/* How many times larger the matrix makes things. */
double face_matrix_scale(const double matrix[6]);

/* Cut the face with these points out of `image` so that the points lie at the model's; `ret` is initialised
 * to the model's size. A face much larger than that is shrunk by areas first. */
NODISCARD bool face_cut(const struct image *image, const struct face_points *points,
                        const struct face_model *model, struct image *ret);

/* The planes of a BGR image, scaled as the input asks, one after another; `ret` holds 3 * width * height. */
void face_blob(const struct image *image, const struct face_input *input, float *ret);
/* Mirror left and right, in place. */
void face_mirror(struct image *image);
