#include "vision/history.h"

#include "vision/quad.h"

#include <math.h>

enum {
        BLOCK = 8,
        LOWEST = 5,       /* rows and columns of coefficients that are looked at */
        FREQUENCIES = 14, /* of these: they are coded best */
        RANGE = 40,       /* of values that are counted, either way, in steps of the last quantiser */
        STEPS = 2 * RANGE + 1,
        NEIGHBOURS = 4, /* on either side, the most frequent of which tells what is due */
        QUANTISER_MAX = 24,
        BLOCKS_FEWEST = 100,
        BLOCKS_MOST = 3000, /* more tell nothing more */
        VALUES_FEWEST = 60, /* other than zero, to know the quantiser of a frequency by */
        VALUES_MOST = 500,
        GAPS_FEWEST = 2, /* of a frequency that counts as one with gaps */
        BLACK = 4,
        BURNT = 250
};

/* What must be due at least of a value for its absence to be a gap, in the rest and in the portrait; how
 * little of it is there in a gap. */
static const double due_min = 16, portrait_due_min = 3, gap_share = 0.35;
/* What is further from zero than rounding; how much of the values must lie on a quantiser's multiples. */
static const float zero_max = 0.8F, lattice_min = 0.45F;

static const uint8_t frequencies[FREQUENCIES][2] = {{0, 1}, {1, 0}, {1, 1}, {0, 2}, {2, 0}, {1, 2}, {2, 1},
                                                    {0, 3}, {3, 0}, {2, 2}, {1, 3}, {3, 1}, {0, 4}, {4, 0}};

/* The coefficients of some blocks, frequency by frequency. */
struct values {
        size_t len;
        float of[FREQUENCIES][BLOCKS_MOST];
};

struct work {
        float waves[LOWEST][BLOCK];
        struct values portrait, rest;
};

static void set_waves(float ret[LOWEST][BLOCK])
{
        for (int k = 0; k < LOWEST; k++)
                for (int i = 0; i < BLOCK; i++)
                        ret[k][i] =
                            (float)(sqrt(k ? 0.25 : 0.125) * cos((2 * i + 1) * k * M_PI / (2 * BLOCK)));
}

/* How light each pixel is. False where the block is burnt out or black: what was cut off there is no
 * encoder's. */
static bool block_light(const struct image *picture, int left, int top, float ret[BLOCK][BLOCK])
{
        for (int y = 0; y < BLOCK; y++) {
                const uint8_t *row = picture->pixels + (size_t)(top + y) * picture->stride + (size_t)left * 3;
                for (int x = 0; x < BLOCK; x++, row += 3) {
                        ret[y][x] = 0.114F * (float)row[0] + 0.587F * (float)row[1] + 0.299F * (float)row[2];
                        if (ret[y][x] < BLACK || ret[y][x] > BURNT)
                                return false;
                }
        }
        return true;
}

static void add_block(const struct work *work, float light[BLOCK][BLOCK], struct values *ret)
{
        float across[BLOCK][LOWEST] = {{0}};
        for (int y = 0; y < BLOCK; y++)
                for (int k = 0; k < LOWEST; k++)
                        for (int x = 0; x < BLOCK; x++)
                                across[y][k] += light[y][x] * work->waves[k][x];
        for (int f = 0; f < FREQUENCIES; f++) {
                float sum = 0;
                for (int y = 0; y < BLOCK; y++)
                        sum += across[y][frequencies[f][1]] * work->waves[frequencies[f][0]][y];
                ret->of[f][ret->len] = sum;
        }
        ret->len++;
}

/* By the blocks of the last encoder: those within the quad, or not within, every so many of them. */
static void collect(const struct work *work, const struct image *picture, const struct quad *quad,
                    bool within, double area, struct values *ret)
{
        int step = BLOCK * (int)ceil(sqrt(area / (BLOCK * BLOCK) / BLOCKS_MOST));
        for (int y = 0; y + BLOCK <= picture->height; y += step) {
                for (int x = 0; x + BLOCK <= picture->width && ret->len < BLOCKS_MOST; x += step) {
                        float light[BLOCK][BLOCK];
                        if (quad_has(quad, x + BLOCK / 2.0, y + BLOCK / 2.0) == within &&
                            block_light(picture, x, y, light))
                                add_block(work, light, ret);
                }
        }
}

