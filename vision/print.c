#include "vision/print.h"

#include "vision/glyph.h"
#include "vision/text.h"

#include <math.h>
#include <stdlib.h>

/* Made by tools/train-glyphs. */
extern const struct glyph_net digit_net;

enum {
        JOINED_MAX = 6, /* pieces of one glyph */
        ROUNDS_MAX = 3, /* of looking for the digits' band */
        HEIGHT_MIN = 6
};

/* In heights of a digit. */
static const double glyph_width_max = 1.15, whole_width_max = 0.85, inner_gap_max = 0.12, split_apart = 0.12,
                    tall_min = 0.55;
/* What share a class must have: for a run not to be cut further, and for a glyph to tell where digits lie. */
static const float whole_share_min = 0.9f, sure_share_min = 0.75f;
/* To take a glyph for something else costs, so that halves of digits are no explanation of them. */
static const double other_cost = 0.7;

/* A run of ink, or a part of one. */
struct piece {
        int from, to;
};

struct pieces {
        struct piece at[PRINT_TOKENS_MAX];
        size_t len;
};

static bool is_ink(const struct print *print, int x, int y)
{
        return print->picture->pixels[(size_t)y * print->picture->stride + (size_t)x] <= print->threshold;
}

/* Rows between which there is ink in these columns; false where there is none. */
static bool ink_rows(const struct print *print, int from, int to, double *ret_top, double *ret_bottom)
{
        int top = -1, bottom = -1;
        for (int y = 0; y < print->picture->height; y++) {
                bool any = false;
                for (int x = from; x < to && !any; x++)
                        any = is_ink(print, x, y);
                if (any && top < 0)
                        top = y;
                if (any)
                        bottom = y + 1;
        }
        *ret_top = top;
        *ret_bottom = bottom;
        return top >= 0;
}

static void add(struct pieces *pieces, int from, int to)
{
        if (pieces->len < PRINT_TOKENS_MAX && from < to)
                pieces->at[pieces->len++] = (struct piece){from, to};
}

/* Columns that hang together by ink within the band; a row more on either side, which it may be off by. */
static void find_runs(const struct print *print, struct pieces *ret)
{
        const struct image *picture = print->picture;
        int top = (int)fmax(0, print->top - 1), bottom = (int)fmin(picture->height, print->bottom + 1);
        int from = -1;
        ret->len = 0;
        for (int x = 0; x <= picture->width; x++) {
                bool any = false;
                for (int y = top; x < picture->width && y < bottom && !any; y++)
                        any = is_ink(print, x, y);
                if (any && from < 0)
                        from = x;
                if (!any && from >= 0) {
                        add(ret, from, x);
                        from = -1;
                }
        }
}

static int by_size(const void *a, const void *b)
{
        double x = *(const double *)a, y = *(const double *)b;
        return (x > y) - (x < y);
}

double print_median(double *values, size_t count)
{
        qsort(values, count, sizeof(*values), by_size);
        return values[count / 2];
}

/* Digits have top and bottom in common: at first those of the runs that are higher than wide and not much
 * lower than the highest. */
static bool guess_band(struct print *print)
{
        double tops[PRINT_TOKENS_MAX], bottoms[PRINT_TOKENS_MAX], highest = 0;
        struct pieces runs;
        size_t count = 0, kept = 0;
        print->bottom = print->picture->height;
        find_runs(print, &runs);
        for (size_t i = 0; i < runs.len; i++) {
                struct piece run = runs.at[i];
                if (!ink_rows(print, run.from, run.to, &tops[count], &bottoms[count]) ||
                    bottoms[count] - tops[count] < run.to - run.from)
                        continue;
                highest = fmax(highest, bottoms[count] - tops[count]);
                count++;
        }
        for (size_t i = 0; i < count; i++) {
                if (bottoms[i] - tops[i] > 0.6 * highest) {
                        tops[kept] = tops[i];
                        bottoms[kept++] = bottoms[i];
                }
        }
        if (kept == 0)
                return false;
        print->top = print_median(tops, kept);
        print->bottom = print_median(bottoms, kept);
        return print_height(print) >= HEIGHT_MIN;
}

/* The likeliest character between two columns. tools/glyphs/digits.py cuts alike. */
static struct print_token look(const struct print *print, int from, int to)
{
        float shares[GLYPH_CLASSES_MAX];
        double height = print_height(print) * GLYPH_REACH;
        double width =
            fmax(height * GLYPH_WIDE / GLYPH_TALL, (to - from) * (double)GLYPH_WIDE / (GLYPH_WIDE - 1));
        struct glyph_place place = {
            (from + to) / 2.0, (print->top + print->bottom) / 2, width, height, from, to};
        int best = 0;
        glyph_shares(&digit_net, print->picture, &place, shares);
        for (int i = 1; i < digit_net.classes; i++)
                best = shares[i] > shares[best] ? i : best;
        return (struct print_token){from, to, digit_net.alphabet[best], shares[best], false};
}

static double darkness(const struct print *print, int x)
{
        double sum = 0;
        for (int y = (int)fmax(0, print->top); y < (int)fmin(print->picture->height, print->bottom); y++)
                sum += 255 - print->picture->pixels[(size_t)y * print->picture->stride + (size_t)x];
        return sum;
}

