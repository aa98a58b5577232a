/*
 * One face, followed through the frames of a challenge.
 */
#pragma once

#include "vision/face.h"
#include "vision/gesture.h"

struct watch {
        const struct image *frames;         /* borrowed */
        size_t len;                         /* at most FRAMES_MAX */
        struct face_view views[FRAMES_MAX]; /* of the frames with a face that was tracked */
        size_t frame_of[FRAMES_MAX];        /* which frame each view is of */
        size_t several;                     /* frames with another face that is nearly as prominent */
        struct gesture_track track;         /* the views' points */
};

/* Find the face in each of `frames` of a watch that holds nothing else yet. RC_TIMED_OUT, RC_INTERNAL. */
NODISCARD enum rc watch_track(struct faces *faces, struct op *op, struct watch *watch);
/* Frames whose face moved against all earlier ones; those without one count. */
size_t watch_distinct(const struct watch *watch);
/* The frame of a view. */
const struct image *watch_frame(const struct watch *watch, size_t view);
