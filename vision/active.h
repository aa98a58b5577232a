/*
 * Active liveness: whether frames taken while a person did what a challenge asked are of a live head that did
 * it. A replay cannot know the actions beforehand; a picture cannot turn its nose against its eyes and mouth.
 *
 * In order: one face in each frame, near where it was before (NO_FACE, SEVERAL_FACES); no frame twice
 * (FRAMES_REPEATED, by vision/frame_still.h; whether other sessions had it, the hashes tell); the actions
 * seen in their order (CHALLENGE_FAILED), by the pose of each frame (vision/pose.h); the turns those of a
 * solid head (FLAT_FACE); the same face in every frame as in the selfie (FACE_CHANGED); passive liveness of
 * all frames, of which the worst third counts (NOT_LIVE).
 *
 * Where nothing is wrong with the frames, the portrait is compared with the person that they and the selfie
 * show: the mean of the prints of the selfie and of up to PERSON_FRAMES of the frames that look at the
 * camera. Frames that look as if they were not live do not stop that: whose face it is the embedders tell,
 * and NOT_LIVE accepts nobody.
 */
#pragma once

#include "doc/challenge.h"
#include "vision/face.h"
#include "vision/frame_hash.h"
#include "vision/relief.h"

/* Of the person's mean, evenly chosen of those before all actions. */
enum { PERSON_FRAMES = 3 };

/* What was measured, for those who report it; a member is 0 where it was not come to. */
struct active_evidence {
        size_t faces;    /* frames with one face that was tracked */
        size_t distinct; /* frames whose face moved against all before them */
        size_t actions;  /* of the challenge, seen in their order */
        double depth;    /* how far the nose stands out of the plane of eyes and mouth, in eye distances */
        struct relief turned, raised; /* sums over the frames in which the head was turned to a side, or up */
        double likeness;       /* the lowest cosine of a frame with the selfie, or the first that looks at the
                                  camera */
        double liveness_score; /* 0 to 1, of the worst third of the frames */
};

struct active_verdict {
        bool passed;  /* no errors */
        double score; /* 0 to 1: the evidence's liveness_score, or 0 where anything but that is wrong. At the
                         threshold for liveness or above: passed */
        enum rc errors[FACE_ERRORS_MAX]; /* in the order above, none twice */
        size_t errors_len;
        bool tracked[FRAMES_MAX]; /* frames with the face; others say nothing of whose they are */
        struct face_points points[FRAMES_MAX]; /* of the face in those */
        struct active_evidence evidence;
};

struct active_task {
        const struct image *frames; /* upright BGR, in the order in which they were taken */
        size_t len;                 /* FRAMES_MIN to FRAMES_MAX */
        const struct challenge *challenge;
        const struct face_print *selfie;   /* of the selfie's face; NULL: it has none */
        struct face_thresholds thresholds; /* of frames as of selfies */
};

/* RC_OK whenever there is a verdict, be it bad; failures are RC_TIMED_OUT (of the op's deadline) and
 * RC_INTERNAL. *ret_person, where it is not NULL: the mean, owned by the caller, or without embeddings where
 * there is no selfie or an error but NOT_LIVE. */
NODISCARD enum rc face_active(struct faces *faces, struct op *op, const struct active_task *task,
                              struct active_verdict *ret, struct face_print *ret_person);
