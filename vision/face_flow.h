/*
 * How the places of a face moved from one frame to another: the optical flow of Lucas and Kanade over a grid,
 * from coarse to fine, from where the finder's five points say that they went.
 */
#pragma once

#include "vision/face_canvas.h"

/* From temple to temple, and from the middle of the forehead to the chin, this many eye distances apart. */
enum { FLOW_COLUMNS = 13, FLOW_ROWS = 13, FLOW_ABOVE = 3, FLOW_PLACES = FLOW_COLUMNS * FLOW_ROWS };
#define FLOW_STEP 0.19

/* In eye distances, from between the eyes; to the picture's right, and down. */
struct flow_place {
        double x, y;   /* in the first frame */
        double to[2];  /* in the other */
        double weight; /* 0: not found again; up to 1 */
};
struct face_flow {
        struct flow_place at[FLOW_PLACES];
};

/* A face in a frame, sharp and softened. */
struct face_sight {
        struct face_canvas sharp, soft;
        struct face_points points; /* of the canvas */
};
/* False where the frame has no face at these points. */
NODISCARD bool face_sight_take(const struct image *frame, const struct face_points *points,
                               struct face_sight *ret);

void face_flow_measure(const struct face_sight *before, const struct face_sight *now, struct face_flow *ret);
