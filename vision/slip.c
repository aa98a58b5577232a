#include "vision/slip.h"

#include "vision/print.h"

#include <math.h>

/* In heights of the letters. */
static const double over = 0.3;             /* as far as a slip reaches above and below them, at least */
static const double off = 0.5, strip = 0.4; /* beyond that, what runs on is the card's own */
static const double aside = 1.5;            /* as far beside them as the next letter could stand */

static const double strength_least = 0.13; /* of the ink's contrast */
static const double noise_least = 9;       /* times the step that is usual from a column to the next */
static const double runs_on = 0.5;         /* of the side's strength */
static const double slope_step = 0.75;     /* pixels from one band to the next */
static const double ink_share = 0.05, paper_share = 0.7; /* of the line's pixels: the darker, the lighter */

enum {
        CHANNELS = 3,
        RED = 2, /* in red, seals fade */
        BANDS = 6,
        SLOPES = 5,
        WIDTHS = 2, /* of what a side's step is measured over: from this many pixels on */
        WIDTH = 2,
        SHAPES = 4, /* a darker line, a lighter one, a step up, one down */
        COLUMNS_MAX = 2400,
        EDGE = 24,      /* pixels at the card's sides that are not looked at: there the table shows */
        SHARE_ROW = 100 /* a row with fewer dark pixels than one in so many is none of the letters */
};

/* A piece of a line, and what its columns have on the average. */
struct band {
        double mean[COLUMNS_MAX];
};

struct side {
        double x, slope; /* at the middle of the letters; pixels a band */
        int width, shape;
};

struct tone {
        int ink, paper;
};

static int red_at(const struct image *card, int x, int y)
{
        return card->pixels[(size_t)y * card->stride + (size_t)(CHANNELS * x + RED)];
}

static struct tone tone_of(const struct image *card, struct box place)
{
        size_t levels[256] = {0}, below = 0;
        double all = (double)place.width * place.height;
        struct tone tone = {0};
        for (int y = place.y; y < place.y + place.height; y++)
                for (int x = place.x; x < place.x + place.width; x++)
                        levels[red_at(card, x, y)]++;
        for (int level = 0; level < 256 && (double)below < paper_share * all; level++) {
                tone.ink = (double)below < ink_share * all ? level : tone.ink;
                tone.paper = level;
                below += levels[level];
        }
        return tone;
}

/* The rows that the letters take: the most that follow each other. */
static struct box letters_of(const struct image *card, struct box place, struct tone tone)
{
        struct box best = {place.x, place.y, place.width, 0};
        int top = -1, last = -1, gap = place.height / 10;
        for (int y = place.y; y < place.y + place.height; y++) {
                int dark = 0;
                for (int x = place.x; x < place.x + place.width; x++)
                        dark += 2 * red_at(card, x, y) < tone.ink + tone.paper;
                if (SHARE_ROW * dark < place.width)
                        continue;
                top = top < 0 || y - last > gap + 1 ? y : top;
                last = y;
                if (last + 1 - top > best.height)
                        best = (struct box){place.x, top, place.width, last + 1 - top};
        }
        return best;
}

static void measure_band(const struct image *card, double top, double bottom, struct band *ret)
{
        int from = MAX(0, (int)top), to = MIN(card->height, (int)bottom);
        for (int x = 0; x < card->width; x++) {
                double sum = 0;
                for (int y = from; y < to; y++)
                        sum += red_at(card, x, y);
                ret->mean[x] = sum / MAX(1, to - from);
        }
}

static double step_at(const struct band *band, const struct side *side, int x)
{
        const double *at = band->mean + x;
        double line = (at[-side->width] + at[side->width]) / 2 - at[0],
               step = at[side->width] - at[-side->width];
        return side->shape == 0 ? line : side->shape == 1 ? -line : side->shape == 2 ? step : -step;
}

