#include "vision/grid.h"

#include "vision/spectrum.h"

#include <math.h>
#include <stdlib.h>

enum {
        SIDE = SPECTRUM_SIDE,
        CELLS = SPECTRUM_CELLS,
        STEP = SIDE / 2, /* between the pieces that are chosen from */
        BLOCK = 8,
        PIECES_MAX = 6,
        CANDIDATES_MAX = 4096,
        MULTIPLES = 6,        /* of a coarse repetition that are looked for */
        JPEG_EVERY = SIDE / 8 /* what the blocks of a JPEG leave in a spectrum */
};

/* Repetitions, in periods a pixel: print has coarser ones of its own. */
static const double fine_from = 0.28, coarse_from = 0.04, any_from = 0.1;
/* Of a spectrum's power: what is weaker is no sign. */
static const float floor_power = 1000;
/* How much of a repetition must run apart in red and blue: the sine of the angle. */
static const float apart_share = 0.25f;

struct piece {
        int x, y;
        double roughness;
};

/* Sums over the pieces. */
struct spectra {
        float re[CELLS], im[CELLS];
        float red[CELLS], blue[CELLS], apart[CELLS]; /* powers; the part of red times blue that runs apart */
        float work[CELLS], around_red[CELLS], around_blue[CELLS];
        float window[SIDE];
};

/* Which side of the line from a to b. */
static bool is_right_of(const double a[2], const double b[2], double x, double y)
{
        return (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) > 0;
}

static bool is_inside(const double corners[4][2], int x, int y)
{
        bool all = true;
        for (int i = 0; i < 4; i++) {
                int px = x + (i % 2) * (SIDE - 1), py = y + (i / 2) * (SIDE - 1);
                for (int k = 0; k < 4; k++)
                        all = all && is_right_of(corners[k], corners[(k + 1) % 4], px, py);
        }
        return all;
}

static int block_mean(const struct image *picture, int x, int y)
{
        int sum = 0;
        for (int dy = 1; dy < BLOCK; dy += 2)
                for (int dx = 1; dx < BLOCK; dx += 2)
                        sum += picture->pixels[(size_t)(y + dy) * picture->stride + (size_t)(x + dx) * 3 + 1];
        return sum;
}

/* How much the means of small blocks change: little where there is neither text nor portrait. */
static double roughness(const struct image *picture, int x, int y)
{
        int above[SIDE / BLOCK] = {0}, sum = 0;
        for (int row = 0; row < SIDE / BLOCK; row++) {
                for (int column = 0, before = 0; column < SIDE / BLOCK; column++) {
                        int mean = block_mean(picture, x + column * BLOCK, y + row * BLOCK);
                        sum += (column ? abs(mean - before) : 0) + (row ? abs(mean - above[column]) : 0);
                        above[column] = before = mean;
                }
        }
        return sum;
}

static int by_roughness(const void *a, const void *b)
{
        double x = ((const struct piece *)a)->roughness, y = ((const struct piece *)b)->roughness;
        return (x > y) - (x < y);
}

static bool overlaps(const struct piece *pieces, size_t len, const struct piece *piece)
{
        for (size_t i = 0; i < len; i++)
                if (abs(pieces[i].x - piece->x) < SIDE && abs(pieces[i].y - piece->y) < SIDE)
                        return true;
        return false;
}

/* The plainest pieces within the card, apart from each other. */
static size_t choose(const struct image *picture, const double corners[4][2], struct piece ret[PIECES_MAX])
{
        struct piece *all = x_new(CANDIDATES_MAX, sizeof(*all));
        size_t count = 0, chosen = 0;
        for (int y = 0; y + SIDE <= picture->height; y += STEP) {
                for (int x = 0; x + SIDE <= picture->width && count < CANDIDATES_MAX; x += STEP)
                        if (is_inside(corners, x, y))
                                all[count++] = (struct piece){x, y, roughness(picture, x, y)};
        }
        qsort(all, count, sizeof(*all), by_roughness);
        for (size_t i = 0; i < count && chosen < PIECES_MAX; i++)
                if (!overlaps(ret, chosen, &all[i]))
                        ret[chosen++] = all[i];
        x_free(all);
        return chosen;
}

/* Red as the real part and blue as the imaginary one, faded out towards the borders. */
static void load(const struct image *picture, const struct piece *piece, struct spectra *spectra)
{
        double mean[2] = {0};
        for (int y = 0; y < SIDE; y++) {
                const uint8_t *row =
                    picture->pixels + (size_t)(piece->y + y) * picture->stride + (size_t)piece->x * 3;
                for (int x = 0; x < SIDE; x++) {
                        mean[0] += row[3 * x + 2];
                        mean[1] += row[3 * x];
                }
        }
        for (int y = 0; y < SIDE; y++) {
                const uint8_t *row =
                    picture->pixels + (size_t)(piece->y + y) * picture->stride + (size_t)piece->x * 3;
                for (int x = 0; x < SIDE; x++) {
                        float weight = spectra->window[x] * spectra->window[y];
                        spectra->re[y * SIDE + x] = weight * ((float)row[3 * x + 2] - (float)mean[0] / CELLS);
                        spectra->im[y * SIDE + x] = weight * ((float)row[3 * x] - (float)mean[1] / CELLS);
                }
        }
}

