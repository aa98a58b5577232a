/*
 * A face with its surroundings, cut out by its points and freed from light and contrast, for those who lay it
 * on another.
 */
#pragma once

#include "vision/face_manifest.h"
#include "vision/image.h"

enum { FACE_CANVAS_SIDE = 128 };

/* In places: from eye to eye, and where the middle between the eyes is, as far as the points are right. */
#define FACE_CANVAS_EYES 27.82
#define FACE_CANVAS_X    63.5
#define FACE_CANVAS_Y    49.59

/* Brightness, less that of the surroundings, in their spread; row by row. */
struct face_canvas {
        float at[FACE_CANVAS_SIDE * FACE_CANVAS_SIDE];
};

/* False where the points are no face of the picture. `ret_points`: where they came to lie; or NULL. */
NODISCARD bool face_canvas_cut(const struct image *image, const struct face_points *points,
                               struct face_canvas *ret, struct face_points *ret_points);
/* The nearest place of the canvas. */
float face_canvas_at(const struct face_canvas *canvas, int x, int y);
/* Between four places. */
float face_canvas_between(const struct face_canvas *canvas, double x, double y);
/* The mean of what is up to two places around, the nearer counting more. */
void face_canvas_soften(struct face_canvas *canvas);
