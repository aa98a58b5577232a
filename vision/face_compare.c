#include "vision/face.h"

#include <math.h>

/* What is refused for its quality, and no more than what cannot be judged: see bench/faces.c. */
static const double selfie_height_min = 80;
static const double portrait_height_min = 40;
static const double sharpness_min = 0.004;
static const double brightness_min = 25, brightness_max = 238;
static const double contrast_min = 8;

static void add_error(struct face_comparison *comparison, enum rc error)
{
        for (size_t i = 0; i < comparison->errors_len; i++)
                if (comparison->errors[i] == error)
                        return;
        if (comparison->errors_len < FACE_ERRORS_MAX)
                comparison->errors[comparison->errors_len++] = error;
}

static void judge_quality(struct face_comparison *comparison, const struct face_view *view, double height_min)
{
        const struct face_quality *quality = &view->quality;
        if (!view->found)
                return;
        if (quality->height < height_min)
                add_error(comparison, RC_IMAGE_TOO_SMALL);
        if (quality->sharpness < sharpness_min)
                add_error(comparison, RC_IMAGE_TOO_BLURRY);
        if (quality->brightness < brightness_min || quality->brightness > brightness_max ||
            quality->contrast < contrast_min)
                add_error(comparison, RC_POOR_LIGHTING);
}

static void judge(struct face_comparison *comparison)
{
        if (!comparison->reference.found)
                add_error(comparison, RC_NO_PORTRAIT);
        if (!comparison->selfie.found)
                add_error(comparison, RC_NO_FACE);
        if (comparison->selfie.several)
                add_error(comparison, RC_SEVERAL_FACES);
        judge_quality(comparison, &comparison->reference, portrait_height_min);
        judge_quality(comparison, &comparison->selfie, selfie_height_min);
        comparison->is_match =
            comparison->compared && comparison->similarity_score >= comparison->thresholds.match;
        comparison->is_live_person =
            comparison->selfie.found && comparison->liveness_score >= comparison->thresholds.liveness;
        if (comparison->compared && !comparison->is_match)
                add_error(comparison, RC_FACE_MISMATCH);
        if (comparison->selfie.found && !comparison->is_live_person)
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
        const struct face_manifest *manifest = faces_manifest(faces);
        struct face_comparison comparison = {.thresholds = thresholds};
        if (!(thresholds.match > 0))
                comparison.thresholds.match = manifest->match_threshold;
        if (!(thresholds.liveness > 0))
                comparison.thresholds.liveness = manifest->live_threshold;
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
                           struct face_region *ret)
{
        struct face_view view;
        enum rc rc = face_look(faces, op, card, FACE_ON_CARD, &view);
        if (rc)
                return rc;
        if (!view.found)
                return op_fail(op, RC_NO_PORTRAIT, "no face on the card");
        *ret = face_grow(&view.box, portrait_grow, card->width, card->height);
        return RC_OK;
}
