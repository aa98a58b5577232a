#include "vision/active.h"

#include "vision/face_choose.h"
#include "vision/face_open.h"
#include "vision/face_refine.h"
#include "vision/frame_still.h"
#include "vision/gesture.h"

#include <math.h>
#include <stdlib.h>

/* The longest side that frames are shrunk to before looking for faces; a face that fills the frame is found
 * at half of it. */
enum { SIDE = 320 };
/* From one frame to the next a face moves by at most this many of its widths, and grows or shrinks by this.
 */
static const double step_max = 1.2, growth_max = 1.7;
/* One frame in so many may lack the face, or show a second one. */
enum { SPARED = 4 };
/* A camera may halt for a moment and give a frame twice, once. */
enum { HALTED = 1 };
/* A face that changed by less (frame_change) did not move. Stills encoded anew change by 0.4 at the most,
 * faces before the simulated camera by 2.7 at the least. */
static const double still = 0.8;
/* In log odds: what the worst third of a live person's frames is worse by than one picture of them. */
static const double usual_dip = 2;
/* From this depth on (gestures_depth) a head is surely solid. */
static const double solid = 0.12;

enum { LOOKED_AT = 1 + CHALLENGE_ACTIONS_MAX };

struct watch {
        const struct image *frames;
        size_t len;
        struct face_view views[FRAMES_MAX]; /* of the frames with a face that was tracked */
        size_t frame_of[FRAMES_MAX];        /* which frame each view is of */
        size_t several;
        struct gesture_track track; /* the views' points */
        struct gestures gestures;
        bool read; /* gestures holds something */
        size_t looked[LOOKED_AT];
        size_t looked_len;
};

static void add_error(struct active_verdict *verdict, enum rc error)
{
        if (verdict->errors_len < FACE_ERRORS_MAX)
                verdict->errors[verdict->errors_len++] = error;
}

static struct face_net *detector_of(struct faces *faces)
{
        size_t at = 0;
        while (faces->nets[at].model.role != FACE_DETECTOR)
                at++;
        return &faces->nets[at];
}

static bool follows(const struct face_box *before, const struct face_box *now)
{
        double x = (double)(now->x + now->width / 2 - before->x - before->width / 2);
        double y = (double)(now->y + now->height / 2 - before->y - before->height / 2);
        double growth = (double)(now->height / before->height);
        return hypot(x, y) < step_max * fmax((double)before->width, (double)now->width) &&
               growth < growth_max && growth > 1 / growth_max;
}

/* A twentieth of a face's width apart, so that it is worth looking whether it moved at all. */
static bool is_near(const struct face_box *a, const struct face_box *b)
{
        return hypot((double)(a->x - b->x), (double)(a->y - b->y)) < 0.05 * (double)a->width;
}

/* All of its points are in the frame; in a black one the detector sees a face that is not. */
static bool is_whole(const struct face_box *box, const struct image *frame)
{
        struct pose pose;
        for (int i = 0; i < FACE_POINTS; i++)
                if (!(box->points.at[i][0] >= 0 && box->points.at[i][0] < (float)frame->width &&
                      box->points.at[i][1] >= 0 && box->points.at[i][1] < (float)frame->height))
                        return false;
        return pose_measure(&box->points, &pose);
}

/* A face that jumps is not the one before it; the frame is passed over, and tracking goes on from there. */
static enum rc track(struct faces *faces, struct op *op, struct watch *watch)
{
        struct face_list *list = x_new(1, sizeof(*list));
        struct face_box before = {0};
        enum rc rc = RC_OK;
        for (size_t i = 0; i < watch->len && !rc; i++) {
                const struct image *frame = &watch->frames[i];
                rc = op_left_ms(op) > 0 ? face_detect(op, detector_of(faces), SIDE, frame, list)
                                        : op_fail(op, RC_TIMED_OUT, "no time left to look at frames");
                if (rc || !list->len)
                        continue;
                bool several = false, first = before.height <= 0;
                struct face_box box =
                    list->at[face_choose_foremost(list, frame->width, frame->height, &several)];
                watch->several += several;
                rc = is_whole(&box, frame) ? face_refine(op, detector_of(faces), frame, &box) : RC_OK;
                if (rc || !is_whole(&box, frame))
                        continue;
                if (first || follows(&before, &box)) {
                        size_t at = watch->track.len++;
                        watch->views[at] =
                            (struct face_view){.found = true, .box = box, .faces_len = list->len};
                        watch->frame_of[at] = i;
                        watch->track.at[at] = box.points;
                }
                before = box;
        }
        x_free(list);
        return rc;
}

