/*
 * What a face looks like to a camera: measured on the face itself, cut out upright at a fixed size, so that
 * neither the background nor the picture's resolution counts.
 */
#pragma once

#include "vision/face_detect.h"

struct face_quality {
        double height;     /* of the box, in pixels of the picture */
        double eyes;       /* from eye to eye, likewise */
        double sharpness;  /* variance of the Laplacian over the variance of brightness; see face_quality.c */
        double brightness; /* mean, 0 to 255 */
        double contrast;   /* standard deviation of brightness */
        double roll;       /* degrees, 0 upright */
        double yaw;        /* -1 to 1: where the nose is between the eyes; about 0 looks at the camera */
        double pitch; /* where the nose is between eyes and mouth, less what it is with most people: below 0
                       * looks up, above it down; 0.1 is much */
        /* How much changes from row to row at the eye that shows less of it and at the mouth, as a share of
         * the whole face's: eyes and mouths are above 0.7, smooth things that cover them below 0.4. */
        double eyes_detail, mouth_detail;
};

/* False where the points do not make a face (all in one place, outside the picture). */
NODISCARD bool face_quality_measure(const struct image *image, const struct face_box *box,
                                    struct face_quality *ret);
