#include "vision/seal.h"

#include "vision/cv_page.h"
#include "vision/cv_shim.h"
#include "vision/document.h"

#include <math.h>

enum {
        REACH = 61,       /* of the paper that a pixel is compared with */
        RED_LEAST = 30,   /* more of red than of green and blue, paper being white: ink of a seal */
        RED_BRIGHT = 150, /* and not darker in red: what is, is print, or print under a seal */
        PART_LEAST = 200, /* of the pixels one in so many is ink, or there is no seal */
        FAINT = 3,        /* how much stronger what shows through is made: its power, less one */
        FRINGE = 3,       /* pixels that JPEG's colours are blurred over */
        COVERED = 128     /* of 255: that much of a pixel, or more, is as good as all */
};

/* The part in each channel and in grey, paper brought to white. */
enum plane { BLUE, GREEN, RED, GREY, PLANES };

struct planes {
        struct image of[PLANES];
};

static uint8_t at(const struct image *plane, int x, int y)
{
        return plane->pixels[(size_t)y * plane->stride + (size_t)x];
}

static uint8_t level(const uint8_t pixel[3], enum plane plane)
{
        return plane < GREY ? pixel[plane] : (uint8_t)((pixel[0] * 29 + pixel[1] * 150 + pixel[2] * 77) >> 8);
}

static void planes_init(struct planes *planes, const struct image *card, const struct box *where)
{
        struct image raw;
        image_init(&raw, where->width, where->height, 1);
        for (enum plane plane = 0; plane < PLANES; plane++) {
                for (int y = 0; y < where->height; y++) {
                        const uint8_t *from =
                            card->pixels + (size_t)(where->y + y) * card->stride + (size_t)(3 * where->x);
                        for (int x = 0; x < where->width; x++, from += 3)
                                raw.pixels[(size_t)y * raw.stride + (size_t)x] = level(from, plane);
                }
                image_init(&planes->of[plane], where->width, where->height, 1);
                cv_flatten(&raw, REACH, &planes->of[plane]);
        }
        image_release(&raw);
}

static void planes_release(struct planes *planes)
{
        for (enum plane plane = 0; plane < PLANES; plane++)
                image_release(&planes->of[plane]);
}

static int redness(const struct planes *planes, int x, int y)
{
        return at(&planes->of[RED], x, y) - MAX(at(&planes->of[GREEN], x, y), at(&planes->of[BLUE], x, y));
}

/* A seal where it covers all: its redness and its levels in grey and red. */
struct ink {
        double redness, grey, red;
};

static bool is_ink(const struct planes *planes, int x, int y, int red_least)
{
        return redness(planes, x, y) >= red_least && at(&planes->of[RED], x, y) >= RED_BRIGHT;
}

/* By the redder half of its pixels: the others are its edges. */
static bool find_ink(const struct planes *planes, struct ink *ret)
{
        int width = planes->of[RED].width, height = planes->of[RED].height, half = 255;
        size_t histogram[256] = {0}, count = 0, above = 0;
        *ret = (struct ink){0};
        for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                        bool ink = is_ink(planes, x, y, RED_LEAST);
                        count += ink;
                        histogram[ink ? redness(planes, x, y) : 0] += ink;
                }
        }
        if (count * PART_LEAST < (size_t)width * (size_t)height)
                return false;
        while ((above += histogram[half]) < count / 2)
                half--;
        for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                        if (!is_ink(planes, x, y, half))
                                continue;
                        ret->redness += (double)redness(planes, x, y) / (double)above;
                        ret->grey += (double)at(&planes->of[GREY], x, y) / (double)above;
                        ret->red += (double)at(&planes->of[RED], x, y) / (double)above;
                }
        }
        return true;
}

/* In each pixel of `to` the most that `from` has in the row, or the column, nearby. */
static void spread(const struct image *from, int right, int down, struct image *to)
{
        for (int y = 0; y < from->height; y++) {
                for (int x = 0; x < from->width; x++) {
                        uint8_t most = 0;
                        for (int i = -FRINGE; i <= FRINGE; i++) {
                                int u = MIN(MAX(x + i * right, 0), from->width - 1);
                                int v = MIN(MAX(y + i * down, 0), from->height - 1);
                                most = MAX(most, at(from, u, v));
                        }
                        to->pixels[(size_t)y * to->stride + (size_t)x] = most;
                }
        }
}

/* The redness of each pixel, and of as much as any nearby: a picture's colours are softer than its greys, so
 * that the rim of a stroke would seem to be grey print. */
static void find_cover(const struct planes *planes, struct image *ret)
{
        int width = planes->of[RED].width, height = planes->of[RED].height;
        struct image across;
        image_init(ret, width, height, 1);
        image_init(&across, width, height, 1);
        for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++)
                        ret->pixels[(size_t)y * ret->stride + (size_t)x] =
                            (uint8_t)MAX(0, redness(planes, x, y));
        }
        spread(ret, 1, 0, &across);
        spread(&across, 0, 1, ret);
        image_release(&across);
}

/* What is left of a level, of 255, where ink of that level covers so much of the paper. */
static double without(uint8_t level, double cover, double ink)
{
        return fmin(1, level / (255 - cover * (255 - ink)));
}

static uint8_t *pixel(struct image *image, int x, int y)
{
        return image->pixels + (size_t)y * image->stride + (size_t)x;
}

static void take_off(const struct planes *planes, const struct ink *ink, const struct box *where,
                     struct image lifted[SEAL_SHADES], struct image *cover)
{
        struct image wide;
        find_cover(planes, &wide);
        for (int y = 0; y < where->height; y++) {
                for (int x = 0; x < where->width; x++) {
                        double covered = fmin(1, at(&wide, x, y) / ink->redness);
                        double grey = without(at(&planes->of[GREY], x, y), covered, ink->grey);
                        double red = without(at(&planes->of[RED], x, y), covered, ink->red);
                        red = covered > 0 ? pow(red, 1 + FAINT * covered) : red;
                        int u = where->x + x, v = where->y + y;
                        *pixel(&lifted[SEAL_GREY], u, v) = (uint8_t)(255 * grey);
                        *pixel(&lifted[SEAL_FAINT], u, v) = (uint8_t)(255 * red);
                        *pixel(cover, u, v) =
                            (uint8_t)(255 * fmin(1, MAX(0, redness(planes, x, y)) / ink->redness));
                }
        }
        image_release(&wide);
}

bool seal_lift(const struct image *card, const struct box *where, struct image lifted[SEAL_SHADES],
               struct image *cover)
{
        struct planes planes;
        struct ink ink;
        planes_init(&planes, card, where);
        bool found = find_ink(&planes, &ink);
        if (found)
                take_off(&planes, &ink, where, lifted, cover);
        planes_release(&planes);
        return found;
}

double seal_over(const struct image *cover, const struct box *line)
{
        static const double digit_wide = 0.5; /* heights */
        int wide = MAX(1, (int)(digit_wide * line->height)), most = 0;
        for (int left = line->x; left + wide <= line->x + line->width; left += MAX(1, wide / 6)) {
                int covered = 0;
                for (int y = line->y; y < line->y + line->height; y++) {
                        for (int x = left; x < left + wide; x++)
                                covered += at(cover, x, y) >= COVERED;
                }
                most = MAX(most, covered);
        }
        return (double)most / wide / MAX(1, line->height);
}