/* Frames whose face moved against all earlier ones; those without one count. */
static size_t distinct_frames(const struct watch *watch)
{
        size_t distinct = watch->len;
        for (size_t i = 0; i < watch->track.len; i++) {
                const struct image *frame = &watch->frames[watch->frame_of[i]];
                bool repeated = false;
                for (size_t k = 0; k < i && !repeated; k++)
                        repeated = is_near(&watch->views[k].box, &watch->views[i].box) &&
                                   frame_change(&watch->frames[watch->frame_of[k]], frame,
                                                &watch->views[i].box) < still;
                distinct -= repeated;
        }
        return distinct;
}

/* One frame that looks at the camera, and for each action the first that shows it: whoever acts must be whom
 * the selfie shows, and a face is known best where it is turned least. */
static void choose_looked(struct watch *watch)
{
        bool taken[FACE_ACTION_COUNT] = {false};
        watch->looked[watch->looked_len++] = watch->gestures.front[0];
        for (size_t i = 0; i < watch->track.len && watch->looked_len < LOOKED_AT; i++) {
                enum face_action act = watch->gestures.acts[i];
                if (act == FACE_ACTION_COUNT || taken[act])
                        continue;
                taken[act] = true;
                watch->looked[watch->looked_len++] = i;
        }
}

static const struct image *frame_at(const struct watch *watch, size_t view)
{
        return &watch->frames[watch->frame_of[view]];
}

static bool is_turned(const struct watch *watch, size_t view)
{
        enum face_action act = watch->gestures.acts[view];
        return act != FACE_ACTION_COUNT && act != FACE_COME_CLOSER;
}

/* A frame that looks at the camera is asked for what a match is; a turned face for being rather this person's
 * than another's: of 60 simulated people the least alike had a cosine of 0.36, where the centre is 0.29 and
 * the likest of 20 strangers had 0.07. */
static bool is_likely(const struct face_manifest *manifest, double cosine, bool turned)
{
        return turned ? cosine >= manifest->match_centre
                      : face_score(manifest, cosine) >= manifest->match_threshold;
}

/* The looked-at frames against the selfie, and against the first of them. */
static bool one_person(const struct faces *faces, const struct watch *watch, const struct face_print *selfie,
                       const struct face_print prints[], double *ret_likeness)
{
        double lowest = 1;
        bool one = true;
        for (size_t i = 0; i < watch->looked_len; i++) {
                double cosine = selfie ? face_prints_cosine(faces, selfie, &prints[i]) : 1;
                if (i)
                        cosine = fmin(cosine, face_prints_cosine(faces, &prints[0], &prints[i]));
                lowest = fmin(lowest, cosine);
                one = one && is_likely(faces_manifest(faces), cosine, is_turned(watch, watch->looked[i]));
        }
        *ret_likeness = lowest;
        return one;
}

static enum rc judge_person(struct faces *faces, struct op *op, struct watch *watch,
                            const struct face_print *selfie, struct active_verdict *verdict)
{
        struct face_print prints[LOOKED_AT] = {0};
        enum rc rc = RC_OK;
        for (size_t i = 0; i < watch->looked_len && !rc; i++)
                rc = face_print_take(faces, op, frame_at(watch, watch->looked[i]),
                                     &watch->views[watch->looked[i]], &prints[i]);
        if (!rc && !one_person(faces, watch, selfie, prints, &verdict->evidence.likeness))
                add_error(verdict, RC_FACE_CHANGED);
        for (size_t i = 0; i < LOOKED_AT; i++)
                face_print_release(&prints[i]);
        return rc;
}

