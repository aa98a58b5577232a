#include "vision/grain.h"

#include "vision/quad.h"

#include <limits.h>
#include <stdlib.h>

enum { BLOCK = 8, BLOCKS_MAX = 1 << 17, FEWEST = 40, DIRECTIONS = 4 };

/* The share of the blocks that change least, whose most changing one tells the noise: of the portrait those
 * that are plain, of all else the very plainest, since fine patterns look like noise. */
static const double plain_share = 0.2, plainest_share = 0.02;

static int green(const struct image *picture, int x, int y)
{
        return picture->pixels[(size_t)y * picture->stride + (size_t)x * 3 + 1];
}

/* By how much a pixel stands out between two that lie opposite each other. */
static int stands_out(const struct image *picture, int x, int y, int step_x, int step_y)
{
        return abs(2 * green(picture, x, y) - green(picture, x - step_x, y - step_y) -
                   green(picture, x + step_x, y + step_y));
}

/* What a block has beside any slope, in grey levels, in the direction that has least of it: noise is the same
 * in all, fine lines have none along them. Negative where it is burnt out or black, which hides noise. */
static double noise(const struct image *picture, int left, int top)
{
        static const int steps[DIRECTIONS][2] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};
        int sums[DIRECTIONS] = {0}, least = INT_MAX;
        for (int y = top + 1; y < top + BLOCK - 1; y++) {
                for (int x = left + 1; x < left + BLOCK - 1; x++) {
                        int here = green(picture, x, y);
                        if (here < 20 || here > 245)
                                return -1;
                        for (int i = 0; i < DIRECTIONS; i++)
                                sums[i] += stands_out(picture, x, y, steps[i][0], steps[i][1]);
                }
        }
        for (int i = 0; i < DIRECTIONS; i++)
                least = MIN(least, sums[i]);
        return least / 2.0 / ((BLOCK - 2) * (BLOCK - 2));
}

static int by_size(const void *a, const void *b)
{
        double x = *(const double *)a, y = *(const double *)b;
        return (x > y) - (x < y);
}

/* The noise of the plainest share of the blocks that are within the quad, or are not. */
static bool measure(const struct image *picture, const struct quad *quad, bool within, double share,
                    double *ret)
{
        double *values = x_new(BLOCKS_MAX, sizeof(*values));
        size_t count = 0;
        /* By the blocks of the JPEG: what its borders add is the same everywhere, but not in between. */
        for (int y = 0; y + BLOCK <= picture->height; y += BLOCK) {
                for (int x = 0; x + BLOCK <= picture->width && count < BLOCKS_MAX; x += BLOCK) {
                        double middle_x = x + BLOCK / 2.0, middle_y = y + BLOCK / 2.0;
                        if (quad_has(quad, middle_x, middle_y) != within)
                                continue;
                        double value = noise(picture, x, y);
                        if (value >= 0)
                                values[count++] = value;
                }
        }
        qsort(values, count, sizeof(*values), by_size);
        if (count >= FEWEST)
                *ret = values[(size_t)(share * (double)count)];
        x_free(values);
        return count >= FEWEST;
}

bool grain_measure(const struct image *picture, const double corners[4][2], const double portrait[4],
                   struct grain_measure *ret)
{
        struct quad inner, outer;
        quads_of_portrait(corners, portrait, &inner, &outer);
        *ret = (struct grain_measure){0};
        return measure(picture, &inner, true, plain_share, &ret->portrait) &&
               measure(picture, &outer, false, plainest_share, &ret->rest);
}
