/*
 * The actions of a challenge in a sequence of poses: which were done, in what order, and in which frames.
 * Pure rules; what a face looked like is not their matter.
 */
#pragma once

#include "doc/challenge.h"
#include "vision/pose.h"

/* The points of the face in each frame, in the order of the frames. */
struct gesture_track {
        struct face_points at[FRAMES_MAX];
        size_t len;
};

struct gestures {
        size_t front[FRAMES_MAX]; /* frames in which the face looks at the camera, before all actions */
        size_t front_len;
        struct pose_change changes[FRAMES_MAX]; /* of each frame, against the front ones */
        struct parallax parallax[FRAMES_MAX];   /* likewise */
        enum face_action acts[FRAMES_MAX];      /* what each frame shows; FACE_ACTION_COUNT: none */
};

/* False where no frame of the first third looks at the camera. */
NODISCARD bool gestures_read(const struct gesture_track *track, struct gestures *ret);
/* How many actions of the challenge were seen in their order; all of them, and no other between, or the count
 * up to the first that is wrong. Who came closer may stay close. */
size_t gestures_follow(const struct gestures *gestures, size_t len, const struct challenge *challenge);
/* How far the nose stood out of the face's plane, in the direction of the action, in its best frame; the
 * lowest of the actions that turn the head. Eye distances; a picture has about 0. 0 where no action turned
 * it. */
double gestures_depth(const struct gestures *gestures, size_t len);
/* Whether the nose stayed in its plane, though an action was seen, or the face was foreshortened as by a
 * turn. */
bool gestures_flat(const struct gestures *gestures, size_t len);
