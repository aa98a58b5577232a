#include "vision/active.h"

#include "vision/watch.h"

#include <math.h>
#include <stdlib.h>

/* One frame in so many may lack the face, or show a second one. */
enum { SPARED = 4 };
/* A camera may halt for a moment and give a frame twice, once. */
enum { HALTED = 1 };
/* In log odds: what the worst third of a live person's frames is worse by than one picture of them. */
static const double usual_dip = 2;

/* Frames in which fewer places of the face are found again tell nothing of its relief. */
static const double share_min = 0.3;
/* Of the nose, by the arch of the head: simulated heads of the half that limits are chosen on have at most
 * 0.31 where they turn to a side, stills warped by five points at least 0.65. Where they look up it is 0.57
 * and 0.40, which tells nothing; flat sheets have 2.3 at least there. */
static const double turned_nose_max = 0.48, raised_nose_max = 1.5;
/* Of the nose, by how much of the face was found again: those heads have 0.055 at least where they turn to a
 * side, sheets, flat or bent, 0.016 at most. True people who turned before a camera, 16 pairs of pictures,
 * have 0.03 at least, and a nose of 0.07 to 0.24 of the arch. */
static const double turned_nose_min = 0.02;

struct judgement {
        struct watch watch;
        struct face_thresholds thresholds;
        struct gestures gestures;
        bool read;                            /* gestures holds something */
        struct face_print prints[FRAMES_MAX]; /* of the watch's views, once judge_person took them */
};

static void judgement_release(struct judgement *judgement)
{
        for (size_t i = 0; i < FRAMES_MAX; i++)
                face_print_release(&judgement->prints[i]);
}

static void add_error(struct active_verdict *verdict, enum rc error)
{
        if (verdict->errors_len < FACE_ERRORS_MAX)
                verdict->errors[verdict->errors_len++] = error;
}

static bool is_turned(const struct judgement *judgement, size_t view)
{
        enum face_action act = judgement->gestures.acts[view];
        return act != FACE_ACTION_COUNT && act != FACE_COME_CLOSER;
}

/* A frame that looks at the camera is asked for what a match is; a turned face for being rather this person's
 * than another's: of 60 simulated people the least alike had a cosine of 0.36, where the centre is 0.29 and
 * the likest of 20 strangers had 0.07. */
static bool is_likely(const struct face_manifest *manifest, const struct judgement *judgement, size_t view,
                      double cosine)
{
        return is_turned(judgement, view) ? cosine >= manifest->match_centre
                                          : face_score(manifest, cosine) >= judgement->thresholds.match;
}

static enum rc take_prints(struct faces *faces, struct op *op, struct judgement *judgement)
{
        const struct watch *watch = &judgement->watch;
        enum rc rc = RC_OK;
        for (size_t i = 0; i < watch->track.len && !rc; i++)
                rc = face_print_take(faces, op, watch_frame(watch, i), &watch->views[i],
                                     &judgement->prints[i]);
        return rc;
}

/* Whoever acts must be whom the selfie shows, and nobody else between: each frame is asked, by the lower of
 * its cosines with the selfie and with a frame that looks at the camera. */
static enum rc judge_person(struct faces *faces, struct op *op, struct judgement *judgement,
                            const struct face_print *selfie, struct active_verdict *verdict)
{
        const struct face_print *front = &judgement->prints[judgement->gestures.front[0]];
        bool one = true;
        enum rc rc = take_prints(faces, op, judgement);
        verdict->evidence.likeness = 1;
        for (size_t i = 0; i < judgement->watch.track.len && !rc; i++) {
                double cosine = face_prints_cosine(faces, front, &judgement->prints[i]);
                if (selfie)
                        cosine = fmin(cosine, face_prints_cosine(faces, selfie, &judgement->prints[i]));
                verdict->evidence.likeness = fmin(verdict->evidence.likeness, cosine);
                one = one && is_likely(faces_manifest(faces), judgement, i, cosine);
        }
        if (!rc && !one)
                add_error(verdict, RC_FACE_CHANGED);
        return rc;
}

