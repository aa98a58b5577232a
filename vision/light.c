#include "vision/light.h"

#include "vision/levels.h"
#include "vision/print.h"

#include <math.h>

/* In heights of the line. */
static const double side_high = 0.5; /* of a square that hides a letter */
static const double window_wide = 0.7, near = 4;

static const double burnt_share = 0.95; /* of a square of light */
static const double paper_share = 0.7;  /* of the pixels between letters: the lighter are paper */
static const double whiter = 0.8;       /* of what the paper lacks of white, light takes away */

enum { CHANNELS = 3, WHITE = 255, BURNT_SURE = 252, BRIGHTER = 8, WINDOWS_MAX = 512 };

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

static double paper_of(const struct image *card, struct box window)
{
        size_t levels[LEVELS] = {0};
        for (int y = window.y; y < window.y + window.height; y++)
                for (int x = window.x; x < window.x + window.width; x++)
                        levels[darkest_at(card, x, y)]++;
        return level_at(levels, paper_share);
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
                        if (light >= paper + fmin(BRIGHTER, whiter * (WHITE - paper)))
                                return true;
                }
        }
        return false;
}
