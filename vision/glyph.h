/*
 * Telling the character of one glyph: a reader that shares nothing with Tesseract. A glyph is described by
 * the directions of its edges and the ink in each field of a grid; a small network makes classes of that.
 * What the classes are is the network's affair: one is trained for each sort of print (tools/train-glyphs).
 */
#pragma once

#include "vision/image.h"

enum {
        GLYPH_WIDE = 16,
        GLYPH_TALL = 24,
        GLYPH_FIELD = 4,
        GLYPH_FIELDS = (GLYPH_WIDE / GLYPH_FIELD) * (GLYPH_TALL / GLYPH_FIELD),
        GLYPH_BINS = 8,
        GLYPH_FEATURES = GLYPH_FIELDS * (GLYPH_BINS + 1),
        GLYPH_HIDDEN_MAX = 128,
        GLYPH_CLASSES_MAX = 40
};

/* A weight is its whole number times the scale of its table; rows are inputs. */
struct glyph_net {
        int classes, hidden;
        const char *alphabet; /* a character for each class */
        const int8_t *hidden_weights, *hidden_bias, *output_weights, *output_bias;
        float scales[4]; /* of the four tables */
};

/* A network is described as if glyphs filled a box of GLYPH_REACH heights of their ink. */
#define GLYPH_REACH 1.2

/* Where a glyph lies in a picture of one channel, dark on light. */
struct glyph_place {
        double x, y, width, height; /* middle and size of its box, which may reach out of the picture */
        int from, to;               /* columns that belong to it, to excluded; beside them lies paper */
};

/* How likely each class is, in the order of the alphabet; they sum to 1. A place without a pixel of the
 * picture is paper. */
void glyph_shares(const struct glyph_net *net, const struct image *picture, const struct glyph_place *place,
                  float ret[GLYPH_CLASSES_MAX]);
