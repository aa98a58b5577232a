/*
 * OpenCV's part in finding cards and text lines, as plain C, by the rules of cv_shim.h: no exception leaves,
 * false or zero where it failed, everything on the calling thread.
 */
#pragma once

#include "vision/image.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A card's outline, clockwise from its upper left corner as it lies in the picture; `fit` is 0 to 1: how well
 * it is a card. */
struct cv_quad {
        double corners[4][2];
        double fit;
};

/* A text line in a picture: centre, length along the line, height across it, slope (down to the right, in
 * radians). */
struct cv_line {
        double x, y, width, height, angle;
        double score; /* 0 to 1 */
};

/* Outlines that may be a card's, best first, by several ways of telling card from table. */
size_t cv_find_quads(const struct image *from, struct cv_quad *ret, size_t max);
/* Straighten: the inside of `corners` fills `to`. */
bool cv_warp_quad(const struct image *from, const double corners[4][2], struct image *to);
/* Lines out of the map of a text detector (`width` x `height` probabilities), grown back by the margin that
 * such detectors are trained to leave out. Coordinates are the map's. */
size_t cv_lines_of_map(const float *map, int width, int height, struct cv_line *ret, size_t max);
/* Lines by morphology alone, from a grey picture. */
size_t cv_find_lines(const struct image *grey, struct cv_line *ret, size_t max);
/* Grey, with paper brought to white: `to` has the size of `grey` and one channel. `reach` is how far, in
 * pixels, a shade of paper stretches: larger than the strokes. */
bool cv_flatten(const struct image *grey, int reach, struct image *to);
/* In place: sharpen by a mask of `sigma`, or blur where `amount` is negative. */
bool cv_sharpen(struct image *grey, double sigma, double amount);
/* Resample the rectangle `line` of `from` into `to`, bicubic, the nearest pixel outside. */
bool cv_cut_line(const struct image *from, const struct cv_line *line, struct image *to);

#ifdef __cplusplus
}
#endif
