/*
 * What identifies a face: one embedding a model, each of length 1, and how alike two sets of them are. An
 * embedding is personal data; it is never stored, and wiped when released.
 */
#pragma once

#include "vision/face_net.h"

/* One face's values for one model; owned. */
struct face_embedding {
        float *values;
        size_t len;
};

/* Cut the face out, feed it, and (where the model says so) its mirror image, and normalise. */
NODISCARD enum rc face_embed(struct op *op, struct face_net *net, const struct image *image,
                             const struct face_points *points, struct face_embedding *ret);
void face_embedding_release(struct face_embedding *embedding); /* fits CLEANUP */
/* -1 to 1; 0 where the lengths differ. */
double face_cosine(const struct face_embedding *a, const struct face_embedding *b);