/* Both spectra out of the one of red + i blue. */
static void add_piece(struct spectra *spectra, size_t pieces)
{
        for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                        int at = y * SIDE + x, mirror = (-y & (SIDE - 1)) * SIDE + (-x & (SIDE - 1));
                        float a = spectra->re[at], b = spectra->im[at], c = spectra->re[mirror],
                              d = spectra->im[mirror];
                        float red[2] = {(a + c) / 2, (b - d) / 2}, blue[2] = {(b + d) / 2, (c - a) / 2};
                        float share = 1 / (float)pieces;
                        spectra->red[at] += share * (red[0] * red[0] + red[1] * red[1]);
                        spectra->blue[at] += share * (blue[0] * blue[0] + blue[1] * blue[1]);
                        spectra->apart[at] += share * (red[1] * blue[0] - red[0] * blue[1]);
                }
        }
}

static bool is_of_jpeg(int i)
{
        int off = i % JPEG_EVERY;
        return off <= 1 || off == JPEG_EVERY - 1;
}

/* The strongest power at a place of the spectrum, or beside it. */
static float power_near(const float *power, int x, int y)
{
        float most = 0;
        for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++)
                        most = fmaxf(most, power[((y + dy) & (SIDE - 1)) * SIDE + ((x + dx) & (SIDE - 1))]);
        return most;
}

/* Lines and dots of the card's own print are coarse, but sharp: what they have of fine repetition is a
 * multiple of a stronger coarse one. */
static bool is_multiple(const float *power, int x, int y)
{
        int from_x = x < SIDE / 2 ? x : x - SIDE, from_y = y < SIDE / 2 ? y : y - SIDE;
        for (int by = 2; by <= MULTIPLES; by++) {
                int part_x = (int)lround((double)from_x / by), part_y = (int)lround((double)from_y / by);
                if (hypot(part_x, part_y) >= coarse_from * SIDE &&
                    power_near(power, part_x, part_y) > power[y * SIDE + x])
                        return true;
        }
        return false;
}

static void look_at(const struct spectra *spectra, int x, int y, struct grid_measure *ret)
{
        int at = y * SIDE + x;
        double frequency = hypot(spectrum_frequency(x), spectrum_frequency(y));
        if (frequency < coarse_from || (is_of_jpeg(x) && is_of_jpeg(y)))
                return;
        float apart = fabsf(spectra->apart[at]),
              around = sqrtf(spectra->around_red[at] * spectra->around_blue[at]);
        if (apart > apart_share * sqrtf(spectra->red[at] * spectra->blue[at]))
                ret->coloured = fmax(ret->coloured, apart / (around + floor_power));
        double fine = spectra->red[at] / (spectra->around_red[at] + floor_power);
        double blue = spectra->blue[at] / (spectra->around_blue[at] + floor_power);
        if (frequency >= any_from)
                ret->any = fmax(ret->any, fmax(fine, blue));
        if (frequency >= fine_from && fine > ret->fine && !is_multiple(spectra->red, x, y))
                ret->fine = fine;
}

static void find_peaks(struct spectra *spectra, struct grid_measure *ret)
{
        spectrum_surroundings(spectra->red, spectra->work, spectra->around_red);
        spectrum_surroundings(spectra->blue, spectra->work, spectra->around_blue);
        for (int y = 0; y < SIDE; y++)
                for (int x = 0; x < SIDE; x++)
                        look_at(spectra, x, y, ret);
}

bool grid_measure(const struct image *picture, const double corners[4][2], struct grid_measure *ret)
{
        struct piece pieces[PIECES_MAX];
        size_t count = choose(picture, corners, pieces);
        *ret = (struct grid_measure){0};
        if (count == 0)
                return false;
        struct spectra *spectra = x_new(1, sizeof(*spectra));
        for (int i = 0; i < SIDE; i++)
                spectra->window[i] = (float)(0.5 - 0.5 * cos(2 * M_PI * i / (SIDE - 1)));
        for (size_t i = 0; i < count; i++) {
                load(picture, &pieces[i], spectra);
                spectrum_transform(spectra->re, spectra->im);
                add_piece(spectra, count);
        }
        find_peaks(spectra, ret);
        x_free(spectra);
        return true;
}
