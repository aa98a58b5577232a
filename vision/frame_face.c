#include "vision/frame_face.h"

#include "vision/face_canvas.h"

#include <math.h>
#include <string.h>

/* The canvas that it is moved about in is wider than what is taken of it. */
enum { SIDE = FRAME_FACE_SIDE, WIDE = FACE_CANVAS_SIDE, STEPS = 10, STEPS_STRETCHED = 14 };
/* In places: no finder errs by more. */
static const double shift_max = 10, scale_min = 0.8, scale_max = 1.25;

/* Where the face lies in the canvas: x and y from its middle go, by the columns, there, and are shifted. */
struct place {
        double xx, xy, yx, yy, x, y;
};

static void take(const struct face_canvas *canvas, const struct place *place, struct frame_face *ret)
{
        for (int v = 0; v < SIDE; v++) {
                for (int u = 0; u < SIDE; u++) {
                        double dx = u - (SIDE - 1) / 2.0, dy = v - (SIDE - 1) / 2.0;
                        double x = (WIDE - 1) / 2.0 + place->xx * dx + place->xy * dy + place->x;
                        double y = (WIDE - 1) / 2.0 + place->yx * dx + place->yy * dy + place->y;
                        ret->at[v * SIDE + u] = face_canvas_between(canvas, x, y);
                }
        }
}

float frame_face_weight(int x, int y)
{
        return (float)(sin(M_PI * (x + 0.5) / SIDE) * sin(M_PI * (y + 0.5) / SIDE));
}

void frame_face_average(struct frame_face *ret)
{
        for (int i = 0; i < SIDE * SIDE; i++) {
                int x = i % SIDE, line = i / SIDE * (SIDE / 2);
                ret->at[i] = (float)frame_average[line + MIN(x, SIDE - 1 - x)] / 64;
        }
}

/* Shift by x and y, scale, turn; and stretched along an axis, or across it. */
enum { ALIKE = 4, FREE = 6 };

/* How the average changes where it is moved so, place by place, with the weight; and the sums of their
 * products. */
struct slopes {
        float at[SIDE * SIDE][FREE];
        double products[FREE][FREE];
};

/* The movement of the first `free` kinds that explains these sums best, by Cholesky: the products are
 * symmetric and far from singular. */
static void solve(double products[FREE][FREE], int free, const double sum[FREE], double ret[FREE])
{
        double root[FREE][FREE] = {{0}};
        for (int i = 0; i < free; i++) {
                ret[i] = sum[i];
                for (int k = 0; k <= i; k++) {
                        double left = products[i][k];
                        for (int j = 0; j < k; j++)
                                left -= root[i][j] * root[k][j];
                        root[i][k] = k < i ? left / root[k][k] : sqrt(left);
                        if (k < i)
                                ret[i] -= root[i][k] * ret[k];
                }
                ret[i] /= root[i][i];
        }
        for (int i = free - 1; i >= 0; i--) {
                for (int k = i + 1; k < free; k++)
                        ret[i] -= root[k][i] * ret[k];
                ret[i] /= root[i][i];
        }
}

static void slopes_of(const struct frame_face *average, struct slopes *ret)
{
        memset(ret, 0, sizeof(*ret));
        for (int y = 1; y < SIDE - 1; y++) {
                for (int x = 1; x < SIDE - 1; x++) {
                        const float *at = &average->at[y * SIDE + x];
                        float *slope = ret->at[y * SIDE + x];
                        float gx = (at[1] - at[-1]) / 2, gy = (at[SIDE] - at[-SIDE]) / 2;
                        float dx = (float)x - (SIDE - 1) / 2.0F, dy = (float)y - (SIDE - 1) / 2.0F;
                        float weight = frame_face_weight(x, y);
                        const float moved[FREE] = {gx,
                                                   gy,
                                                   gx * dx + gy * dy,
                                                   gy * dx - gx * dy,
                                                   gx * dx - gy * dy,
                                                   gy * dx + gx * dy};
                        for (int i = 0; i < FREE; i++)
                                slope[i] = moved[i] * weight;
                        for (int i = 0; i < FREE; i++)
                                for (int k = 0; k < FREE; k++)
                                        ret->products[i][k] += (double)(slope[i] * slope[k]);
                }
        }
}

/* The face lies off the average by so much: move the place by the inverse of it. */
static void step(const double off[FREE], struct place *place)
{
        double xx = 1 + off[2] + off[4], xy = off[5] - off[3], yx = off[5] + off[3], yy = 1 + off[2] - off[4];
        double area = xx * yy - xy * yx;
        if (area <= 0)
                return; /* turned inside out: no face is */
        const struct place inverse = {yy / area, -xy / area, -yx / area, xx / area, 0, 0}, was = *place;
        double x = -(inverse.xx * off[0] + inverse.xy * off[1]);
        double y = -(inverse.yx * off[0] + inverse.yy * off[1]);
        place->x += was.xx * x + was.xy * y;
        place->y += was.yx * x + was.yy * y;
        place->xx = was.xx * inverse.xx + was.xy * inverse.yx;
        place->xy = was.xx * inverse.xy + was.xy * inverse.yy;
        place->yx = was.yx * inverse.xx + was.yy * inverse.yx;
        place->yy = was.yx * inverse.xy + was.yy * inverse.yy;
        double scale = sqrt(place->xx * place->yy - place->xy * place->yx);
        double kept = fmin(fmax(scale, scale_min), scale_max) / fmax(scale, 1e-9);
        place->xx *= kept;
        place->xy *= kept;
        place->yx *= kept;
        place->yy *= kept;
        place->x = fmin(fmax(place->x, -shift_max), shift_max);
        place->y = fmin(fmax(place->y, -shift_max), shift_max);
}

/* The inverse compositional way of Baker and Matthews: the average's slopes serve every step. `ret` is the
 * face as it lies now, before and after. */
static void lay_on(const struct face_canvas *canvas, const struct frame_face *average, struct slopes *slopes,
                   int free, int steps, struct place *place, struct frame_face *ret)
{
        for (int i = 0; i < steps; i++) {
                double sum[FREE] = {0}, off[FREE] = {0};
                for (int k = 0; k < SIDE * SIDE; k++) {
                        float apart = (ret->at[k] - average->at[k]) * frame_face_weight(k % SIDE, k / SIDE);
                        for (int j = 0; j < free; j++)
                                sum[j] += (double)(slopes->at[k][j] * apart);
                }
                solve(slopes->products, free, sum, off);
                step(off, place);
                take(canvas, place, ret);
        }
}

bool frame_face_cut(const struct image *frame, const struct face_points *points, struct frame_face *ret,
                    struct frame_face *ret_stretched)
{
        struct face_canvas *canvas = x_new(1, sizeof(*canvas));
        struct frame_face *average = x_new(1, sizeof(*average));
        struct slopes *slopes = x_new(1, sizeof(*slopes));
        struct place place = {.xx = 1, .yy = 1};
        bool found = face_canvas_cut(frame, points, canvas, NULL);
        frame_face_average(average);
        slopes_of(average, slopes);
        if (found) {
                take(canvas, &place, ret);
                lay_on(canvas, average, slopes, ALIKE, STEPS, &place, ret);
                *ret_stretched = *ret;
                lay_on(canvas, average, slopes, FREE, STEPS_STRETCHED, &place, ret_stretched);
        }
        x_free(canvas);
        x_free(average);
        x_free(slopes);
        return found;
}
