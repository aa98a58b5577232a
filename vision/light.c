#include "vision/light.h"

#include "vision/levels.h"
#include "vision/print.h"

#include <math.h>

/* In heights of the line. */
static const double side_high = 0.5; /* of a square that hides a letter */
static const double window_wide = 0.7, near = 4;
static const double strip_high = 0.5, strip_off = 0.1; /* of the paper above and below */

static const double burnt_share = 0.95; /* of a square of light */
static const double paper_share = 0.7;  /* of the pixels between letters: the lighter are paper */
static const double whiter = 0.8;       /* of what the paper lacks of white, light takes away */

enum { CHANNELS = 3, WHITE = 255, BURNT_SURE = 252, BRIGHTER = 8, TOLD_LEAST = 4, WINDOWS_MAX = 512 };

static int darkest_at(const struct image *card, int x, int y)
{
        const uint8_t *p = card->pixels + (size_t)y * card->stride + (size_t)(x * CHANNELS);
        return MIN(p[0], MIN(p[1], p[2]));
}

/* The mean of a square of light; of another one none. */
static double light_of(const struct image *card, struct box square, int burnt)
{
        int count = 0, all = square.width * square.height;
        double sum = 0;
        for (int y = square.y; y < square.y + square.height; y++) {
                for (int x = square.x; x < square.x + square.width; x++) {
                        int level = darkest_at(card, x, y);
                        count += level >= burnt;
                        sum += level;
                }
        }
        return count >= burnt_share * all ? sum / all : 0;
}

static void count_levels(const struct image *card, struct box box, size_t ret[LEVELS])
{
        box = box_within(card, box);
        for (int y = box.y; y < box.y + box.height; y++)
                for (int x = box.x; x < box.x + box.width; x++)
                        ret[darkest_at(card, x, y)]++;
}

/* Between the letters or above and below them, whichever is lighter: small letters are blurred into what is
 * between them. */
static double paper_of(const struct image *card, struct box window)
{
        size_t between[LEVELS] = {0}, around[LEVELS] = {0};
        int strip = (int)(strip_high * window.height), rim = (int)(strip_off * window.height);
        count_levels(card, window, between);
        count_levels(card, (struct box){window.x, window.y - rim - strip, window.width, strip}, around);
        count_levels(card, (struct box){window.x, window.y + window.height + rim, window.width, strip},
                     around);
        return MAX(level_at(between, paper_share), level_at(around, paper_share));
}

/* The paper between those of the letters that stand near: three quarters of it may lie in the light. */
static double paper_near(const struct image *card, struct box place, int x)
{
        int wide = MIN(place.width, (int)(window_wide * place.height)), step = MAX(1, place.height / 8);
        double papers[WINDOWS_MAX];
        size_t len = 0;
        for (int at = place.x; at + wide <= place.x + place.width && len < WINDOWS_MAX; at += step) {
                if (abs(at + wide / 2 - x) <= near * place.height)
                        papers[len++] = paper_of(card, (struct box){at, place.y, wide, place.height});
        }
        if (len == 0)
                return 0;
        (void)print_median(papers, len);
        return papers[len / 4];
}

bool light_over(const struct image *card, struct box place, struct box line, int burnt)
{
        int side = (int)(side_high * line.height), step = MAX(1, side / 8);
        for (int x = line.x; x + side <= line.x + line.width; x += step) {
                double paper = -1, light;
                for (int y = line.y; y + side <= line.y + line.height; y += step) {
                        light = light_of(card, (struct box){x, y, side, side}, MIN(burnt, BURNT_SURE));
                        if (light == 0)
                                continue;
                        paper = paper < 0 ? paper_near(card, place, x + side / 2) : paper;
                        if (light >= paper + fmin(BRIGHTER, fmax(TOLD_LEAST, whiter * (WHITE - paper))))
                                return true;
                }
        }
        return false;
}
