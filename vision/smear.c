#include "vision/smear.h"

#include "vision/levels.h"
#include "vision/print.h"

#include <math.h>
#include <stdlib.h>

/* In heights of the line. */
static const double window_wide = 0.7;                  /* of what hides a letter */
static const double strip_high = 0.35, strip_off = 0.1; /* of the paper above and below */

static const double ink_least = 0.2, steep_most = 0.1; /* of what the line's own letters have */
static const double paper_share = 0.6;
static const double edges = 0.02;   /* of the pixels of letters */
static const double printed = 0.42; /* of the contrast, a step */

enum {
        CHANNELS = 3,
        APART = 2,
        WINDOWS_MAX = 512,
        STEEP_LEAST = 60 /* of the letters: where all is blurred, a smear is nothing of its own */
};

struct ink {
        struct box window;
        double much;  /* levels below the paper above and below, on the average */
        double steep; /* the steepest step but for the edges */
};

/* The lightest channel, which takes seals away, and the colours of holograms: a smear is as dark in all. */
static int level_of(const struct image *card, int x, int y)
{
        const uint8_t *pixel = card->pixels + (size_t)y * card->stride + (size_t)(CHANNELS * x);
        return MAX(pixel[0], MAX(pixel[1], pixel[2]));
}

static void count_levels(const struct image *card, struct box box, size_t ret[LEVELS])
{
        for (int y = box.y; y < box.y + box.height; y++)
                for (int x = box.x; x < box.x + box.width; x++)
                        ret[level_of(card, x, y)]++;
}

static int paper_of(const struct image *card, struct box strip)
{
        size_t levels[LEVELS] = {0};
        count_levels(card, box_within(card, strip), levels);
        return level_at(levels, paper_share);
}

/* The step that all but such a share of the pixels do not exceed. */
static int steepest(const struct image *card, struct box window, double share)
{
        size_t steps[LEVELS] = {0};
        for (int y = window.y; y < window.y + window.height; y++)
                for (int x = window.x + APART; x < window.x + window.width; x++)
                        steps[abs(level_of(card, x, y) - level_of(card, x - APART, y))]++;
        return level_at(steps, 1 - share);
}

static struct ink measure(const struct image *card, struct box window)
{
        int tall = window.height, strip = (int)(strip_high * tall), rim = (int)(strip_off * tall);
        struct box above = {window.x, window.y - rim - strip, window.width, strip};
        struct box below = {window.x, window.y + tall + rim, window.width, strip};
        double sum = 0;
        for (int y = window.y; y < window.y + tall; y++)
                for (int x = window.x; x < window.x + window.width; x++)
                        sum += level_of(card, x, y);
        int paper = MIN(paper_of(card, above), paper_of(card, below));
        return (struct ink){window, paper - sum / window.width / tall, steepest(card, window, edges)};
}

/* What is printed, if pale, has edges as steep as it is dark: a figure of the background; or the end of a
 * stroke of a letter that the window only touches, which are as many edges fewer as its ink is less. */
static bool is_printed(const struct image *card, const struct ink *ink, double usual)
{
        size_t levels[LEVELS] = {0};
        count_levels(card, ink->window, levels);
        int contrast = level_at(levels, 1 - edges) - level_at(levels, edges);
        return steepest(card, ink->window, edges * fmin(1, ink->much / usual)) > printed * contrast;
}

static bool is_smear(const struct image *card, const struct ink *ink, double usual, double sharp)
{
        return ink->much > ink_least * usual && ink->steep < steep_most * sharp &&
               !is_printed(card, ink, usual);
}

bool smear_over(const struct image *card, struct box place, struct box line)
{
        int wide = (int)(window_wide * line.height), step = MAX(1, line.height / 8);
        struct ink inks[WINDOWS_MAX];
        double much[WINDOWS_MAX], steep[WINDOWS_MAX];
        size_t len = 0, own = 0;
        for (int x = line.x; x + wide <= line.x + line.width && len < WINDOWS_MAX; x += step) {
                inks[len] = measure(card, (struct box){x, line.y, wide, line.height});
                if (x >= place.x && x + wide <= place.x + place.width) {
                        much[own] = inks[len].much;
                        steep[own++] = inks[len].steep;
                }
                len++;
        }
        if (own == 0)
                return false;
        double usual = print_median(much, own), sharp = print_median(steep, own);
        for (size_t i = 0; i < len && sharp >= STEEP_LEAST; i++)
                if (is_smear(card, &inks[i], usual, sharp))
                        return true;
        return false;
}
