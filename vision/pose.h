/*
 * How a head is held, from the five points of its face, told against the same face held frontally; and
 * whether those points moved as a solid head's do. Pure geometry.
 */
#pragma once

#include "vision/face_manifest.h"

/* What five points say by themselves. */
struct pose {
        double yaw; /* where the nose is along the eyes: 0 between them, 1 at the left eye, -1 at the right */
        double pitch;  /* where it is from the eyes down to the mouth: 0 at the eyes, 1 at the mouth */
        double eyes;   /* from eye to eye, in pixels */
        double height; /* from between the eyes to the middle of the mouth, in pixels */
        double x, y;   /* the middle of it all, in pixels */
};

/* False where the points are no face: eyes or mouth in one place, or not finite. */
NODISCARD bool pose_measure(const struct face_points *points, struct pose *ret);

/* How a face is held, told against how it was held before the challenge began. */
struct pose_change {
        double yaw;   /* > 0: turned to the person's left; about .25 at 15 degrees, .5 at 30 */
        double pitch; /* > 0: up; about .1 at 15 degrees */
        double scale; /* > 1: closer; what a turn foreshortens is left out */
        double turn;  /* by how much width and height were foreshortened against each other; 0: not at all */
};
struct pose_change pose_compare(const struct pose *front, const struct pose *now);

/* Where the nose is, against where a flat picture would have carried it: the plane of eyes and mouth corners
 * is taken from one frame into the other by its homography, and the nose of a head, which stands out of that
 * plane, goes further. In eye distances: x > 0 to the person's left, y > 0 up. */
struct parallax {
        double x, y;
};
/* False where the four points have no homography. */
NODISCARD bool pose_parallax(const struct face_points *front, const struct face_points *now,
                             struct parallax *ret);