static void average(const struct judgement *judgement, const struct face_print *selfie, double spread,
                    struct face_print *ret)
{
        const struct gestures *gestures = &judgement->gestures;
        const struct face_print *prints[1 + PERSON_FRAMES] = {selfie};
        size_t len = MIN(gestures->front_len, (size_t)PERSON_FRAMES);
        for (size_t i = 0; i < len; i++)
                prints[1 + i] = &judgement->prints[gestures->front[i * gestures->front_len / len]];
        face_prints_mean(prints, 1 + len, spread, ret);
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

static enum rc judge_passively(struct faces *faces, struct op *op, struct judgement *judgement,
                               struct active_verdict *verdict)
{
        double odds[FRAMES_MAX];
        for (size_t i = 0; i < judgement->watch.track.len; i++) {
                double score = 0;
                enum rc rc = face_liveness(faces, op, watch_frame(&judgement->watch, i),
                                           &judgement->watch.views[i], &score);
                if (rc)
                        return rc;
                odds[i] = log_odds(score);
        }
        verdict->evidence.liveness_score = liveness_of(odds, judgement->watch.track.len);
        if (verdict->evidence.liveness_score < judgement->thresholds.liveness)
                add_error(verdict, RC_NOT_LIVE);
        return RC_OK;
}

static void judge_frames(struct judgement *judgement, struct active_verdict *verdict)
{
        size_t spared = judgement->watch.len / SPARED;
        verdict->evidence.faces = judgement->watch.track.len;
        verdict->evidence.distinct = watch_distinct(&judgement->watch);
        for (size_t i = 0; i < judgement->watch.track.len; i++) {
                verdict->tracked[judgement->watch.frame_of[i]] = true;
                verdict->points[judgement->watch.frame_of[i]] = judgement->watch.track.at[i];
        }
        if (judgement->watch.track.len + spared < judgement->watch.len)
                add_error(verdict, RC_NO_FACE);
        if (judgement->watch.several > spared)
                add_error(verdict, RC_SEVERAL_FACES);
        if (verdict->evidence.distinct + HALTED < judgement->watch.len)
                add_error(verdict, RC_FRAMES_REPEATED);
}

static double relief_sign(enum face_action act)
{
        return act == FACE_TURN_RIGHT ? -1 : 1;
}

/* How all places of the face moved from the first frame that looks at the camera to each that is turned. */
static void measure_relief(const struct judgement *judgement, struct active_evidence *evidence)
{
        struct face_sight *sights = x_new(2, sizeof(*sights));
        struct face_flow *flow = x_new(1, sizeof(*flow));
        const struct watch *watch = &judgement->watch;
        size_t front = judgement->gestures.front[0];
        bool fine = face_sight_take(watch_frame(watch, front), &watch->track.at[front], &sights[0]);
        for (size_t i = 0; i < watch->track.len && fine; i++) {
                enum face_action act = judgement->gestures.acts[i];
                struct relief *sum = act == FACE_LOOK_UP ? &evidence->raised : &evidence->turned;
                struct relief relief;
                if (!is_turned(judgement, i) || i == front ||
                    !face_sight_take(watch_frame(watch, i), &watch->track.at[i], &sights[1]))
                        continue;
                face_flow_measure(&sights[0], &sights[1], flow);
                relief_measure(flow, act == FACE_LOOK_UP, &relief);
                if (relief.share < share_min)
                        continue;
                sum->arch += relief_sign(act) * relief.arch;
                sum->nose += relief_sign(act) * relief.nose;
                sum->share += relief.share;
        }
        x_free(sights);
        x_free(flow);
}

/* A look up tells sheets alone, and is asked only where nothing else is told. */
static bool is_no_head(const struct active_evidence *evidence)
{
        if (evidence->turned.share > 0)
                return evidence->turned.nose > turned_nose_max * evidence->turned.arch ||
                       evidence->turned.nose < turned_nose_min * evidence->turned.share;
        return evidence->raised.share > 0 && evidence->raised.nose > raised_nose_max * evidence->raised.arch;
}

static void judge_gestures(struct judgement *judgement, const struct challenge *challenge,
                           struct active_verdict *verdict)
{
        size_t len = judgement->watch.track.len;
        judgement->read = gestures_read(&judgement->watch.track, &judgement->gestures);
        if (judgement->read) {
                verdict->evidence.actions = gestures_follow(&judgement->gestures, len, challenge);
                verdict->evidence.depth = gestures_depth(&judgement->gestures, len);
        }
        if (verdict->evidence.actions < challenge->len)
                add_error(verdict, RC_CHALLENGE_FAILED);
        if (judgement->read)
                measure_relief(judgement, &verdict->evidence);
        if (judgement->read && (gestures_flat(&judgement->gestures, len) || is_no_head(&verdict->evidence)))
                add_error(verdict, RC_FLAT_FACE);
}

/* No other error was found. */
static bool is_only(const struct active_verdict *verdict, enum rc error)
{
        for (size_t i = 0; i < verdict->errors_len; i++)
                if (verdict->errors[i] != error)
                        return false;
        return true;
}

enum rc face_active(struct faces *faces, struct op *op, const struct active_task *task,
                    struct active_verdict *ret, struct face_print *ret_person)
{
        CLEANUP(judgement_release)
        struct judgement judgement = {
            .watch = {.frames = task->frames, .len = MIN(task->len, (size_t)FRAMES_MAX)},
            .thresholds = face_thresholds_of(faces, task->thresholds)};
        struct active_verdict verdict = {0};
        enum rc rc = watch_track(faces, op, &judgement.watch);
        if (rc)
                return rc;
        judge_frames(&judgement, &verdict);
        judge_gestures(&judgement, task->challenge, &verdict);
        if (judgement.read) {
                rc = judge_person(faces, op, &judgement, task->selfie, &verdict);
                if (!rc)
                        rc = judge_passively(faces, op, &judgement, &verdict);
        }
        if (rc)
                return rc;
        bool of_selfie = is_only(&verdict, RC_NOT_LIVE);
        verdict.passed = verdict.errors_len == 0;
        verdict.score = of_selfie ? verdict.evidence.liveness_score : 0;
        *ret = verdict;
        if (ret_person)
                *ret_person = (struct face_print){0};
        if (ret_person && of_selfie && task->selfie)
                average(&judgement, task->selfie, faces_manifest(faces)->spread, ret_person);
        return RC_OK;
}
