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
/* From this depth on (gestures_depth) a head is surely solid. */
static const double solid = 0.12;

enum { LOOKED_AT = 1 + CHALLENGE_ACTIONS_MAX };

struct judgement {
        struct watch watch;
        struct gestures gestures;
        bool read;                /* gestures holds something */
        size_t looked[LOOKED_AT]; /* views that are compared with the selfie */
        size_t looked_len;
};

static void add_error(struct active_verdict *verdict, enum rc error)
{
        if (verdict->errors_len < FACE_ERRORS_MAX)
                verdict->errors[verdict->errors_len++] = error;
}

/* One frame that looks at the camera, and for each action the first that shows it: whoever acts must be whom
 * the selfie shows, and a face is known best where it is turned least. */
static void choose_looked(struct judgement *judgement)
{
        bool taken[FACE_ACTION_COUNT] = {false};
        judgement->looked[judgement->looked_len++] = judgement->gestures.front[0];
        for (size_t i = 0; i < judgement->watch.track.len && judgement->looked_len < LOOKED_AT; i++) {
                enum face_action act = judgement->gestures.acts[i];
                if (act == FACE_ACTION_COUNT || taken[act])
                        continue;
                taken[act] = true;
                judgement->looked[judgement->looked_len++] = i;
        }
}

static bool is_turned(const struct judgement *judgement, size_t view)
{
        enum face_action act = judgement->gestures.acts[view];
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
static bool one_person(const struct faces *faces, const struct judgement *judgement,
                       const struct face_print *selfie, const struct face_print prints[],
                       double *ret_likeness)
{
        double lowest = 1;
        bool one = true;
        for (size_t i = 0; i < judgement->looked_len; i++) {
                double cosine = selfie ? face_prints_cosine(faces, selfie, &prints[i]) : 1;
                if (i)
                        cosine = fmin(cosine, face_prints_cosine(faces, &prints[0], &prints[i]));
                lowest = fmin(lowest, cosine);
                one = one &&
                      is_likely(faces_manifest(faces), cosine, is_turned(judgement, judgement->looked[i]));
        }
        *ret_likeness = lowest;
        return one;
}

static enum rc judge_person(struct faces *faces, struct op *op, struct judgement *judgement,
                            const struct face_print *selfie, struct active_verdict *verdict)
{
        struct face_print prints[LOOKED_AT] = {0};
        enum rc rc = RC_OK;
        for (size_t i = 0; i < judgement->looked_len && !rc; i++)
                rc = face_print_take(faces, op, watch_frame(&judgement->watch, judgement->looked[i]),
                                     &judgement->watch.views[judgement->looked[i]], &prints[i]);
        if (!rc && !one_person(faces, judgement, selfie, prints, &verdict->evidence.likeness))
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
        if (verdict->evidence.liveness_score < faces_manifest(faces)->live_threshold)
                add_error(verdict, RC_NOT_LIVE);
        return RC_OK;
}

static void judge_frames(struct judgement *judgement, struct active_verdict *verdict)
{
        size_t spared = judgement->watch.len / SPARED;
        verdict->evidence.faces = judgement->watch.track.len;
        verdict->evidence.distinct = watch_distinct(&judgement->watch);
        for (size_t i = 0; i < judgement->watch.track.len; i++)
                verdict->tracked[judgement->watch.frame_of[i]] = true;
        if (judgement->watch.track.len + spared < judgement->watch.len)
                add_error(verdict, RC_NO_FACE);
        if (judgement->watch.several > spared)
                add_error(verdict, RC_SEVERAL_FACES);
        if (verdict->evidence.distinct + HALTED < judgement->watch.len)
                add_error(verdict, RC_FRAMES_REPEATED);
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
        if (judgement->read && gestures_flat(&judgement->gestures, len))
                add_error(verdict, RC_FLAT_FACE);
}

enum rc face_active(struct faces *faces, struct op *op, const struct image frames[], size_t len,
                    const struct challenge *challenge, const struct face_print *selfie,
                    struct active_verdict *ret)
{
        struct judgement judgement = {.watch = {.frames = frames, .len = MIN(len, (size_t)FRAMES_MAX)}};
        struct active_verdict verdict = {0};
        enum rc rc = watch_track(faces, op, &judgement.watch);
        if (rc)
                return rc;
        judge_frames(&judgement, &verdict);
        judge_gestures(&judgement, challenge, &verdict);
        if (judgement.read) {
                choose_looked(&judgement);
                rc = judge_person(faces, op, &judgement, selfie, &verdict);
                if (!rc)
                        rc = judge_passively(faces, op, &judgement, &verdict);
        }
        if (rc)
                return rc;
        verdict.passed = verdict.errors_len == 0;
        verdict.score = verdict.evidence.liveness_score * fmin(1, fmax(0, verdict.evidence.depth) / solid);
        *ret = verdict;
        return RC_OK;
}
