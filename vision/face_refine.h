/*
 * Finding the points of a face again, better: a similarity through five points is only as good as they are,
 * and the detector's are off by a pixel or two, otherwise for every size and for the mirrored picture. One
 * thread.
 */
#pragma once

#include "vision/face_detect.h"

/* Look at the face again, cut out with its surroundings at a size that the detector likes, and mirrored; its
 * points become the mean of both looks. Where it is not found again (`ret_again`), the box stays as it is. */
NODISCARD enum rc face_refine(struct op *op, struct face_net *detector, const struct image *image,
                              struct face_box *box, bool *ret_again);
/* The points in the mirrored picture of this width: left and right change places. */
struct face_points face_points_mirrored(const struct face_points *points, int width);
