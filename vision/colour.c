#include "vision/colour.h"

#include <math.h>

enum { BLOCK = 8, DARK = 40, BURNT = 250, STEPS = 512, FEWEST = 1000 };

/* Steps of a histogram in one unit of the logarithm of a ratio of two channels. */
static const double steps_per_unit = 128;
/* Where a histogram of values about 0 has that. */
static const double middle = STEPS / 2.0 / 128;

struct histogram {
        int counts[STEPS];
        int total;
};

static void add(struct histogram *histogram, double value)
{
        int step = (int)lround(value * steps_per_unit);
        histogram->counts[MAX(0, MIN(STEPS - 1, step))]++;
        histogram->total++;
}

static double quantile(const struct histogram *histogram, double share)
{
        int left = (int)(share * histogram->total), step = 0;
        while (step < STEPS - 1 && (left -= histogram->counts[step]) > 0)
                step++;
        return step / steps_per_unit;
}

/* Means of a block's channels, BGR; false where it is too dark or burnt out to have a tint. */
static bool block_mean(const struct image *card, int x, int y, double ret[3])
{
        int sums[3] = {0};
        for (int dy = 0; dy < BLOCK; dy++) {
                const uint8_t *row = card->pixels + (size_t)(y + dy) * card->stride + (size_t)x * 3;
                for (int i = 0; i < 3 * BLOCK; i += 3)
                        for (int k = 0; k < 3; k++)
                                sums[k] += row[i + k];
        }
        bool usable = true;
        for (int k = 0; k < 3; k++) {
                ret[k] = (double)sums[k] / (BLOCK * BLOCK);
                usable = usable && ret[k] > DARK && ret[k] < BURNT;
        }
        return usable;
}

/* The two ratios that make a tint, by their logarithms; `from` is what they are told from. */
static void collect(const struct image *card, const double from[2], struct histogram *apart,
                    struct histogram ratios[2])
{
        for (int y = card->height / 20; y + BLOCK < card->height * 19 / 20; y += BLOCK) {
                for (int x = card->width / 20; x + BLOCK < card->width * 19 / 20; x += BLOCK) {
                        double mean[3];
                        if (!block_mean(card, x, y, mean))
                                continue;
                        double red = log(mean[2] / mean[1]), blue = log(mean[0] / mean[1]);
                        if (apart)
                                add(apart, hypot(red - from[0], blue - from[1]));
                        if (ratios) {
                                add(&ratios[0], red + middle);
                                add(&ratios[1], blue + middle);
                        }
                }
        }
}

double colour_measure(const struct image *card)
{
        struct histogram ratios[2] = {0}, apart = {0};
        collect(card, NULL, NULL, ratios);
        if (ratios[0].total < FEWEST)
                return -1;
        const double most[2] = {quantile(&ratios[0], 0.5) - middle, quantile(&ratios[1], 0.5) - middle};
        collect(card, most, &apart, NULL);
        return quantile(&apart, 0.99);
}
