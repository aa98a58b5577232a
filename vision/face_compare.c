#include "vision/face.h"

#include <math.h>

/* Below these heights of a face, in pixels, nothing is accepted: a portrait of 37 is missed one time in
 * eleven, and liveness needs more than likeness does. Below `advised` a failure is laid to the size. */
struct height_limits {
        double least, advised;
};
static const struct height_limits portrait_heights = {40, 60}, selfie_heights = {80, 80};

/* Pictures past these fail to match half of the time or more, by blur, darkness or glare put on good ones.
 * Many still match, so they explain a failure and do not make one. */
static const double sharpness_min = 0.010;
static const double brightness_min = 18, brightness_max = 244;
static const double contrast_min = 4;
/* One press photograph in eleven is turned further. One in a hundred shows so little of an eye or of the
 * mouth; of masks, dark glasses and hands drawn over faces 97 in 100 do. */
static const double yaw_max = 0.6, pitch_max = 0.13;
static const double detail_min = 0.6;

static void add_error(struct face_comparison *comparison, enum rc error)
{
        for (size_t i = 0; i < comparison->errors_len; i++)
                if (comparison->errors[i] == error)
                        return;
        if (comparison->errors_len < FACE_ERRORS_MAX)
                comparison->errors[comparison->errors_len++] = error;
}

static void judge_size(struct face_comparison *comparison, const struct face_view *view,
                       const struct height_limits *limits, bool accepted)
{
        if (view->found && view->quality.height < (accepted ? limits->least : limits->advised))
                add_error(comparison, RC_IMAGE_TOO_SMALL);
}

static void explain(struct face_comparison *comparison, const struct face_view *view)
{
        const struct face_quality *quality = &view->quality;
        if (!view->found)
                return;
        if (quality->sharpness < sharpness_min)
                add_error(comparison, RC_IMAGE_TOO_BLURRY);
        if (quality->brightness < brightness_min || quality->brightness > brightness_max ||
            quality->contrast < contrast_min)
                add_error(comparison, RC_POOR_LIGHTING);
        if (fabs(quality->yaw) > yaw_max || fabs(quality->pitch) > pitch_max)
                add_error(comparison, RC_TURNED_AWAY);
        if (fmin(quality->eyes_detail, quality->mouth_detail) < detail_min)
                add_error(comparison, RC_COVERED);
}

static void judge(struct face_comparison *comparison)
{
        const struct face_view *reference = &comparison->reference, *selfie = &comparison->selfie;
        comparison->is_match =
            comparison->compared && comparison->similarity_score >= comparison->thresholds.match;
        comparison->is_live_person =
            selfie->found && comparison->liveness_score >= comparison->thresholds.liveness;
        bool accepted = comparison->is_match && comparison->is_live_person;
        if (!reference->found)
                add_error(comparison, RC_NO_PORTRAIT);
        if (!selfie->found)
                add_error(comparison, RC_NO_FACE);
        if (selfie->several)
                add_error(comparison, RC_SEVERAL_FACES);
        judge_size(comparison, reference, &portrait_heights, comparison->is_match);
        judge_size(comparison, selfie, &selfie_heights, accepted);
        if (comparison->compared && !comparison->is_match)
                explain(comparison, reference);
        if (!accepted)
                explain(comparison, selfie);
        if (comparison->compared && !comparison->is_match)
                add_error(comparison, RC_FACE_MISMATCH);
        if (selfie->found && !comparison->is_live_person)
                add_error(comparison, RC_NOT_LIVE);
}

static enum rc compare_prints(struct faces *faces, struct op *op, const struct image *reference,
                              const struct image *selfie, struct face_comparison *comparison)
{
        CLEANUP(face_print_release) struct face_print a = {0};
        CLEANUP(face_print_release) struct face_print b = {0};
        enum rc rc = face_print_take(faces, op, reference, &comparison->reference, &a);
        if (!rc)
                rc = face_print_take(faces, op, selfie, &comparison->selfie, &b);
        if (rc)
                return rc;
        comparison->compared = true;
        comparison->cosine = face_prints_cosine(faces, &a, &b);
        comparison->similarity_score = face_score(faces_manifest(faces), comparison->cosine);
        return RC_OK;
}

enum rc face_compare(struct faces *faces, struct op *op, const struct image *reference,
                     const struct image *selfie, struct face_thresholds thresholds,
                     struct face_comparison *ret)
{
        struct face_comparison comparison = {.thresholds = face_thresholds_of(faces, thresholds)};
        enum rc rc = face_look(faces, op, reference, FACE_ON_CARD, &comparison.reference);
        if (!rc)
                rc = face_look(faces, op, selfie, FACE_BEFORE_CAMERA, &comparison.selfie);
        if (!rc && comparison.reference.found && comparison.selfie.found)
                rc = compare_prints(faces, op, reference, selfie, &comparison);
        if (!rc && comparison.selfie.found)
                rc = face_liveness(faces, op, selfie, &comparison.selfie, &comparison.liveness_score);
        if (rc)
                return rc;
        judge(&comparison);
        *ret = comparison;
        return RC_OK;
}

/* A passport photograph is about twice as high as its face, from brow to chin, and has it in the middle. */
static const double portrait_grow = 1.8;

enum rc face_find_portrait(struct faces *faces, struct op *op, const struct image *card,
                           struct face_region *ret, bool *ret_several)
{
        struct face_view view;
        enum rc rc = face_look(faces, op, card, FACE_ON_CARD, &view);
        if (rc)
                return rc;
        if (!view.found)
                return op_fail(op, RC_NO_PORTRAIT, "no face on the card");
        *ret = face_grow(&view.box, portrait_grow, card->width, card->height);
        *ret_several = view.several;
        return RC_OK;
}
