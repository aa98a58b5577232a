#include "vision/spectrum.h"

#include <math.h>

enum { SIDE = SPECTRUM_SIDE, NEAR = 3, FAR = 7, BITS = 7 };

/* Sines of the circle in SIDE steps, a quarter more for the cosines. */
static const float *sines(void)
{
        static _Thread_local float table[SIDE + SIDE / 4];
        if (table[SIDE / 4] == 0)
                for (int i = 0; i < SIDE + SIDE / 4; i++)
                        table[i] = (float)sin(2 * M_PI * i / SIDE);
        return table;
}

static void swap(float *a, float *b)
{
        float kept = *a;
        *a = *b;
        *b = kept;
}

static void reorder(float *re, float *im, size_t step)
{
        for (unsigned i = 0; i < SIDE; i++) {
                unsigned turned = 0;
                for (unsigned bit = 0; bit < BITS; bit++)
                        turned |= (i >> bit & 1U) << (BITS - 1 - bit);
                if (turned > i) {
                        swap(&re[i * step], &re[turned * step]);
                        swap(&im[i * step], &im[turned * step]);
                }
        }
}

/* One line of SIDE numbers that lie `step` apart. */
static void transform_line(float *re, float *im, size_t step, const float *sine)
{
        reorder(re, im, step);
        for (size_t half = 1; half < SIDE; half *= 2) {
                for (size_t from = 0; from < SIDE; from += 2 * half) {
                        for (size_t k = 0; k < half; k++) {
                                size_t turn = k * (SIDE / 2 / half), a = (from + k) * step,
                                       b = a + half * step;
                                float c = sine[turn + SIDE / 4], s = -sine[turn];
                                float x = re[b] * c - im[b] * s, y = re[b] * s + im[b] * c;
                                re[b] = re[a] - x;
                                im[b] = im[a] - y;
                                re[a] += x;
                                im[a] += y;
                        }
                }
        }
}

void spectrum_transform(float *re, float *im)
{
        const float *sine = sines();
        for (size_t i = 0; i < SIDE; i++)
                transform_line(re + i * SIDE, im + i * SIDE, 1, sine);
        for (size_t i = 0; i < SIDE; i++)
                transform_line(re + i, im + i, SIDE, sine);
}

/* Sums over the cells at most `reach` away along lines whose cells lie `step` apart. */
static void sum_lines(const float *from, size_t step, size_t next, int reach, float *ret)
{
        for (size_t line = 0; line < SIDE; line++) {
                const float *in = from + line * next;
                float *out = ret + line * next;
                double sum = 0;
                for (int i = -reach; i <= reach; i++)
                        sum += (double)in[(size_t)(i & (SIDE - 1)) * step];
                for (int i = 0; i < SIDE; i++) {
                        out[(size_t)i * step] = (float)sum;
                        sum += (double)in[(size_t)((i + reach + 1) & (SIDE - 1)) * step] -
                               (double)in[(size_t)((i - reach) & (SIDE - 1)) * step];
                }
        }
}

void spectrum_surroundings(const float *from, float *work, float *ret)
{
        static const float cells = (2 * FAR + 1) * (2 * FAR + 1) - (2 * NEAR + 1) * (2 * NEAR + 1);
        float *wide = x_new(SPECTRUM_CELLS, sizeof(*wide));
        sum_lines(from, 1, SIDE, FAR, work);
        sum_lines(work, SIDE, 1, FAR, wide);
        sum_lines(from, 1, SIDE, NEAR, work);
        sum_lines(work, SIDE, 1, NEAR, ret);
        for (size_t i = 0; i < SPECTRUM_CELLS; i++)
                ret[i] = fmaxf(0, wide[i] - ret[i]) / cells;
        x_free(wide);
}
