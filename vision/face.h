/*
 * Faces: finding them, comparing the portrait of a document with a selfie, and judging whether the selfie is
 * of a live person. All models are loaded by faces_open, before the sandbox is locked; nothing is opened, and
 * no thread started, afterwards. One `struct faces` belongs to one thread.
 *
 * similarity_score is 1 / (1 + exp(-slope * (cosine - centre))) with the fused cosine of face_prints_cosine.
 * slope * (cosine - centre) is half the natural logarithm of the likelihood ratio: of how many times likelier
 * such pictures are of one person than of two people, by a logistic regression on labelled pairs. So .5 says
 * nothing either way, .9 is 81 times likelier, .99 9,801 times. The manifest's threshold is the score that a
 * stated share of impostors reaches (models/README.md). What liveness_score means, vision/face_live.h tells.
 */
#pragma once

#include "vision/face_cohort.h"
#include "vision/face_live.h"
#include "vision/face_quality.h"
#include "vision/template.h"

struct faces;

/* Load the models that the manifest names from the folder `model_dir`. `manifest_path` NULL: manifest.json of
 * that folder where it has scores (`similarity`), else the one that this program was built with. RC_CONFIG
 * for a bad manifest, RC_MODEL_MISSING (naming the file) for a model, or the manifest, that is not there. */
NODISCARD enum rc faces_open(struct op *op, const char *model_dir, const char *manifest_path,
                             struct faces **ret);
void faces_close(struct faces *faces); /* NULL is fine */

/* 0: the manifest's. */
struct face_thresholds {
        double match;    /* of similarity_score */
        double liveness; /* of liveness_score */
};
/* Those that decide. */
struct face_thresholds face_thresholds_of(const struct faces *faces, struct face_thresholds asked);

/* The face that was chosen in one of the pictures. */
struct face_view {
        bool found;
        struct face_box box;
        struct face_quality quality;
        bool again; /* the finder sees it in the mirror, too: noise that looks like a face it does not */
        size_t faces_len; /* how many the picture has */
        bool several;     /* another face is nearly as prominent */
};

/* Where the picture comes from. On a card the largest face is the portrait (a ghost image is smaller); before
 * the camera it is the largest and most central one, and another that is nearly as prominent is doubt. */
enum face_place { FACE_ON_CARD, FACE_BEFORE_CAMERA };

enum { FACE_ERRORS_MAX = 12 };

struct face_comparison {
        struct face_view reference, selfie;
        bool compared;           /* both faces were found: the scores of likeness mean something */
        double cosine;           /* of face_prints_cosine */
        double similarity_score; /* 0 to 1; 0 where not compared */
        bool is_match;
        double liveness_score; /* 0 to 1; 0 where the selfie has no face */
        bool is_live_person;
        struct face_thresholds thresholds; /* those used */
        /* What a caller reports, in order: of the reference NO_PORTRAIT, PORTRAIT_TOO_SMALL,
         * PORTRAIT_TOO_BLURRY, PORTRAIT_POOR_LIGHTING, PORTRAIT_COVERED; of the selfie NO_FACE,
         * SEVERAL_FACES, IMAGE_TOO_SMALL, IMAGE_TOO_BLURRY, POOR_LIGHTING, TURNED_AWAY, COVERED;
         * FACE_MISMATCH, NOT_LIVE. None: the person is accepted. */
        enum rc errors[FACE_ERRORS_MAX];
        size_t errors_len;
};

/* The prints that were compared; without any where no two were. Release. */
struct face_pair {
        struct face_print reference, selfie;
};
void face_pair_release(struct face_pair *pair); /* fits CLEANUP */

/* Compare the face of `reference` (a card, a portrait, any photograph) with that of `selfie`, both upright
 * BGR. RC_OK whenever there is a verdict, be it bad; failures are RC_TIMED_OUT (of the op's deadline) and
 * RC_INTERNAL. */
NODISCARD enum rc face_compare(struct faces *faces, struct op *op, const struct image *reference,
                               const struct image *selfie, struct face_thresholds thresholds,
                               struct face_comparison *ret);
/* The same, and keep the prints. */
NODISCARD enum rc face_compare_keeping(struct faces *faces, struct op *op, const struct image *reference,
                                       const struct image *selfie, struct face_thresholds thresholds,
                                       struct face_pair *ret_pair, struct face_comparison *ret);
/* Judge the comparison anew with `person`, a mean of prints that the selfie's is among (vision/active.h), in
 * the selfie's place: cosine, score, match and errors are then of that. One that compared nothing, or whose
 * selfie may be of somebody else (`several`), stays as it is. */
void face_compare_anew(const struct faces *faces, const struct face_pair *pair,
                       const struct face_print *person, struct face_comparison *comparison);

/* The portrait of an upright card: the face grown so that hair and shoulders are in, within the picture.
 * RC_NO_PORTRAIT where there is none. *ret_several: another is nearly as large, as where two cards lie in one
 * picture. */
NODISCARD enum rc face_find_portrait(struct faces *faces, struct op *op, const struct image *card,
                                     struct face_region *ret, bool *ret_several);

/* The steps of a comparison, for those who compare many with many. */

/* Find and measure the face; none is no failure (`found` is false). */
NODISCARD enum rc face_look(struct faces *faces, struct op *op, const struct image *image,
                            enum face_place place, struct face_view *ret);
/* Take the print of a face that was found. Release it. */
NODISCARD enum rc face_print_take(struct faces *faces, struct op *op, const struct image *image,
                                  const struct face_view *view, struct face_print *ret);
/* The weighted mean of the embedders' cosines, less what is to be expected of two strangers: the mean of what
 * both have in common with the cohort. And the score that it becomes. */
double face_prints_cosine(const struct faces *faces, const struct face_print *a, const struct face_print *b);
double face_score(const struct face_manifest *manifest, double cosine);
/* The template of a face: template_cosine of two is face_prints_cosine of their prints. Wipe it. */
void face_template_make(const struct faces *faces, const struct face_print *print, struct face_template *ret);
/* liveness_score of a face that was found. */
NODISCARD enum rc face_liveness(struct faces *faces, struct op *op, const struct image *image,
                                const struct face_view *view, double *ret);
const struct face_manifest *faces_manifest(const struct faces *faces);