/* Some of the values that are other than zero. */
static size_t pick(const struct values *values, int frequency, float ret[VALUES_MOST])
{
        size_t count = 0;
        for (size_t i = 0; i < values->len && count < VALUES_MOST; i++)
                if (fabsf(values->of[frequency][i]) > zero_max)
                        ret[count++] = values->of[frequency][i];
        return count;
}

static bool is_lattice(const float *values, size_t len, int quantiser)
{
        float sum = 0;
        for (size_t i = 0; i < len; i++)
                sum += cosf(2 * (float)M_PI * values[i] / (float)quantiser);
        return sum > lattice_min * (float)len;
}

/* The last quantiser: the largest whose multiples are all values, of the portrait and of the rest. 0 where
 * too few are other than zero to tell. */
static int quantiser_of(const struct work *work, int frequency)
{
        float portrait[VALUES_MOST], rest[VALUES_MOST];
        size_t portrait_len = pick(&work->portrait, frequency, portrait),
               rest_len = pick(&work->rest, frequency, rest);
        if (portrait_len < VALUES_FEWEST || rest_len < VALUES_FEWEST)
                return 0;
        for (int q = QUANTISER_MAX; q > 1; q--)
                if (is_lattice(portrait, portrait_len, q) && is_lattice(rest, rest_len, q))
                        return q;
        return 1;
}

static void count_values(const float *values, size_t len, int quantiser, int ret[STEPS])
{
        memset(ret, 0, STEPS * sizeof(*ret));
        for (size_t i = 0; i < len; i++) {
                long step = lroundf(values[i] / (float)quantiser) + RANGE;
                if (step >= 0 && step < STEPS)
                        ret[step]++;
        }
}

/* How often a value should be there, if values get rarer to either side of the most frequent, as those of a
 * picture do. */
static int due_at(const int counts[STEPS], int step)
{
        int below = 0, above = 0;
        for (int k = 1; k <= NEIGHBOURS; k++) {
                below = MAX(below, counts[step - k]);
                above = MAX(above, counts[step + k]);
        }
        return MIN(below, above);
}

/* The gaps of the rest in one frequency, and what the portrait has there. */
static void look_at(const int rest[STEPS], const int portrait[STEPS], struct history_measure *ret)
{
        int gaps = 0;
        for (int step = NEIGHBOURS; step < STEPS - NEIGHBOURS; step++) {
                int due = due_at(rest, step), here = due_at(portrait, step);
                if (step == RANGE || due < due_min || rest[step] >= gap_share * due ||
                    here < portrait_due_min)
                        continue;
                gaps++;
                ret->due += here;
                ret->fill += MIN(portrait[step], here);
        }
        ret->frequencies += gaps >= GAPS_FEWEST;
}

bool history_measure(const struct image *picture, const double corners[4][2], const double portrait[4],
                     struct history_measure *ret)
{
        struct quad inner, outer;
        quads_of_portrait(corners, portrait, &inner, &outer);
        struct work *work = x_new(1, sizeof(*work));
        set_waves(work->waves);
        collect(work, picture, &inner, true, quad_area(&inner), &work->portrait);
        collect(work, picture, &outer, false, (double)picture->width * picture->height, &work->rest);
        *ret = (struct history_measure){0};
        bool enough = work->portrait.len >= BLOCKS_FEWEST && work->rest.len >= BLOCKS_FEWEST;
        for (int f = 0; f < FREQUENCIES && enough; f++) {
                int counts[2][STEPS], quantiser = quantiser_of(work, f);
                if (quantiser == 0)
                        continue;
                count_values(work->rest.of[f], work->rest.len, quantiser, counts[0]);
                count_values(work->portrait.of[f], work->portrait.len, quantiser, counts[1]);
                look_at(counts[0], counts[1], ret);
        }
        ret->fill = ret->due > 0 ? ret->fill / ret->due : 0;
        x_free(work);
        return enough;
}