/* Of a band so many below the middle one, give or take `slack` pixels. */
static double step_near(const struct band *band, const struct side *side, double below, int slack)
{
        int middle = (int)lround(side->x + side->slope * below);
        double most = 0;
        for (int x = MAX(middle - slack, side->width); x <= middle + slack; x++)
                if (x + side->width < COLUMNS_MAX)
                        most = fmax(most, step_at(band, side, x));
        return most;
}

static double strength_of(const struct band bands[BANDS], const struct side *side)
{
        double least = INFINITY;
        for (int i = 0; i < BANDS && least > 0; i++)
                least = fmin(least, step_near(&bands[i], side, i - (BANDS - 1) / 2.0, 1));
        return least;
}

/* What is looked at: the letters' bands, and a strip of the card above them and one below. */
struct view {
        struct band bands[BANDS], above, under;
        double steps[BANDS * COLUMNS_MAX];
};

static void look(const struct image *card, struct box letters, struct view *ret)
{
        double tall = letters.height, top = letters.y - over * tall, high = (1 + 2 * over) * tall / BANDS;
        for (int i = 0; i < BANDS; i++)
                measure_band(card, top + i * high, top + (i + 1) * high, &ret->bands[i]);
        measure_band(card, top - (off + strip) * tall, top - off * tall, &ret->above);
        measure_band(card, top + BANDS * high + off * tall, top + BANDS * high + (off + strip) * tall,
                     &ret->under);
}

/* Slants that differ a little are the same to the bands: what runs on is looked for as far as any leads. */
static bool is_side(const struct view *view, const struct side *side, double least)
{
        double strength = strength_of(view->bands, side);
        double far = BANDS / 2.0 + (off + strip / 2) * BANDS / (1 + 2 * over); /* in bands */
        int slack = 2 + (int)(far * slope_step * SLOPES / 2);
        struct side upright = {.x = side->x, .width = side->width, .shape = side->shape};
        return strength >= least && (step_near(&view->above, &upright, 0, slack) < runs_on * strength ||
                                     step_near(&view->under, &upright, 0, slack) < runs_on * strength);
}

static double usual_step(struct view *view, int from, int to)
{
        static const struct side any = {.width = WIDTH, .shape = SHAPES - 1};
        size_t count = 0;
        for (int i = 0; i < BANDS; i++)
                for (int x = from; x < to; x++)
                        view->steps[count++] = fabs(step_at(&view->bands[i], &any, x));
        return print_median(view->steps, count);
}

static bool has_side(const struct view *view, int from, int to, double least)
{
        for (int x = from; x < to; x++) {
                for (int i = 0; i < SLOPES * WIDTHS * SHAPES; i++) {
                        int steps = i % SLOPES - SLOPES / 2;
                        struct side side = {.x = x,
                                            .slope = slope_step * steps,
                                            .width = WIDTH + i / SLOPES % WIDTHS,
                                            .shape = i / SLOPES / WIDTHS};
                        if (is_side(view, &side, least))
                                return true;
                }
        }
        return false;
}

bool slip_over(const struct image *card, struct box place, struct box reach)
{
        struct tone tone = tone_of(card, place);
        struct box letters = letters_of(card, place, tone);
        int more = (int)(aside * letters.height), right = place.x + place.width;
        int from = MAX(EDGE, MAX(reach.x, place.x - more)),
            to = MIN(card->width - EDGE, MIN(reach.x + reach.width, right + more));
        if (letters.y < over * letters.height || letters.y + (1 + over) * letters.height > card->height ||
            letters.height < 2 * BANDS || card->width > COLUMNS_MAX || from >= to || tone.paper <= tone.ink)
                return false;
        struct view *view = x_new(1, sizeof(*view));
        look(card, letters, view);
        double least =
            fmax(strength_least * (tone.paper - tone.ink), noise_least * usual_step(view, from, to));
        bool found = has_side(view, from, to, least);
        x_free(view);
        return found;
}
