/* Where text stands that lies askew on a printed sheet: drawn as lines, without a picture. */
#include "vision/document_search.h"

#include "unit/test.h"

#include <math.h>

enum { SIDE = 1600, TALL = 24, STEP = 60, LONG = 1500, SHORT = 360, LINES = 6, MIDDLE = 800 };

static void add(struct page *page, double x, double y, double width, double angle)
{
        CHECK(page->lines_len < TEXT_LINES_MAX);
        page->lines[page->lines_len++].place =
            (struct cv_line){.x = x, .y = y, .width = width, .height = TALL, .angle = angle};
}

/* How wide what the text takes is, with its margins; a card's lines at `askew`, and `above` and `below` them
 * those of a sheet. */
static double width_of(int above, int below, double askew)
{
        struct page *page = x_new(1, sizeof(*page));
        double at[4][2];
        page->card = (struct image){.width = SIDE, .height = SIDE};
        memcpy(page->corners, (double[4][2]){{0, 0}, {SIDE, 0}, {SIDE, SIDE}, {0, SIDE}},
               sizeof(page->corners));
        for (int i = 0; i < above; i++)
                add(page, MIDDLE, STEP * (i + 1), LONG, 0);
        for (int i = 0; i < LINES; i++) {
                double across = (i - LINES / 2) * STEP;
                add(page, MIDDLE - across * sin(askew), MIDDLE + across * cos(askew), SHORT, askew);
        }
        for (int i = 0; i < below; i++)
                add(page, MIDDLE, SIDE - STEP * (i + 1), LONG, 0);
        CHECK(page_text_corners(page, at));
        x_free(page);
        return hypot(at[1][0] - at[0][0], at[1][1] - at[0][1]);
}

/* Control: page_text_corners() without corners_on_sheet(). */
TEST(text_askew_on_a_sheet_is_told_from_it)
{
        CHECK(width_of(LINES, LINES, 0.1) < 1.5 * SHORT);
        CHECK(width_of(LINES, LINES, -0.1) < 1.5 * SHORT);
}

/* Controls: corners_on_sheet() without is_surrounded(); `directions_apart` 0.005. */
TEST(text_of_one_page_is_not_taken_apart)
{
        CHECK(width_of(LINES, 0, 0.1) > LONG);
        CHECK(width_of(LINES, LINES, 0.01) > LONG);
}

/* What is asked of a resident's card, read in the middle of a page, less `missing`, and a line at `x` and
 * `y`, as wide as `width`. */
static bool is_framed(double x, double y, double width, enum doc_field missing)
{
        static const enum doc_field asked[] = {DOC_NAME, DOC_ID_NUMBER, DOC_BIRTH_DATE, DOC_ISSUE_DATE};
        struct page *page = x_new(1, sizeof(*page));
        struct document_reading *reading = x_new(1, sizeof(*reading));
        page->card = (struct image){.width = SIDE, .height = SIDE};
        reading->kind = DOC_RESIDENT_CARD;
        for (size_t i = 0; i < LEN(asked); i++) {
                if (asked[i] == missing)
                        continue;
                doc_set(&reading->fields, asked[i], STR("read"), 1);
                reading->places[asked[i]] =
                    (struct box){MIDDLE - SHORT, MIDDLE + STEP * ((int)i - 2), 2 * SHORT, TALL};
        }
        add(page, x, y, width, 0);
        page->lines[0].place.height = 2 * TALL;
        snprintf(page->lines[0].read.text, sizeof(page->lines[0].read.text), "line");
        page->lines[0].read.symbols_len = strlen("line");
        bool framed = search_is_framed(page, reading);
        x_free(reading);
        x_free(page);
        return framed;
}

/* Lines of a sheet run off the side around a card of which all was read, or one among what was read.
 * Controls: search_is_framed() that does not ask where the line stands; without what is missing. */
TEST(sheet_around_what_was_read_does_no_harm)
{
        CHECK(is_framed(MIDDLE, STEP, SIDE, DOC_FIELD_COUNT));
        CHECK(is_framed(MIDDLE, SIDE - STEP, SIDE, DOC_FIELD_COUNT));
        CHECK(is_framed(SHORT / 2, MIDDLE, SHORT, DOC_FIELD_COUNT));
        CHECK(!is_framed(MIDDLE, MIDDLE, SIDE, DOC_FIELD_COUNT));
        CHECK(is_framed(MIDDLE, MIDDLE, LONG, DOC_FIELD_COUNT));
        CHECK(!is_framed(MIDDLE, STEP, SIDE, DOC_NAME));
}
