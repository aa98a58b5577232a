#include "vision/face.h"

#include <math.h>

/* Below `height_least` of a face, in pixels, nothing is accepted, and above it no failure is laid to the
 * size: a portrait of 37 is missed one time in eleven, and liveness needs more than likeness does. The codes
 * tell whose picture it is that must be taken anew; a portrait was printed as it is turned, so no picture of
 * it can mend that. For the portrait's codes the document is withdrawn: they are of the portrait alone,
 * whoever's the selfie is, and of nothing that mostly matches. */
struct picture_rules {
        double height_least;
        enum rc too_small, blurry, badly_lit, turned, covered; /* turned: RC_OK where it is not told */
};
static const struct picture_rules of_portrait = {.height_least = 40,
                                                 .too_small = RC_PORTRAIT_TOO_SMALL,
                                                 .blurry = RC_PORTRAIT_TOO_BLURRY,
                                                 .badly_lit = RC_PORTRAIT_POOR_LIGHTING,
                                                 .covered = RC_PORTRAIT_COVERED};
static const struct picture_rules of_selfie = {.height_least = 80,
                                               .too_small = RC_IMAGE_TOO_SMALL,
                                               .blurry = RC_IMAGE_TOO_BLURRY,
                                               .badly_lit = RC_POOR_LIGHTING,
                                               .turned = RC_TURNED_AWAY,
                                               .covered = RC_COVERED};

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
                       const struct picture_rules *rules)
{
        if (view->found && view->quality.height < rules->height_least)
                add_error(comparison, rules->too_small);
}

static void explain(struct face_comparison *comparison, const struct face_view *view,
                    const struct picture_rules *rules)
{
        const struct face_quality *quality = &view->quality;
        if (!view->found)
                return;
        if (quality->sharpness < sharpness_min)
                add_error(comparison, rules->blurry);
        if (quality->brightness < brightness_min || quality->brightness > brightness_max ||
            quality->contrast < contrast_min)
                add_error(comparison, rules->badly_lit);
        if (rules->turned && (fabs(quality->yaw) > yaw_max || fabs(quality->pitch) > pitch_max))
                add_error(comparison, rules->turned);
        if (fmin(quality->eyes_detail, quality->mouth_detail) < detail_min)
                add_error(comparison, rules->covered);
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
        /* The portrait first: where its picture will not do, a new selfie is of no use. */
        judge_size(comparison, reference, &of_portrait);
        if (comparison->compared && !comparison->is_match)
                explain(comparison, reference, &of_portrait);
        if (!selfie->found)
                add_error(comparison, RC_NO_FACE);
        if (selfie->several)
                add_error(comparison, RC_SEVERAL_FACES);
        judge_size(comparison, selfie, &of_selfie);
        if (!accepted)
                explain(comparison, selfie, &of_selfie);
        if (comparison->compared && !comparison->is_match)
                add_error(comparison, RC_FACE_MISMATCH);
        if (selfie->found && !comparison->is_live_person)
                add_error(comparison, RC_NOT_LIVE);
}

void face_pair_release(struct face_pair *pair)
{
        face_print_release(&pair->reference);
        face_print_release(&pair->selfie);
}

static void score(const struct faces *faces, const struct face_print *reference,
                  const struct face_print *person, struct face_comparison *comparison)
{
        comparison->compared = true;
        comparison->cosine = face_prints_cosine(faces, reference, person);
        comparison->similarity_score = face_score(faces_manifest(faces), comparison->cosine);
}

static enum rc compare_prints(struct faces *faces, struct op *op, const struct image *reference,
                              const struct image *selfie, struct face_pair *pair,
                              struct face_comparison *comparison)
{
        enum rc rc = face_print_take(faces, op, reference, &comparison->reference, &pair->reference);
        if (!rc)
                rc = face_print_take(faces, op, selfie, &comparison->selfie, &pair->selfie);
        if (!rc)
                score(faces, &pair->reference, &pair->selfie, comparison);
        return rc;
}

/* Found once, and not again in the mirror: no face, and like any other that is none. One that is dark or
 * blurred may be missed in the mirror, too, and is better told so. Of 900 faces all were seen again, of 74
 * pictures of noise in which a face was found none. */
static bool is_no_face(const struct face_view *selfie)
{
        const struct face_quality *quality = &selfie->quality;
        bool clear = quality->sharpness >= sharpness_min && quality->contrast >= contrast_min &&
                     quality->brightness >= brightness_min && quality->brightness <= brightness_max;
        return selfie->found && !selfie->again && clear;
}

static void forget_selfie(struct face_comparison *comparison, struct face_pair *pair)
{
        face_pair_release(pair);
        comparison->selfie.found = comparison->compared = false;
        comparison->similarity_score = comparison->liveness_score = comparison->cosine = 0;
}

enum rc face_compare_keeping(struct faces *faces, struct op *op, const struct image *reference,
                             const struct image *selfie, struct face_thresholds thresholds,
                             struct face_pair *ret_pair, struct face_comparison *ret)
{
        CLEANUP(face_pair_release) struct face_pair pair = {0};
        struct face_comparison comparison = {.thresholds = face_thresholds_of(faces, thresholds)};
        enum rc rc = face_look(faces, op, reference, FACE_ON_CARD, &comparison.reference);
        if (!rc)
                rc = face_look(faces, op, selfie, FACE_BEFORE_CAMERA, &comparison.selfie);
        if (!rc && comparison.reference.found && comparison.selfie.found)
                rc = compare_prints(faces, op, reference, selfie, &pair, &comparison);
        if (!rc && comparison.selfie.found)
                rc = face_liveness(faces, op, selfie, &comparison.selfie, &comparison.liveness_score);
        if (rc)
                return rc;
        if (is_no_face(&comparison.selfie))
                forget_selfie(&comparison, &pair);
        judge(&comparison);
        *ret = comparison;
        *ret_pair = pair;
        pair = (struct face_pair){0};
        return RC_OK;
}

enum rc face_compare(struct faces *faces, struct op *op, const struct image *reference,
                     const struct image *selfie, struct face_thresholds thresholds,
                     struct face_comparison *ret)
{
        CLEANUP(face_pair_release) struct face_pair pair = {0};
        return face_compare_keeping(faces, op, reference, selfie, thresholds, &pair, ret);
}

void face_compare_anew(const struct faces *faces, const struct face_pair *pair,
                       const struct face_print *person, struct face_comparison *comparison)
{
        if (!comparison->compared || comparison->selfie.several)
                return;
        score(faces, &pair->reference, person, comparison);
        comparison->errors_len = 0;
        judge(comparison);
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
