#include "vision/document.h"
#include "vision/page.h"
#include "vision/print.h"

enum {
        PAINT = 40,     /* grey of it */
        FIRST_HALF = 6, /* digits that may stand before the paint */
        STRAY = 1,      /* a mark that is taken for one, or what paint left of one */
        BEFORE = 9,     /* how far is looked, in heights of the paint */
        BEHIND = 4
};

/* Between glyphs of one row, in heights of them. */
static const double gap_most = 0.9;
/* Of a digit: less may be a letter of a label. */
static const double sure = 0.9;

struct box box_within(const struct image *picture, struct box box)
{
        int left = MAX(0, box.x), right = MIN(picture->width, box.x + box.width);
        int top = MAX(0, box.y), bottom = MIN(picture->height, box.y + box.height);
        return (struct box){left, top, MAX(0, right - left), MAX(0, bottom - top)};
}

static void fill(const struct image *card, struct box box)
{
        box = box_within(card, box);
        for (int y = box.y; y < box.y + box.height; y++)
                memset(card->pixels + (size_t)y * card->stride + (size_t)box.x * 3, PAINT,
                       (size_t)box.width * 3);
}

/* A line of print within the box, as readers like it; false where there is none. */
static bool cut_line(const struct image *card, struct box box, struct image *ret)
{
        const double height = box.height, middle = box.y + height / 2;
        box = box_within(card, (struct box){box.x, (int)(box.y - height / 2), box.width, (int)(2 * height)});
        if (box.width < height || height < 8)
                return false;
        struct image part = *card; /* a view: the rows of the card, not released */
        part.pixels += (size_t)box.y * card->stride + (size_t)box.x * 3;
        part.width = box.width;
        part.height = box.height;
        struct text_shades shades;
        const struct cv_line line = {box.width / 2.0, middle - box.y, box.width, 0.9 * height, 0, 1};
        text_shades_init(&shades, &part);
        bool done = text_cut(&shades, &line, &page_ways[5], ret);
        text_shades_release(&shades);
        return done;
}

/* Digits that stand in a row at one end of the box, that at its left or at its right. The first glyph may be
 * anything: paint may have cut a digit in two. */
static size_t row_at_end(const struct image *card, struct box box, bool right)
{
        struct image cut;
        struct print print;
        size_t count = 0;
        if (!cut_line(card, box, &cut))
                return 0;
        if (print_cut(&cut, &print)) {
                double gap = gap_most * print_height(&print);
                int edge = right ? cut.width - TEXT_MARGIN : TEXT_MARGIN;
                for (size_t i = 0; i < print.len; i++) {
                        const struct print_token *token = &print.tokens[right ? print.len - 1 - i : i];
                        bool digit = print_is_digit(token) && token->share > sure;
                        if ((right ? edge - token->to : token->from - edge) > gap ||
                            (i > 0 && token->tall && !digit))
                                break;
                        count += digit;
                        edge = right ? token->from : token->to;
                }
        }
        image_release(&cut);
        return count;
}

/* Whether more of a number is to be seen beside its paint than the birth date before it. A zone has digits of
 * its own there; where in it the number lies its check digits have told. A line that runs up or down the card
 * is painted whole. */
static bool shows_more(const struct document_reading *reading, struct box box)
{
        int h = box.height;
        if (doc_kind_has_zone(reading->kind) || box.height > box.width)
                return false;
        return row_at_end(&reading->card, (struct box){box.x - BEFORE * h, box.y, BEFORE * h, h}, true) >
                   FIRST_HALF + STRAY ||
               row_at_end(&reading->card, (struct box){box.x + box.width, box.y, BEHIND * h, h}, false) >
                   STRAY;
}

void document_paint(struct document_reading *reading)
{
        for (size_t i = 0; i < reading->paint_len; i++)
                fill(&reading->card, reading->paint[i]);
}

bool document_redact(struct document_reading *reading)
{
        bool shown = false;
        document_paint(reading);
        for (size_t i = 0; i < reading->paint_len && !shown; i++)
                shown = shows_more(reading, reading->paint[i]);
        return !shown && !reading->number_missed;
}
