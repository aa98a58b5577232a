#include "vision/paper.h"

#include <math.h>

enum {
        APART = 45, /* from the paper, what is none */
        TINT = 16,  /* the same, as bright as it is */
        SHADES = 96,
        SHADES_OF_ONE = 24
};

/* Of the paper's brightness: the darkest shadow, and what is far from it. */
static const double darkest = 0.25, other_shade = 1.35;
static const double shadow_share = 0.1; /* of the card, or more lie in it */

/* How bright a pixel is as paper, in shares of the paper's colour; negative: it has another one. */
static double shade_of(const uint8_t pixel[3], const struct paper *paper)
{
        double sum = 1, whole = 1;
        for (int c = 0; c < 3; c++) {
                sum += pixel[c];
                whole += paper->colour[c];
        }
        for (int c = 0; c < 3; c++)
                if (fabs(pixel[c] - sum / whole * paper->colour[c]) > TINT)
                        return -1;
        return sum / whole;
}

bool paper_is(const struct paper *paper, const uint8_t pixel[3])
{
        double shade = paper->from < paper->to ? shade_of(pixel, paper) : -1;
        if (shade >= paper->from && shade <= paper->to)
                return true;
        for (int end = 0; end < 2; end++) {
                double most = 0, bright = end ? paper->to : paper->from;
                for (int c = 0; c < 3; c++)
                        most = fmax(most, fabs(pixel[c] - bright * paper->colour[c]));
                if (most <= APART)
                        return true;
        }
        return false;
}

struct paper paper_of_card(const struct image *card)
{
        struct paper paper = {.from = 1, .to = 1};
        size_t histogram[3][32] = {{0}};
        for (int y = 0; y < card->height; y += 8) {
                const uint8_t *row = card->pixels + (size_t)y * card->stride;
                for (int x = 0; x < card->width; x += 8) {
                        for (int c = 0; c < 3; c++)
                                histogram[c][row[3 * x + c] >> 3]++;
                }
        }
        for (int c = 0; c < 3; c++) {
                int best = 0;
                for (int i = 1; i < 32; i++)
                        best = histogram[c][i] > histogram[c][best] ? i : best;
                paper.colour[c] = best * 8 + 4;
        }
        return paper;
}

/* Of a shade and the two beside it. */
static size_t sum3(const size_t counts[SHADES], int i)
{
        return i > 0 ? counts[i - 1] + counts[i] + counts[i + 1] : 0;
}

bool paper_find_shadow(const struct image *card, struct paper *paper)
{
        size_t counts[SHADES] = {0}, all = 0;
        int best = 0;
        for (int y = 0; y < card->height; y += 8) {
                const uint8_t *row = card->pixels + (size_t)y * card->stride;
                for (int x = 0; x < card->width; x += 8, all++) {
                        double shade = shade_of(row + 3 * (size_t)x, paper);
                        bool far = shade >= darkest && (shade < 1 / other_shade || shade > other_shade);
                        if (far)
                                counts[MIN(SHADES - 1, (int)(shade * SHADES_OF_ONE))]++;
                }
        }
        for (int i = 1; i + 1 < SHADES; i++)
                best = sum3(counts, i) > sum3(counts, best) ? i : best;
        if (best == 0 || (double)sum3(counts, best) < shadow_share * (double)all)
                return false;
        double shade = (best + 0.5) / SHADES_OF_ONE;
        paper->from = fmin(1, shade);
        paper->to = fmax(1, shade);
        return true;
}
