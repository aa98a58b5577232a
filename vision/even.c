#include "vision/even.h"

#include "vision/page.h"
#include "vision/print.h"

#include <math.h>

enum {
        DIGITS = 13, /* of an identity number */
        FEWEST = 8,  /* of them that must be sure, for the line through them to be: altered ones may not be */
        ALTERED_MAX =
            4,   /* more that are off are no alteration, but a font whose figures are not of one height */
        LIT = 6, /* grey levels that paper is lighter than on a slope of light, where a lamp is reflected */
        BURNT = 254 /* paper that may be lighter than can be told */
};

/* Higher than for reading: what is measured are shares of a digit's height. */
static const struct text_way way = {.height = 64, .spaces = SPACES_KEEP};
/* How far above and below the digits their edges are looked for, in heights. */
static const double reach = 0.25;
/* How far within them a digit has begun, wherever it stands. */
static const double inner = 0.1;
static const float sure_share = 0.5f;
/* What is off, where it is counted how many digits are. */
static const double much_height = 0.05, much_shade = 0.1;

struct digit {
        double x, top, foot, shade, paper;
};

struct digits {
        struct digit at[DIGITS];
        size_t len;
};

static int grey(const struct print *print, int x, int y)
{
        return print->picture->pixels[(size_t)y * print->picture->stride + (size_t)x];
}

static int darkest(const struct print *print, const struct print_token *token, int y)
{
        int least = 255;
        for (int x = token->from; x < token->to; x++)
                least = MIN(least, grey(print, x, y));
        return least;
}

/* Where the rows of a glyph get dark, from a row of paper on; between two rows by how dark they are. What has
 * paper again between it and the digits, as the feet of the line above, is none of the glyph. Negative where
 * no paper is: something else reaches there. */
static double edge(const struct print *print, const struct print_token *token, int from, int step)
{
        double within = print_height(print) * inner, found = -1;
        int before = darkest(print, token, from);
        if (before <= print->threshold)
                return -1;
        for (int y = from + step; y >= 0 && y < print->picture->height; y += step) {
                int now = darkest(print, token, y);
                if (now <= print->threshold && before > print->threshold)
                        found = y - step * (double)(print->threshold - now) / MAX(1, before - now);
                if (now <= print->threshold && y > print->top + within && y < print->bottom - within)
                        return found;
                before = now;
        }
        return -1;
}

/* The darkest tenth of a glyph. */
static double shade(const struct print *print, const struct print_token *token)
{
        int counts[256] = {0}, total = 0, grey_level = 0;
        for (int y = (int)fmax(0, print->top); y < (int)fmin(print->picture->height, print->bottom); y++) {
                for (int x = token->from; x < token->to; x++, total++)
                        counts[grey(print, x, y)]++;
        }
        for (int left = total / 10; grey_level < 255 && (left -= counts[grey_level]) > 0;)
                grey_level++;
        return grey_level;
}

/* The paper of a place of the card, by its lightest tenth: print may stand there. */
static int paper_at(const struct image *card, double x, double y, double reach_x, double reach_y)
{
        int counts[256] = {0}, total = 0, grey_level = 255;
        for (int row = (int)fmax(0, y - reach_y); row < (int)fmin(card->height, y + reach_y); row++) {
                const uint8_t *pixels = card->pixels + (size_t)row * card->stride;
                for (int at = (int)fmax(0, x - reach_x); at < (int)fmin(card->width, x + reach_x);
                     at++, total++)
                        counts[pixels[at]]++;
        }
        for (int left = total / 10; grey_level > 0 && (left -= counts[grey_level]) > 0;)
                grey_level--;
        return grey_level;
}

static double digit_value(const struct digit *digit, int of)
{
        const double values[] = {digit->top, digit->foot, digit->shade, digit->paper};
        return values[of];
}

/* How far each digit is above (or, below 0, beneath) a straight line through the others: the median of the
 * slopes between any two, then the median of what is left. */
static void line_up(const struct digits *digits, int of, double ret[DIGITS])
{
        double slopes[DIGITS * DIGITS], rests[DIGITS];
        size_t count = 0;
        for (size_t i = 0; i < digits->len; i++)
                for (size_t k = 0; k < i; k++)
                        slopes[count++] =
                            (digit_value(&digits->at[i], of) - digit_value(&digits->at[k], of)) /
                            (digits->at[i].x - digits->at[k].x);
        double slope = print_median(slopes, count);
        for (size_t i = 0; i < digits->len; i++)
                ret[i] = rests[i] = digit_value(&digits->at[i], of) - slope * digits->at[i].x;
        double middle = print_median(rests, digits->len);
        for (size_t i = 0; i < digits->len; i++)
                ret[i] -= middle;
}

