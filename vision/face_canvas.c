#include "vision/face_canvas.h"

#include "vision/face_align.h"

#include <math.h>

enum { SIDE = FACE_CANVAS_SIDE };
/* Places of the canvas that the surroundings of a place are, to each side. */
enum { AROUND = 10 };
/* Grey levels: a plain area is not blown up to what an encoder left in it. */
static const float spread_least = 5;
/* Where the points are expected in it: eyes so far apart, the middle between eyes and mouth. */
static const struct face_model cut_model = {
    .input = {.width = SIDE, .height = SIDE},
    .points = {{{49.59F, 49.59F}, {77.41F, 49.59F}, {63.5F, 66.28F}, {52.37F, 78.80F}, {74.63F, 78.80F}}}};

float face_canvas_at(const struct face_canvas *canvas, int x, int y)
{
        x = MIN(MAX(x, 0), SIDE - 1);
        y = MIN(MAX(y, 0), SIDE - 1);
        return canvas->at[y * SIDE + x];
}

/* Along one axis: the mean of the places up to `reach` to each side, or with `binomial` of the next, the
 * nearer counting twice. */
static void blur_axis(const struct face_canvas *from, bool upright, int reach, bool binomial,
                      struct face_canvas *to)
{
        for (int line = 0; line < SIDE; line++) {
                float sum = 0;
#define FROM(i) (upright ? face_canvas_at(from, line, (i)) : face_canvas_at(from, (i), line))
                for (int i = -reach - 1; i < reach; i++)
                        sum += FROM(i);
                for (int i = 0; i < SIDE; i++) {
                        sum += FROM(i + reach) - FROM(i - reach - 1);
                        float mean = binomial ? (FROM(i - 1) + 2 * FROM(i) + FROM(i + 1)) / 4
                                              : sum / (float)(2 * reach + 1);
                        to->at[upright ? i * SIDE + line : line * SIDE + i] = mean;
                }
#undef FROM
        }
}

static void blur(struct face_canvas *canvas, int reach, bool binomial)
{
        struct face_canvas *between = x_new(1, sizeof(*between));
        blur_axis(canvas, true, reach, binomial, between);
        blur_axis(between, false, reach, binomial, canvas);
        x_free(between);
}

void face_canvas_soften(struct face_canvas *canvas)
{
        blur(canvas, 1, true);
        blur(canvas, 1, true);
}

/* Light and contrast may change from picture to picture, and across one. */
static void normalise(struct face_canvas *canvas)
{
        struct face_canvas *mean = x_new(1, sizeof(*mean)), *square = x_new(1, sizeof(*square));
        face_canvas_soften(canvas);
        *mean = *canvas;
        blur(mean, AROUND, false);
        for (int i = 0; i < SIDE * SIDE; i++) {
                canvas->at[i] -= mean->at[i];
                square->at[i] = canvas->at[i] * canvas->at[i];
        }
        blur(square, AROUND, false);
        for (int i = 0; i < SIDE * SIDE; i++)
                canvas->at[i] /= sqrtf(fmaxf(square->at[i], 0)) + spread_least;
        x_free(mean);
        x_free(square);
}

float face_canvas_between(const struct face_canvas *canvas, double x, double y)
{
        int left = (int)floor(x), top = (int)floor(y);
        float right = (float)(x - left), down = (float)(y - top);
        float above =
            face_canvas_at(canvas, left, top) * (1 - right) + face_canvas_at(canvas, left + 1, top) * right;
        float below = face_canvas_at(canvas, left, top + 1) * (1 - right) +
                      face_canvas_at(canvas, left + 1, top + 1) * right;
        return above * (1 - down) + below * down;
}

static struct face_points moved(const struct face_points *points, const double matrix[6])
{
        struct face_points to;
        for (int i = 0; i < FACE_POINTS; i++) {
                double x = (double)points->at[i][0], y = (double)points->at[i][1];
                to.at[i][0] = (float)(matrix[0] * x + matrix[1] * y + matrix[2]);
                to.at[i][1] = (float)(matrix[3] * x + matrix[4] * y + matrix[5]);
        }
        return to;
}

bool face_canvas_cut(const struct image *image, const struct face_points *points, struct face_canvas *ret,
                     struct face_points *ret_points)
{
        CLEANUP(image_release) struct image cut = {0};
        double matrix[6];
        if (!face_similarity(points, &cut_model.points, matrix) || !face_cut(image, points, &cut_model, &cut))
                return false;
        if (ret_points)
                *ret_points = moved(points, matrix);
        for (int i = 0; i < SIDE * SIDE; i++) {
                const uint8_t *pixel = cut.pixels + (size_t)(i / SIDE) * cut.stride + 3 * (size_t)(i % SIDE);
                ret->at[i] = 0.114F * (float)pixel[0] + 0.587F * (float)pixel[1] + 0.299F * (float)pixel[2];
        }
        normalise(ret);
        return true;
}
