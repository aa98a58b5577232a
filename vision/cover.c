#include "vision/cover.h"

#include <math.h>
#include <stdlib.h>

enum { CHANNELS = 3, BLUE = 0, GREEN, RED };

/* In heights of the line. */
static const double window_wide = 0.4, rim = 0.1, end_wide = 3;
static const double paper_least = 0.2; /* of a window, or it is covered */
static const double paper_level = 0.7; /* of the pixels between letters: the lighter are paper */
static const double shadow = 0.45, light = 1.35, tint = 0.05; /* of the paper's brightness; of its colour */
static const double lit_far = 2;                              /* above and below */

static const uint8_t *pixel(const struct image *card, int x, int y)
{
        return card->pixels + (size_t)y * card->stride + (size_t)(x * CHANNELS);
}

static void measure_paper(const struct image *card, struct box place, uint8_t ret[CHANNELS])
{
        for (int channel = 0; channel < CHANNELS; channel++) {
                size_t levels[256] = {0}, below = 0;
                size_t all = (size_t)place.width * (size_t)place.height;
                int level = 0;
                for (int y = place.y; y < place.y + place.height; y++)
                        for (int x = place.x; x < place.x + place.width; x++)
                                levels[pixel(card, x, y)[channel]]++;
                while (level < 255 && (double)(below += levels[level]) < paper_level * (double)all)
                        level++;
                ret[channel] = (uint8_t)level;
        }
}

static bool is_paper(const uint8_t pixel[CHANNELS], const uint8_t paper[CHANNELS])
{
        double sum = pixel[BLUE] + pixel[GREEN] + pixel[RED] + 1,
               whole = paper[BLUE] + paper[GREEN] + paper[RED] + 1;
        return sum > shadow * whole && sum < light * whole &&
               fabs(pixel[BLUE] / sum - paper[BLUE] / whole) < tint &&
               fabs(pixel[RED] / sum - paper[RED] / whole) < tint;
}

/* Skin has more of green than of blue, the ink of seals has not. */
static bool is_seal(const uint8_t pixel[CHANNELS])
{
        enum { REDDER = 40, GREENER = 15 };
        return pixel[RED] - MAX(pixel[GREEN], pixel[BLUE]) > REDDER && pixel[GREEN] - pixel[BLUE] < GREENER;
}

static bool is_covered(const struct image *card, struct box window, const uint8_t paper[CHANNELS],
                       bool by_seal)
{
        int shown = 0, counted = 0;
        for (int y = window.y; y < window.y + window.height; y++) {
                for (int x = window.x; x < window.x + window.width; x++) {
                        bool sealed = by_seal && is_seal(pixel(card, x, y));
                        counted += !sealed;
                        shown += !sealed && is_paper(pixel(card, x, y), paper);
                }
        }
        return 2 * counted > window.width * window.height && shown < paper_least * counted;
}

/* Of the paper's colour, but lighter. */
static bool is_lighter(const struct image *card, struct box window, const uint8_t paper[CHANNELS])
{
        uint8_t lit[CHANNELS];
        measure_paper(card, window, lit);
        double sum = lit[BLUE] + lit[GREEN] + lit[RED] + 1,
               whole = paper[BLUE] + paper[GREEN] + paper[RED] + 1;
        return sum >= light * whole && fabs(lit[BLUE] / sum - paper[BLUE] / whole) < tint &&
               fabs(lit[RED] / sum - paper[RED] / whole) < tint;
}

/* The card's own paper beside the shadow in which the letters stand: so far above and below, too, where
 * nothing reaches that hides but this line. */
static bool is_lit(const struct image *card, struct box window, const uint8_t paper[CHANNELS])
{
        int far = (int)(lit_far * window.height);
        struct box above = window, below = window;
        above.y -= far;
        below.y += far;
        return above.y >= 0 && below.y + below.height <= card->height && is_lighter(card, window, paper) &&
               is_lighter(card, above, paper) && is_lighter(card, below, paper);
}

static bool has_cover(const struct image *card, struct box row, int from, int to,
                      const uint8_t paper[CHANNELS], bool by_seal)
{
        int wide = MAX(1, (int)(window_wide * row.height)), step = MAX(1, row.height / 8);
        for (int x = MAX(0, from); x + wide <= MIN(to, card->width); x += step) {
                struct box window = {x, row.y, wide, row.height};
                if (is_covered(card, window, paper, by_seal) && !is_lit(card, window, paper))
                        return true;
        }
        return false;
}

/* Between `from` and `to`, beside the end of the letters that `end` holds: a shadow may lie over the other.
 */
static bool covered_beside(const struct image *card, struct box end, int from, int to, bool by_seal)
{
        uint8_t paper[CHANNELS];
        measure_paper(card, end, paper);
        return has_cover(card, end, from, to, paper, by_seal);
}

bool cover_beside(const struct image *card, struct box place, struct box reach, bool by_seal)
{
        int off = (int)(rim * place.height), right = place.x + place.width;
        int wide = MIN(place.width, (int)(end_wide * place.height));
        if (place.x < 0 || place.y < 0 || place.width <= 0 || place.height <= 0 || right > card->width ||
            place.y + place.height > card->height)
                return false;
        struct box first = {place.x, place.y, wide, place.height},
                   last = {right - wide, place.y, wide, place.height};
        return covered_beside(card, first, reach.x, place.x - off, by_seal) ||
               covered_beside(card, last, right + off, reach.x + reach.width, by_seal) ||
               covered_beside(card, first, place.x, first.x + wide, by_seal) ||
               covered_beside(card, last, last.x, right, by_seal);
}