/* Whether no column nearby has less ink. */
static bool is_thinnest(const struct print *print, struct piece run, int x, int nearby)
{
        double here = darkness(print, x);
        for (int k = 1; k <= nearby; k++) {
                if (darkness(print, x - k) < here || (x + k < run.to && darkness(print, x + k) <= here))
                        return false;
        }
        return true;
}

static void split_run(const struct print *print, struct piece run, struct pieces *ret)
{
        int apart = MAX(2, (int)lround(split_apart * print_height(print))), from = run.from;
        for (int x = run.from + apart; x + apart <= run.to; x++) {
                if (x - from >= apart && is_thinnest(print, run, x, apart)) {
                        add(ret, from, x);
                        from = x;
                }
        }
        add(ret, from, run.to);
}

/* Runs that are surely one glyph stay whole. */
static void find_pieces(const struct print *print, struct pieces *ret)
{
        struct pieces runs;
        find_runs(print, &runs);
        ret->len = 0;
        for (size_t i = 0; i < runs.len; i++) {
                struct piece run = runs.at[i];
                struct print_token token = {.c = '?'};
                if (run.to - run.from <= whole_width_max * print_height(print))
                        token = look(print, run.from, run.to);
                if (token.c != '?' && token.share >= whole_share_min)
                        add(ret, run.from, run.to);
                else
                        split_run(print, run, ret);
        }
}

/* Whether pieces may be parts of one glyph. */
static bool may_join(const struct print *print, const struct piece *from, const struct piece *last)
{
        if (last->to - from->from > glyph_width_max * print_height(print))
                return false;
        for (const struct piece *piece = from; piece < last; piece++) {
                if (piece[1].from - piece->to > inner_gap_max * print_height(print))
                        return false;
        }
        return true;
}

/* The best explanation of the first pieces: its last glyph, and how many pieces lie before that. */
struct step {
        struct print_token last;
        size_t before;
        double score;
};

static struct step best_step(const struct print *print, const struct pieces *pieces, const struct step *steps,
                             size_t to)
{
        const struct piece *last = &pieces->at[to - 1];
        /* Too wide for any glyph. */
        struct step best = {{last->from, last->to, '?', 1, false}, to - 1, -INFINITY};
        for (size_t from = to; from-- > 0 && to - from <= JOINED_MAX;) {
                if (!may_join(print, &pieces->at[from], last))
                        break;
                struct print_token token = look(print, pieces->at[from].from, last->to);
                double each = logf(token.share) - (token.c == '?' ? other_cost : 0);
                double score = steps[from].score + (token.to - token.from) * each;
                if (score > best.score)
                        best = (struct step){token, from, score};
        }
        if (best.score == -INFINITY)
                best.score = steps[to - 1].score - (last->to - last->from) * other_cost;
        return best;
}

/* Of all ways to join pieces to glyphs the one that the classifier likes best, column by column. */
static void choose_glyphs(struct print *print, const struct pieces *pieces)
{
        struct step steps[PRINT_TOKENS_MAX + 1] = {{.score = 0}};
        size_t count = 0;
        for (size_t to = 1; to <= pieces->len; to++)
                steps[to] = best_step(print, pieces, steps, to);
        for (size_t at = pieces->len; at > 0; at = steps[at].before)
                count++;
        print->len = count;
        for (size_t at = pieces->len; at > 0; at = steps[at].before)
                print->tokens[--count] = steps[at].last;
}

/* The band anew, from what surely are digits. True where it was off. */
static bool correct_band(struct print *print)
{
        double tops[PRINT_TOKENS_MAX], bottoms[PRINT_TOKENS_MAX];
        size_t count = 0;
        for (size_t i = 0; i < print->len; i++) {
                const struct print_token *token = &print->tokens[i];
                if (print_is_digit(token) && token->share > sure_share_min)
                        count += ink_rows(print, token->from, token->to, &tops[count], &bottoms[count]);
        }
        if (count < 3)
                return false;
        double top = print_median(tops, count), bottom = print_median(bottoms, count),
               slack = 0.04 * print_height(print);
        bool off = fabs(top - print->top) > slack || fabs(bottom - print->bottom) > slack;
        if (!off || bottom - top < 0.5 * print_height(print))
                return false;
        print->top = top;
        print->bottom = bottom;
        return true;
}

bool print_cut(const struct image *line, struct print *ret)
{
        struct pieces pieces;
        *ret = (struct print){.picture = line, .threshold = text_threshold(line)};
        if (!guess_band(ret))
                return false;
        for (int round = 0; round < ROUNDS_MAX; round++) {
                find_pieces(ret, &pieces);
                choose_glyphs(ret, &pieces);
                if (!correct_band(ret))
                        break;
        }
        for (size_t i = 0; i < ret->len; i++) {
                struct print_token *token = &ret->tokens[i];
                double top, bottom;
                token->tall = ink_rows(ret, token->from, token->to, &top, &bottom) &&
                              bottom - top > tall_min * print_height(ret);
        }
        return true;
}