static double log_odds(double score)
{
        double share = fmin(1 - 1e-9, fmax(1e-9, score));
        return log(share / (1 - share));
}

static int ascending(const void *a, const void *b)
{
        double x = *(const double *)a, y = *(const double *)b;
        return (x > y) - (x < y);
}

/* Who shows one picture after another must have each of them pass, so the worst third of the frames counts.
 */
static double liveness_of(double odds[], size_t len)
{
        size_t worst = MAX(len / 3, (size_t)1);
        double sum = 0;
        qsort(odds, len, sizeof(odds[0]), ascending);
        for (size_t i = 0; i < worst; i++)
                sum += odds[i];
        return 1 / (1 + exp(-(sum / (double)worst + usual_dip)));
}

static enum rc judge_passively(struct faces *faces, struct op *op, struct watch *watch,
                               struct active_verdict *verdict)
{
        double odds[FRAMES_MAX];
        for (size_t i = 0; i < watch->track.len; i++) {
                double score = 0;
                enum rc rc = face_liveness(faces, op, frame_at(watch, i), &watch->views[i], &score);
                if (rc)
                        return rc;
                odds[i] = log_odds(score);
        }
        verdict->evidence.liveness_score = liveness_of(odds, watch->track.len);
        if (verdict->evidence.liveness_score < faces_manifest(faces)->live_threshold)
                add_error(verdict, RC_NOT_LIVE);
        return RC_OK;
}

static void judge_frames(struct watch *watch, struct active_verdict *verdict)
{
        size_t spared = watch->len / SPARED;
        verdict->evidence.faces = watch->track.len;
        verdict->evidence.distinct = distinct_frames(watch);
        if (watch->track.len + spared < watch->len)
                add_error(verdict, RC_NO_FACE);
        if (watch->several > spared)
                add_error(verdict, RC_SEVERAL_FACES);
        if (verdict->evidence.distinct + HALTED < watch->len)
                add_error(verdict, RC_FRAMES_REPEATED);
}

static void judge_gestures(struct watch *watch, const struct challenge *challenge,
                           struct active_verdict *verdict)
{
        size_t len = watch->track.len;
        watch->read = gestures_read(&watch->track, &watch->gestures);
        if (watch->read) {
                verdict->evidence.actions = gestures_follow(&watch->gestures, len, challenge);
                verdict->evidence.depth = gestures_depth(&watch->gestures, len);
        }
        if (verdict->evidence.actions < challenge->len)
                add_error(verdict, RC_CHALLENGE_FAILED);
        if (watch->read && gestures_flat(&watch->gestures, len))
                add_error(verdict, RC_FLAT_FACE);
}

enum rc face_active(struct faces *faces, struct op *op, const struct image frames[], size_t len,
                    const struct challenge *challenge, const struct face_print *selfie,
                    struct active_verdict *ret)
{
        struct watch watch = {.frames = frames, .len = MIN(len, (size_t)FRAMES_MAX)};
        struct active_verdict verdict = {0};
        enum rc rc = track(faces, op, &watch);
        if (rc)
                return rc;
        judge_frames(&watch, &verdict);
        judge_gestures(&watch, challenge, &verdict);
        if (watch.read) {
                choose_looked(&watch);
                rc = judge_person(faces, op, &watch, selfie, &verdict);
                if (!rc)
                        rc = judge_passively(faces, op, &watch, &verdict);
        }
        if (rc)
                return rc;
        verdict.passed = verdict.errors_len == 0;
        verdict.score = verdict.evidence.liveness_score * fmin(1, fmax(0, verdict.evidence.depth) / solid);
        *ret = verdict;
        return RC_OK;
}
