#include "vision/elsewhere.h"

#include "vision/document_field.h"
#include "vision/negative.h"

#include <math.h>

enum {
        HALF = 7,      /* digits of a number that must go: those behind the hyphen */
        AGREEING = 6,  /* of them, by which it is known again however it was read */
        DIGITS_FEW = 5 /* in a line that may be the number, and make sense the wrong way round, too */
};

/* What a line must be longer than high to show seven digits. */
static const double long_least = 3;
/* The share of a line that is painted where it is the line of the number. */
static const double hidden_least = 0.3;
/* The confidence from which on a line is no negative, and, but for digits, stands as it was read. */
static const double sure = 0.97;
/* How far apart two lines are that one number is printed on, in heights of them. */
static const double apart_most = 2.5;
/* From this slope on a line is painted with what is around it. */
static const double slanted_least = 0.05;

/* The digits of a text; how many. */
static size_t digits_of(struct str text, char ret[OCR_TEXT_MAX])
{
        size_t len = 0;
        for (size_t i = 0; i < text.len && len < OCR_TEXT_MAX; i++)
                if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
                        ret[len++] = text.ptr[i];
        return len;
}

/* Whether seven digits are those of the half, but for one. */
static bool is_half(const char digits[HALF], const char half[HALF])
{
        size_t same = 0;
        for (size_t i = 0; i < HALF; i++)
                same += digits[i] == half[i];
        return same >= AGREEING;
}

/* Whether six digits are those of the half, of which one was overlooked. */
static bool is_rest(const char digits[AGREEING], const char half[HALF])
{
        size_t before = 0, behind = 0;
        while (before < AGREEING && digits[before] == half[before])
                before++;
        while (behind < AGREEING && digits[AGREEING - 1 - behind] == half[HALF - 1 - behind])
                behind++;
        return before + behind >= AGREEING;
}

static bool shows(struct str text, const char half[HALF])
{
        char digits[OCR_TEXT_MAX];
        size_t len = digits_of(text, digits);
        for (size_t at = 0; at + AGREEING <= len; at++)
                if (is_rest(digits + at, half) || (at + HALF <= len && is_half(digits + at, half)))
                        return true;
        return false;
}

/* Whether the half begins at the end of one line and ends at the beginning of another. */
static bool show_together(struct str first, struct str second, const char half[HALF])
{
        char before[OCR_TEXT_MAX], behind[OCR_TEXT_MAX], joined[HALF];
        size_t before_len = digits_of(first, before), behind_len = digits_of(second, behind);
        for (size_t from = 1; from < HALF && from <= before_len; from++) {
                if (HALF - from > behind_len)
                        continue;
                memcpy(joined, before + before_len - from, from);
                memcpy(joined + from, behind, HALF - from);
                if (is_half(joined, half))
                        return true;
        }
        return false;
}

static bool is_hidden(const struct document_reading *reading, const struct cv_line *line)
{
        for (size_t i = 0; i < reading->paint_len; i++) {
                const struct box *box = &reading->paint[i];
                double across = fmin(line_right(line), box->x + box->width) - fmax(line_left(line), box->x);
                if (fabs(box->y + box->height / 2.0 - line->y) < line->height / 2 &&
                    across > hidden_least * line->width)
                        return true;
        }
        return false;
}

static void mirror(struct image *cut)
{
        for (int y = 0; y < cut->height; y++) {
                uint8_t *row = cut->pixels + (size_t)y * cut->stride;
                for (int left = 0, right = cut->width - 1; left < right; left++, right--) {
                        uint8_t pixel = row[left];
                        row[left] = row[right];
                        row[right] = pixel;
                }
        }
}

static bool shows_as_cut(struct page *page, const struct text_shades *shades, const struct cv_line *line,
                         bool mirrored, const char half[HALF])
{
        struct image cut;
        struct ocr_line read;
        if (!text_cut(shades, line, &page_ways[page->first.way], &cut))
                return false;
        if (mirrored)
                mirror(&cut);
        bool found =
            page_read_cut(page, &cut, page->first.model, NULL, &read) && shows(read_str(&read), half);
        image_release(&cut);
        return found;
}

/* Whether the line shows the half as it is, or to one who turns the card, or looks at it in a mirror. */
static bool shows_turned(struct page *page, const struct text_shades *shades, struct cv_line line,
                         const char half[HALF])
{
        enum { WAYS = 4 };
        for (int way = 0; way < WAYS; way++, line.angle += M_PI)
                if (shows_as_cut(page, shades, &line, way >= WAYS / 2, half))
                        return true;
        return false;
}

/* The same of print that is lighter than its ground. */
static bool shows_negative(struct page *page, struct cv_line line, const char half[HALF])
{
        struct text_shades shades;
        if (!negative_shades(&page->card, &line, &shades))
                return false;
        bool found = shows_turned(page, &shades, line, half);
        text_shades_release(&shades);
        return found;
}

/* However it stands there. */
static bool shows_somehow(struct page *page, const struct cv_line *line, double confidence,
                          const char half[HALF])
{
        return line->width > long_least * line->height &&
               (shows_turned(page, &page->shades, *line, half) ||
                (confidence < sure && shows_negative(page, *line, half)));
}

static void hide(struct document_reading *ret, const struct cv_line *line)
{
        if (fabs(line->angle) < slanted_least)
                paint_line(ret, line, 0, 1);
        else
                paint_box(ret, negative_around(line));
}

/* Whether a line may be the number, read in a way in which it does not stand there. */
static bool may_show(const struct ocr_line *read)
{
        return read->confidence < sure || page_count_digits(read_str(read)) >= DIGITS_FEW;
}

static void hide_in_line(struct page *page, const struct page_line *line, const char half[HALF],
                         struct document_reading *ret)
{
        const struct ocr_line *read = &line->read;
        if (is_hidden(ret, &line->place))
                return;
        if (shows(read_str(read), half) ||
            (may_show(read) && shows_somehow(page, &line->place, read->confidence, half)))
                hide(ret, &line->place);
}

static bool are_near(const struct cv_line *first, const struct cv_line *second)
{
        double reach = apart_most * fmax(first->height, second->height);
        double across =
            fmax(line_left(first), line_left(second)) - fmin(line_right(first), line_right(second));
        return across < reach && fabs(first->y - second->y) < reach;
}

/* Where it is printed on two lines, one beneath the other or behind it. */
static void hide_in_two(const struct page *page, const struct page_line *first, const char half[HALF],
                        struct document_reading *ret)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *second = &page->lines[i];
                if (second != first && !is_hidden(ret, &first->place) && !is_hidden(ret, &second->place) &&
                    are_near(&first->place, &second->place) &&
                    show_together(read_str(&first->read), read_str(&second->read), half)) {
                        hide(ret, &first->place);
                        hide(ret, &second->place);
                }
        }
}

void hide_number_elsewhere(struct page *page, struct document_reading *ret)
{
        struct str number = doc_text(&ret->fields, DOC_ID_NUMBER);
        if (number.len < HALF)
                return;
        const char *half = number.ptr + number.len - HALF;
        for (size_t i = 0; i < page->lines_len; i++) {
                hide_in_line(page, &page->lines[i], half, ret);
                hide_in_two(page, &page->lines[i], half, ret);
        }
        for (size_t i = 0; i < page->turned_len; i++) {
                if (shows_somehow(page, &page->turned[i], 0, half))
                        hide(ret, &page->turned[i]);
        }
}
