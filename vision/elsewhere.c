#include "vision/elsewhere.h"

#include "vision/digits.h"
#include "vision/document_field.h"

#include <math.h>

enum {
        HALF = 7,    /* digits of a number that must go: those behind the hyphen */
        AGREEING = 6 /* of them, by which it is known again however it was read */
};

/* What a line must be longer than high to show seven digits. */
static const double long_least = 3;
/* The share of a line that is painted where it is the line of the number. */
static const double hidden_least = 0.3;

/* Whether some seven digits in a row are those of the half, but for one. */
static bool shows(struct str text, const char half[HALF])
{
        char digits[OCR_TEXT_MAX];
        size_t len = 0;
        for (size_t i = 0; i < text.len && len < sizeof(digits); i++)
                if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
                        digits[len++] = text.ptr[i];
        for (size_t at = 0; at + HALF <= len; at++) {
                size_t same = 0;
                for (size_t i = 0; i < HALF; i++)
                        same += digits[at + i] == half[i];
                if (same >= AGREEING)
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

/* Whether it shows the half as one reads it who has turned the card, in one way or the other. */
static bool shows_turned(struct page *page, struct cv_line line, const char half[HALF])
{
        enum { WAYS = 2 };
        for (int i = 0; i < WAYS; i++, line.angle += M_PI) {
                struct ocr_line read;
                if ((page_read(page, &line, page->first.way, page->first.model, NULL, &read) &&
                     shows(read_str(&read), half)) ||
                    (page_read(page, &line, 4, OCR_GLYPH, NULL, &read) && shows(read_str(&read), half)))
                        return true;
        }
        return false;
}

/* Around a line that does not lie level, with a margin of half its height. */
static struct box box_around(const struct cv_line *line)
{
        double c = fabs(cos(line->angle)), s = fabs(sin(line->angle)), grown = line->width + line->height;
        double wide = grown * c + 2 * line->height * s, tall = grown * s + 2 * line->height * c;
        return (struct box){(int)(line->x - wide / 2), (int)(line->y - tall / 2), (int)ceil(wide),
                            (int)ceil(tall)};
}

void hide_number_elsewhere(struct page *page, struct document_reading *ret)
{
        struct str number = doc_text(&ret->fields, DOC_ID_NUMBER);
        if (number.len < HALF)
                return;
        const char *half = number.ptr + number.len - HALF;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                if (shows(read_str(&line->read), half) && !is_hidden(ret, &line->place))
                        paint_line(ret, &line->place, 0, 1);
        }
        for (size_t i = 0; i < page->turned_len; i++) {
                const struct cv_line *line = &page->turned[i];
                if (line->width > long_least * line->height && shows_turned(page, *line, half))
                        paint_box(ret, box_around(line));
        }
}
