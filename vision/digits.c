#include "vision/digits.h"

#include "vision/print.h"
#include "vision/text.h"

#include <math.h>

enum { LINE_WIDTH_MIN = 4, LINE_HEIGHT_MIN = 8, LINE_HEIGHT_MAX = 512 };

/* In heights of a digit. */
static const double inner_gap_max = 0.12, blank_min = 0.35, syllable_width_min = 0.8;
static const float believed_share_min = 0.75f;

/* What is neither digit nor mark and hangs together is one thing; so is a dash that was cut. */
static bool is_one(const struct print *print, const struct print_token *a, const struct print_token *b)
{
        double gap = b->from - a->to;
        return a->c == b->c &&
               ((a->c == '?' && gap <= inner_gap_max * print_height(print)) || (a->c == '-' && gap <= 0));
}

static void merge_parts(struct print *print)
{
        size_t kept = 0;
        for (size_t i = 0; i < print->len; i++) {
                struct print_token *token = &print->tokens[i],
                                   *before = kept ? &print->tokens[kept - 1] : NULL;
                if (before && is_one(print, before, token)) {
                        before->to = token->to;
                        before->tall = before->tall || token->tall;
                } else {
                        print->tokens[kept++] = *token;
                }
        }
        print->len = kept;
}

/* A gap from which on there is a blank: letter-spaced print has wide ones everywhere. */
static double blank_width(const struct print *print)
{
        double gaps[PRINT_TOKENS_MAX];
        size_t count = 0;
        for (size_t i = 1; i < print->len; i++) {
                const struct print_token *token = &print->tokens[i];
                if (print_is_digit(token - 1) && print_is_digit(token))
                        gaps[count++] = token->from - token[-1].to;
        }
        return blank_min * print_height(print) + (count > 0 ? fmax(0, print_median(gaps, count)) : 0);
}

static bool stands_apart(const struct print *print, size_t i, double blank)
{
        return i > 0 && print->tokens[i].from - print->tokens[i - 1].to > blank;
}

/* What spoils the number that it stands in: a digit in doubt, or something as high but narrower than a
 * syllable, which may be a digit under a stain. */
static bool is_doubtful(const struct print *print, const struct print_token *token)
{
        if (print_is_digit(token))
                return token->share < believed_share_min;
        return token->c == '?' && token->tall &&
               token->to - token->from < syllable_width_min * print_height(print);
}

/* The end of what stands together from `from` on, a number or a single other thing, and whether to believe
 * it. */
static size_t group_end(const struct print *print, size_t from, double blank, bool *ret_believed)
{
        size_t i = from;
        *ret_believed = true;
        for (; i < print->len && (i == from || !stands_apart(print, i, blank)); i++) {
                bool doubtful = is_doubtful(print, &print->tokens[i]);
                if (!print_is_digit(&print->tokens[i]) && !doubtful)
                        break;
                *ret_believed = *ret_believed && !doubtful;
        }
        return MAX(i, from + 1);
}

static void say(struct ocr_line *line, const struct print_token *token, char c, size_t *len)
{
        if (*len + 2 >= OCR_TEXT_MAX || line->symbols_len == OCR_SYMBOLS_MAX)
                return;
        size_t i = line->symbols_len++;
        line->offsets[i] = (uint16_t)*len;
        line->sizes[i] = 1;
        line->left[i] = (int16_t)token->from;
        line->right[i] = (int16_t)token->to;
        line->sure[i] = (uint16_t)((float)OCR_SURE * token->share);
        line->confidence += token->share;
        line->text[(*len)++] = c;
}

/* False where there is no digit to be believed. */
static bool put_down(const struct print *print, struct ocr_line *ret)
{
        double blank = blank_width(print);
        size_t len = 0, digits = 0;
        for (size_t from = 0, to; from < print->len; from = to) {
                bool believed;
                to = group_end(print, from, blank, &believed);
                if (stands_apart(print, from, blank) && len + 1 < OCR_TEXT_MAX)
                        ret->text[len++] = ' ';
                if (!believed)
                        say(ret, &print->tokens[from], '?', &len);
                for (size_t i = from; i < to && believed; i++) {
                        say(ret, &print->tokens[i], print->tokens[i].c, &len);
                        digits += print_is_digit(&print->tokens[i]);
                }
        }
        if (ret->symbols_len > 0)
                ret->confidence /= (double)ret->symbols_len;
        return digits > 0;
}

bool digits_read(const struct image *line, struct ocr_line *ret)
{
        struct print print;
        *ret = (struct ocr_line){0};
        if (!line->pixels || line->channels != 1 || line->width < LINE_WIDTH_MIN ||
            line->height < LINE_HEIGHT_MIN || line->width > TEXT_WIDTH_MAX ||
            line->height > LINE_HEIGHT_MAX || !print_cut(line, &print))
                return false;
        merge_parts(&print);
        if (put_down(&print, ret))
                return true;
        *ret = (struct ocr_line){0};
        return false;
}
