#include "vision/frame_face.h"

#include "vision/face_canvas.h"

#include <math.h>
#include <string.h>

/* The canvas that it is moved about in is wider than what is taken of it. */
enum { SIDE = FRAME_FACE_SIDE, WIDE = FACE_CANVAS_SIDE, STEPS = 10 };
/* In places: no finder errs by more. */
static const double shift_max = 10, scale_min = 0.8, scale_max = 1.25;

/* Where the face lies in the canvas: turned and scaled by a complex factor about the middle, and shifted.
 */
struct place {
        double real, imaginary, x, y;
};

static void take(const struct face_canvas *canvas, const struct place *place, struct frame_face *ret)
{
        for (int v = 0; v < SIDE; v++) {
                for (int u = 0; u < SIDE; u++) {
                        double dx = u - (SIDE - 1) / 2.0, dy = v - (SIDE - 1) / 2.0;
                        double x = (WIDE - 1) / 2.0 + place->real * dx - place->imaginary * dy + place->x;
                        double y = (WIDE - 1) / 2.0 + place->imaginary * dx + place->real * dy + place->y;
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

enum { FREE = 4 }; /* shift by x and y, scale, turn */

/* How the average changes where it is moved so, place by place, with the weight; and the sums of their
 * products. */
struct slopes {
        float at[SIDE * SIDE][FREE];
        double products[FREE][FREE];
};

/* The movement that explains these sums best, by Cholesky: the products are symmetric and far from singular.
 */
static void solve(double products[FREE][FREE], const double sum[FREE], double ret[FREE])
{
        double root[FREE][FREE] = {{0}};
        for (int i = 0; i < FREE; i++) {
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
        for (int i = FREE - 1; i >= 0; i--) {
                for (int k = i + 1; k < FREE; k++)
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
                        const float moved[FREE] = {gx, gy, gx * dx + gy * dy, gy * dx - gx * dy};
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
        double real = 1 + off[2], imaginary = off[3], square = real * real + imaginary * imaginary;
        double inverse_real = real / square, inverse_imaginary = -imaginary / square;
        double x = -(off[0] * inverse_real - off[1] * inverse_imaginary);
        double y = -(off[0] * inverse_imaginary + off[1] * inverse_real);
        place->x += place->real * x - place->imaginary * y;
        place->y += place->imaginary * x + place->real * y;
        double was = place->real;
        place->real = was * inverse_real - place->imaginary * inverse_imaginary;
        place->imaginary = was * inverse_imaginary + place->imaginary * inverse_real;
        double scale = hypot(place->real, place->imaginary);
        double kept = fmin(fmax(scale, scale_min), scale_max) / fmax(scale, 1e-9);
        place->real *= kept;
        place->imaginary *= kept;
        place->x = fmin(fmax(place->x, -shift_max), shift_max);
        place->y = fmin(fmax(place->y, -shift_max), shift_max);
}

/* The inverse compositional way of Baker and Matthews: the average's slopes serve every step. */
static void lay_on(const struct face_canvas *canvas, const struct frame_face *average, struct frame_face *ret)
{
        struct slopes *slopes = x_new(1, sizeof(*slopes));
        struct place place = {.real = 1};
        slopes_of(average, slopes);
        take(canvas, &place, ret);
        for (int i = 0; i < STEPS; i++) {
                double sum[FREE] = {0}, off[FREE];
                for (int k = 0; k < SIDE * SIDE; k++) {
                        float apart = (ret->at[k] - average->at[k]) * frame_face_weight(k % SIDE, k / SIDE);
                        for (int j = 0; j < FREE; j++)
                                sum[j] += (double)(slopes->at[k][j] * apart);
                }
                solve(slopes->products, sum, off);
                step(off, &place);
                take(canvas, &place, ret);
        }
        x_free(slopes);
}

bool frame_face_cut(const struct image *frame, const struct face_points *points, struct frame_face *ret)
{
        struct face_canvas *canvas = x_new(1, sizeof(*canvas));
        struct frame_face *average = x_new(1, sizeof(*average));
        bool found = face_canvas_cut(frame, points, canvas, NULL);
        frame_face_average(average);
        if (found)
                lay_on(canvas, average, ret);
        x_free(canvas);
        x_free(average);
        return found;
}
