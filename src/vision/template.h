/*
 * The template of a face, as both programs speak it: one vector of length 1 whose product with another is the
 * fused cosine of the two faces' embeddings, what strangers have in common with the face, which is taken off
 * that, the models that it was made by, and the cosine from which two are told to be one person's. Personal
 * data that cannot be changed: it is sealed where it is kept, never logged, and wiped.
 */
#pragma once

#include "base/buf.h"

enum {
        TEMPLATE_VALUES_MAX = 2048,
        TEMPLATE_HEADER_LEN = 24,
        TEMPLATE_MAX = TEMPLATE_HEADER_LEN + 4 * TEMPLATE_VALUES_MAX
};

struct face_template {
        uint64_t models; /* names them: templates of others are not compared */
        float threshold; /* cosine, 0 to 1 */
        float strangers; /* cosine with them, -1 to 1 */
        size_t len;
        float values[TEMPLATE_VALUES_MAX];
};

/* Appends TEMPLATE_HEADER_LEN + 4 * len bytes, the same on every machine. */
void template_format(const struct face_template *template, struct buf *ret);
/* False where the bytes are not a template: another form, numbers that are none or out of range, a vector
 * whose length is not 1. */
NODISCARD bool template_parse(struct str bytes, struct face_template *ret);
/* The product, less the mean of what both have in common with strangers: -1 to 1. Of templates of the same
 * models, else -1. */
float template_cosine(const struct face_template *a, const struct face_template *b);
void template_wipe(struct face_template *template); /* fits CLEANUP */
