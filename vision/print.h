/*
 * Cutting a line of print into glyphs, where digits are what is looked for: runs of ink, cut again at their
 * thin places where they are several glyphs in one, joined in the way that the classifier likes best.
 */
#pragma once

#include "vision/image.h"

enum { PRINT_TOKENS_MAX = 192 };

/* What is taken for one glyph. */
struct print_token {
        int from, to; /* columns, to excluded */
        char c;       /* a digit, - . ~ /, or ? for whatever else */
        float share;  /* how likely it is */
        bool tall;    /* as a digit, not as a mark */
};

struct print {
        const struct image *picture; /* borrowed */
        int threshold;               /* ink is not lighter */
        double top, bottom;          /* of the digits, in rows */
        struct print_token tokens[PRINT_TOKENS_MAX];
        size_t len;
};

static inline double print_height(const struct print *print)
{
        return print->bottom - print->top;
}
static inline bool print_is_digit(const struct print_token *token)
{
        return token->c >= '0' && token->c <= '9';
}
/* The middle one of the values, at least one; sorts them. */
double print_median(double *values, size_t count);

/* The tokens of a line (one channel, dark on light), from left to right; more than fit in are left out. False
 * where nothing in it is as high as a digit. */
NODISCARD bool print_cut(const struct image *line, struct print *ret);