/* Leave out the digits on which a lamp or a window is reflected, and those beside them: light makes them
 * paler, and their edges others. It falls above and below them, too, where whoever alters digits leaves the
 * paper as it is; a shadow, or a lamp that is further away, makes a slope. */
static void leave_out_lit(const struct image *card, const struct cv_line *place, int wide,
                          struct digits *digits)
{
        double off[DIGITS], h = place->height;
        bool lit[DIGITS + 2] = {false};
        size_t kept = 0;
        for (size_t i = 0; i < digits->len; i++) {
                double along = (digits->at[i].x / wide - 0.5) * place->width;
                double x = place->x + along * cos(place->angle), y = place->y + along * sin(place->angle);
                digits->at[i].paper =
                    MAX(paper_at(card, x, y - h, h / 2, 0.3 * h), paper_at(card, x, y + h, h / 2, 0.3 * h));
        }
        line_up(digits, 3, off);
        for (size_t i = 0; i < digits->len; i++)
                lit[i + 1] = digits->at[i].paper >= BURNT || off[i] > LIT;
        for (size_t i = 0; i < digits->len; i++)
                if (!lit[i] && !lit[i + 1] && !lit[i + 2])
                        digits->at[kept++] = digits->at[i];
        digits->len = kept;
}

/* The most that a digit is off; 0 where so many are off that the font must be so. */
static double worst(const double off[DIGITS], size_t len, double much)
{
        double most = 0;
        size_t far = 0;
        for (size_t i = 0; i < len; i++) {
                most = fmax(most, fabs(off[i]));
                far += fabs(off[i]) > much;
        }
        return far <= ALTERED_MAX ? most : 0;
}

static void measure(const struct digits *digits, double height, struct even_measure *ret)
{
        double tops[DIGITS], feet[DIGITS], shades[DIGITS];
        line_up(digits, 0, tops);
        line_up(digits, 1, feet);
        line_up(digits, 2, shades);
        for (size_t i = 0; i < digits->len; i++) {
                tops[i] = fmax(fabs(tops[i]), fabs(feet[i])) / height;
                shades[i] /= 255;
        }
        *ret = (struct even_measure){worst(tops, digits->len, much_height),
                                     worst(shades, digits->len, much_shade)};
}

/* The digits of a line that are sure and whose edges are to be seen. False where it has more than an identity
 * number, or too few are. */
static bool collect(const struct print *print, struct digits *ret)
{
        size_t count = 0;
        int high = (int)fmax(0, print->top - reach * print_height(print)),
            low = (int)fmin(print->picture->height - 1, print->bottom + reach * print_height(print));
        ret->len = 0;
        for (size_t i = 0; i < print->len; i++) {
                const struct print_token *token = &print->tokens[i];
                if (!print_is_digit(token))
                        continue;
                if (++count > DIGITS)
                        return false;
                struct digit digit = {(token->from + token->to) / 2.0, edge(print, token, high, 1),
                                      edge(print, token, low, -1), shade(print, token)};
                if (token->share >= sure_share && digit.top >= 0 && digit.foot >= 0)
                        ret->at[ret->len++] = digit;
        }
        return ret->len >= FEWEST;
}

bool even_measure_line(const struct text_shades *shades, const struct cv_line *place,
                       struct even_measure *ret)
{
        struct image cut;
        struct print print;
        struct digits digits;
        *ret = (struct even_measure){0};
        if (!text_cut(shades, place, &way, &cut))
                return false;
        bool found = print_cut(&cut, &print) && collect(&print, &digits);
        if (found)
                leave_out_lit(&shades->grey, place, cut.width, &digits);
        found = found && digits.len >= FEWEST;
        if (found)
                measure(&digits, print_height(&print), ret);
        image_release(&cut);
        return found;
}

bool even_measure(const struct page *page, struct even_measure *ret)
{
        *ret = (struct even_measure){0};
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                if (!page_is_zone(page, line) && page_count_digits(read_str(&line->read)) >= DIGITS &&
                    line->place.width > 5 * line->place.height &&
                    even_measure_line(&page->shades, &line->place, ret))
                        return true;
        }
        return false;
}
