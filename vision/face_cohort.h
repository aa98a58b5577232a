/*
 * A cohort: the mean embeddings of groups of many people. The mean of the cosines between a face and all
 * people of a group is its cosine with their mean embedding, so it tells how alike strangers look to the
 * models there. Groups that the models were not trained on look more alike to them, and so do some faces and
 * some pictures; taking that off brings one rate of false matches to all. No single person's embedding can be
 * had from the mean of many.
 */
#pragma once

#include "vision/face_embed.h"

enum { FACE_EMBEDDINGS_MAX = 4, FACE_COHORT_MAX = 4 };

/* What identifies a face: personal data, never stored, wiped when released. */
struct face_print {
        struct face_embedding at[FACE_EMBEDDINGS_MAX];
        size_t len;
};

/* Zeroed: no groups. Owned: release. */
struct face_cohort {
        struct face_print groups[FACE_COHORT_MAX];
        size_t len;
};

/* Read `cohort` of the manifest's text: a list of groups, each with `means`, a list of numbers for every
 * embedder of `manifest`, in its order. None is no failure; RC_CONFIG: `op` tells what is wrong. */
NODISCARD enum rc face_cohort_parse(struct op *op, struct str text, const struct face_manifest *manifest,
                                    struct face_cohort *ret);
void face_cohort_release(struct face_cohort *cohort); /* fits CLEANUP */

void face_print_release(struct face_print *print); /* fits CLEANUP */
/* The mean of `len` prints of one person, at least one, made by the same models, for comparing as any print
 * is. An embedding of the mean has length 1 where all are alike and is somewhat shorter the more they differ,
 * so that strangers reach a threshold no more often than they reach it with one print; `spread` is the
 * manifest's. Owned by the caller: release. */
void face_prints_mean(const struct face_print *const prints[], size_t len, double spread,
                      struct face_print *ret);
/* The weighted mean of the embedders' cosines. */
double face_fused_cosine(const struct face_manifest *manifest, const struct face_print *a,
                         const struct face_print *b);
/* The mean cosine with the people of that group which the face resembles most; 0 without groups. */
double face_cohort_cosine(const struct face_cohort *cohort, const struct face_manifest *manifest,
                          const struct face_print *print);
