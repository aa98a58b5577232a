/*
 * A second reader of OCR-B, which shares nothing with Tesseract: all characters of a zone's line are equally
 * wide, so the line is cut by a grid, and a small network, learnt from the typeface itself, names the
 * character of each cell. It tells for every cell how likely each character is.
 */
#pragma once

#include "vision/glyph.h"

enum { GRID_CELLS_MAX = 48, ZONE_CHARS = 37 /* 0 to 9, A to Z, < */ };

struct grid_line {
        size_t len;
        float shares[GRID_CELLS_MAX][GLYPH_CLASSES_MAX]; /* sum to 1 in each cell */
};

/* Read a line as text_cut gives it with its gaps kept: `ink` is the height of its ink, `margin` what is left
 * around it. False where no grid fits. */
bool grid_read(const struct image *line, int ink, int margin, struct grid_line *ret);
/* The likeliest character of every cell; and the second, where its share is `doubt_min` or more, else the
 * first again. Both hold GRID_CELLS_MAX and a NUL. */
void grid_text(const struct grid_line *line, float doubt_min, char *ret, char *ret_doubt);
/* The mean share of the likeliest characters: little where the line is no OCR-B, or stands on its head. */
double grid_sureness(const struct grid_line *line);
