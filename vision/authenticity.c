#include "vision/authenticity.h"

#include "vision/agree.h"
#include "vision/page.h"
#include "vision/portrait.h"

#include <math.h>

/* From where a measure is told, and from where it rejects. */
struct limit {
        double told, rejects;
};

static const struct {
        struct limit screen, dots, grey, grain, history, shadow, height, shade, disagreement;
} limits = {
    .screen = {18, 30},
    .dots = {500, 5000},
    .grey = {-0.1, -0.08},
    .grain = {0.7, 0.85},
    .history = {7, 8},
    .shadow = {10, 12},
    .height = {0.075, 0.1},
    .shade = {0.15, 0.2},
    .disagreement = {0.6, 0.8},
};

/* How many values an earlier encoder's gaps must be known by, and how many of them a portrait has that it
 * never saw. Flat colours have gaps in a few frequencies by chance. */
static const double history_due_min = 150, history_fill_min = 0.6;
/* Noise of a camera, in grey levels, that must be there for a portrait without any to be seen. */
static const double noise_min = 0.15;
/* Of how much the grid of print dots stands out, how much red and blue run apart in it at most. */
static const double dots_coloured_max = 0.03;
static const double sharp_min = 0.3, glare_max = 0.01, busy_max = 0.08, no_portrait_strength = 0.85;

static double strength_of(const struct limit *limit, double measure)
{
        return doc_sign_strength(measure, limit->told, limit->rejects);
}

void authenticity_measure(const struct image *picture, struct page *page, struct document_reading *reading)
{
        struct authenticity *ret = &reading->authenticity;
        *ret = (struct authenticity){.disagreement = disagreement(page, reading)};
        grid_measure(picture, page->corners, &ret->grid);
        ret->busy = portrait_busy_share(&page->card);
        ret->colour = colour_measure(&page->card);
        ret->has_even = even_measure(page, &ret->even);
}

static void measure_portrait(const struct image *picture, struct document_reading *reading)
{
        const struct box *box = &reading->portrait;
        double w = reading->card.width, h = reading->card.height;
        const double shares[4] = {box->x / w, box->y / h, (box->x + box->width) / w,
                                  (box->y + box->height) / h};
        struct authenticity *ret = &reading->authenticity;
        if (box->width <= 0 || box->height <= 0)
                return;
        ret->has_grain = grain_measure(picture, reading->corners, shares, &ret->grain);
        ret->has_history = history_measure(picture, reading->corners, shares, &ret->history);
        if (!border_measure(&reading->card, shares, &ret->shadow))
                ret->shadow = 0;
}

/* Neither the layout nor the face finder sees a portrait, both sides of the card are plain, and the picture
 * shows the rest well. */
static double judge_portrait(const struct document_reading *reading)
{
        const struct document_quality *quality = &reading->quality;
        bool well_seen = quality->sharpness > sharp_min && quality->glare_share < glare_max;
        bool missing = reading->portrait.width == 0 && reading->authenticity.busy < busy_max;
        return missing && well_seen ? no_portrait_strength : 0;
}

static double judge_grain(const struct grain_measure *grain)
{
        return grain->rest >= noise_min ? strength_of(&limits.grain, 1 - grain->portrait / grain->rest) : 0;
}

static double judge_history(const struct history_measure *history)
{
        bool other = history->due >= history_due_min && history->fill >= history_fill_min;
        return other ? strength_of(&limits.history, history->frequencies) : 0;
}

/* Dots of print make a grid too, but in each ink its own: red and blue do not run apart in one. */
static void judge_print(const struct authenticity *measured, double *strengths)
{
        const struct grid_measure *grid = &measured->grid;
        bool is_dots = grid->coloured < grid->fine * dots_coloured_max;
        double grey = measured->colour < 0 ? 0 : strength_of(&limits.grey, -measured->colour);
        double dots = is_dots ? strength_of(&limits.dots, grid->fine) : 0;
        strengths[DOC_SIGN_SCREEN] = dots < DOC_SIGN_TOLD ? strength_of(&limits.screen, grid->coloured) : 0;
        strengths[DOC_SIGN_PAPER] = fmax(grey, dots);
}

void authenticity_judge(const struct image *picture, struct document_reading *reading)
{
        const struct authenticity *measured = &reading->authenticity;
        double *strengths = reading->signs.strengths;
        if (reading->card.pixels == NULL)
                return;
        measure_portrait(picture, reading);
        judge_print(measured, strengths);
        strengths[DOC_SIGN_PORTRAIT_MISSING] = judge_portrait(reading);
        strengths[DOC_SIGN_PORTRAIT_REPLACED] =
            fmax(fmax(judge_grain(&measured->grain), judge_history(&measured->history)),
                 strength_of(&limits.shadow, measured->shadow));
        strengths[DOC_SIGN_UNEVEN_NUMBER] = fmax(strength_of(&limits.height, measured->even.height),
                                                 strength_of(&limits.shade, measured->even.shade));
        strengths[DOC_SIGN_FIELDS_DISAGREE] = strength_of(&limits.disagreement, measured->disagreement);
}
