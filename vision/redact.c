#include "vision/digits.h"
#include "vision/document.h"
#include "vision/page.h"

enum {
        PAINT = 40,     /* grey of it */
        FIRST_HALF = 6, /* digits that may stand before the paint */
        STRAY = 1,      /* behind it: a mark taken for one */
        BEFORE = 9,     /* how far is looked, in heights of the paint */
        BEHIND = 4
};

static struct box within(const struct image *card, struct box box)
{
        int left = MAX(0, box.x), right = MIN(card->width, box.x + box.width);
        int top = MAX(0, box.y), bottom = MIN(card->height, box.y + box.height);
        return (struct box){left, top, MAX(0, right - left), MAX(0, bottom - top)};
}

static void paint_box(const struct image *card, struct box box)
{
        box = within(card, box);
        for (int y = box.y; y < box.y + box.height; y++)
                memset(card->pixels + (size_t)y * card->stride + (size_t)box.x * 3, PAINT, (size_t)box.width * 3);
}

/* How many digits stand in a line within the box. */
static size_t digits_in(const struct image *card, struct box box)
{
        box = within(card, box);
        if (box.width < box.height || box.height < 8)
                return 0;
        struct image part = *card, cut; /* a view: the rows of the card, not released */
        part.pixels += (size_t)box.y * card->stride + (size_t)box.x * 3;
        part.width = box.width;
        part.height = box.height;
        struct text_shades shades;
        struct ocr_line read = {0};
        const struct cv_line line = {box.width / 2.0, box.height / 2.0, box.width, 0.8 * box.height, 0, 1};
        text_shades_init(&shades, &part);
        if (text_cut(&shades, &line, &page_ways[4], &cut)) {
                (void)digits_read(&cut, &read);
                image_release(&cut);
        }
        text_shades_release(&shades);
        size_t count = count_digits(read_str(&read));
        explicit_bzero(&read, sizeof(read));
        return count;
}

/* Whether more of a number is to be seen beside its paint than the birth date before it. A zone has digits of
 * its own there; where in it the number lies its check digits have told. */
static bool shows_more(const struct document_reading *reading, struct box box)
{
        int h = box.height;
        if (doc_kind_has_zone(reading->kind))
                return false;
        return digits_in(&reading->card, (struct box){box.x - BEFORE * h, box.y, BEFORE * h, h}) > FIRST_HALF ||
               digits_in(&reading->card, (struct box){box.x + box.width, box.y, BEHIND * h, h}) > STRAY;
}

void document_paint(struct document_reading *reading)
{
        for (size_t i = 0; i < reading->paint_len; i++)
                paint_box(&reading->card, reading->paint[i]);
}

bool document_redact(struct document_reading *reading)
{
        bool shown = false;
        document_paint(reading);
        for (size_t i = 0; i < reading->paint_len && !shown; i++)
                shown = shows_more(reading, reading->paint[i]);
        return !shown && !reading->number_missed;
}
