#include "vision/border.h"

#include <math.h>

enum {
        SIDES = 4,
        ROWS = 64,       /* along a border that are looked at */
        DEPTH_MAX = 400, /* across */
        TURNS = 17,      /* in which a border is looked for, half a turn's number either way of straight */
        NEAR = 2,        /* pixels from the border on which the lens mixes both sides */
        BESIDE = 7,      /* up to where its side is looked at */
        AWAY = 18,       /* from where on hardly any shadow is left */
        FAR = 26         /* up to where that is looked at */
};

/* Between two turns: degrees. */
static const double turn_step = 0.4;
/* Where a border may be: from the middle of the portrait, in its sides. A face alone may be all that is known
 * of it. */
static const double from_share = 0.36, to_share = 0.95;
/* How much of the side is looked at. */
static const double along_share = 0.7;
/* No row counts for more, in grey levels: a faint border all along is one, a shoulder or a letter is none. */
static const float step_most = 20, shadow_most = 30;
/* A step that is clear, in grey levels. */
static const double clear_min = 7;
/* Of the shadow on two sides, what the others have at most. */
static const double other_share = 0.4;

/* The strip of the card in which one border lies: rows across the border, from within the portrait outwards.
 * Sums up to each pixel. */
struct strip {
        int depth;
        double spacing; /* of the rows, in pixels */
        float sums[ROWS][DEPTH_MAX + 1];
};

/* The clearest border, where it is, and the clearest line about there or further out, darker than either side
 * of it. */
struct border {
        double step, shadow, line;
        int at;
};

static float grey(const struct image *card, double x, double y)
{
        int px = (int)x, py = (int)y;
        if (px < 0 || py < 0 || px >= card->width || py >= card->height)
                return -1;
        const uint8_t *pixel = card->pixels + (size_t)py * card->stride + (size_t)px * 3;
        return ((float)pixel[0] + 2 * (float)pixel[1] + (float)pixel[2]) / 4;
}

/* Side 0 is the left one, then the top, the right and the bottom one. */
static bool take_strip(const struct image *card, const double portrait[4], int side, struct strip *ret)
{
        bool level = side % 2 == 1;
        double sides[2] = {(portrait[2] - portrait[0]) * card->width,
                           (portrait[3] - portrait[1]) * card->height};
        double middle[2] = {(portrait[0] + portrait[2]) / 2 * card->width,
                            (portrait[1] + portrait[3]) / 2 * card->height};
        double across = sides[level], along = sides[!level] * along_share, way = side < 2 ? -1 : 1;
        ret->depth = MIN(DEPTH_MAX, (int)((to_share - from_share) * across));
        ret->spacing = along / ROWS;
        for (int row = 0; row < ROWS; row++) {
                for (int i = 0; i < ret->depth; i++) {
                        double out = middle[level] + way * (from_share * across + i);
                        double on = middle[!level] + (row + 0.5) * ret->spacing - along / 2;
                        float value = level ? grey(card, on, out) : grey(card, out, on);
                        if (value < 0) {
                                ret->depth = i;
                                break;
                        }
                        ret->sums[row][i + 1] = ret->sums[row][i] + value;
                }
        }
        return ret->depth > 2 * FAR;
}

static float mean(const float *sums, int from, int to)
{
        return (sums[to] - sums[from]) / (float)(to - from);
}

static float within(float value, float most)
{
        return fmaxf(-most, fminf(most, value));
}

/* A border at `at` in the middle row, turned; how dark a line it were. */
static double try_border(const struct strip *strip, int at, double degrees, struct border *best)
{
        double step = 0, shadow = 0, line = 0, slope = tan(degrees * M_PI / 180) * strip->spacing;
        for (int row = 0; row < ROWS; row++) {
                int here = at + (int)lround(slope * (row - ROWS / 2.0));
                if (here < BESIDE || here + FAR > strip->depth)
                        return 0;
                const float *sums = strip->sums[row];
                float beside = mean(sums, here + NEAR, here + BESIDE);
                float inside = mean(sums, here - BESIDE, here - NEAR) - beside,
                      outside = mean(sums, here + AWAY, here + FAR) - beside;
                step += within(inside, step_most) / ROWS;
                shadow += within(outside, shadow_most) / ROWS;
                line += within(fminf(inside, outside), shadow_most) / ROWS;
        }
        if (fabs(step) > best->step)
                *best = (struct border){.step = fabs(step), .shadow = shadow, .at = at};
        return line;
}

static bool find_border(const struct image *card, const double portrait[4], int side, struct strip *strip,
                        struct border *ret)
{
        double lines[DEPTH_MAX] = {0};
        *ret = (struct border){0};
        if (!take_strip(card, portrait, side, strip))
                return false;
        for (int turn = -(TURNS / 2); turn <= TURNS / 2; turn++)
                for (int at = BESIDE; at + FAR <= strip->depth; at++)
                        lines[at] = fmax(lines[at], try_border(strip, at, turn * turn_step, ret));
        /* What lies within the portrait, as a strand of hair, is no frame. */
        for (int at = MAX(0, ret->at - FAR); at < strip->depth; at++)
                ret->line = fmax(ret->line, lines[at]);
        return true;
}

/* A light throws shadows on two sides that meet. A frame has lines on all, though the clearest border may be
 * another, as that of a shirt: a line on one more side tells it. */
static double judge_shadow(const struct border borders[SIDES])
{
        double most = 0;
        for (int i = 0; i < SIDES; i++) {
                const struct border *one = &borders[i], *next = &borders[(i + 1) % SIDES];
                double here = fmin(one->shadow, next->shadow);
                const struct border *third = &borders[(i + 2) % SIDES], *fourth = &borders[(i + 3) % SIDES];
                double other = fmax(fmax(third->shadow, third->line), fmax(fourth->shadow, fourth->line));
                bool clear = one->step >= clear_min && next->step >= clear_min;
                if (clear && other < other_share * here)
                        most = fmax(most, here);
        }
        return most;
}

bool border_measure(const struct image *card, const double portrait[4], double *ret_shadow)
{
        struct border borders[SIDES];
        struct strip *strip = x_new(1, sizeof(*strip));
        bool found = true;
        for (int side = 0; side < SIDES; side++)
                found = find_border(card, portrait, side, strip, &borders[side]) && found;
        x_free(strip);
        *ret_shadow = found ? judge_shadow(borders) : 0;
        return found;
}
