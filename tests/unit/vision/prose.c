/* What kind of document lines show that were read: running text names documents and is none. */
#include "vision/page.h"

#include "unit/test.h"

#include <stdlib.h>

enum {
        WIDE = 1100,
        HIGH = 1500,
        TALL = 20,
        STEP = 100 /* too far apart for the rows of a zone */,
        LINES = 14
};

static const char named[] = "of which the PASSPORT and the date from nobody returns",
                  numbered[] = "call 010-0000-0000 by 2021.03.15 or 010-0000-0001",
                  zone[] = "M12345678<<<<<<<<<0";

/* `prose` lines across the page that say `text`, and a line of its own that says `title`. */
static enum doc_kind kind_among(int prose, const char *text, const char *title)
{
        struct page *page = x_new(1, sizeof(*page));
        double certainty;
        page->card = (struct image){.width = WIDE, .height = HIGH};
        for (int i = 0; i < prose; i++) {
                struct page_line *line = &page->lines[page->lines_len++];
                line->place =
                    (struct cv_line){.x = WIDE / 2, .y = STEP * (i + 1), .width = 900, .height = TALL};
                line->read.symbols_len = strlen(text);
                snprintf(line->read.text, sizeof(line->read.text), "%s", text);
        }
        struct page_line *line = &page->lines[page->lines_len++];
        line->place = (struct cv_line){.x = WIDE / 2, .y = STEP / 2, .width = 200, .height = TALL};
        line->read.symbols_len = strlen(title);
        snprintf(line->read.text, sizeof(line->read.text), "%s", title);
        enum doc_kind kind = page_kind(page, &certainty);
        x_free(page);
        return kind;
}

static enum doc_kind kind_of(int prose, const char *title)
{
        return kind_among(prose, named, title);
}

/* Negative control: let page_is_prose() answer false. */
TEST(documents_that_running_text_names_are_not_there)
{
        CHECK(kind_of(LINES, "chapter") == DOC_UNKNOWN);
        CHECK(kind_of(LINES, "PASSPORT") == DOC_UNKNOWN);
        CHECK(kind_of(LINES, "운전면허증") == DOC_UNKNOWN);
}

/* Negative control: let page_is_prose() answer true. */
TEST(documents_with_few_long_lines_are_seen)
{
        CHECK(kind_of(3, "PASSPORT") == DOC_PASSPORT);
        CHECK(kind_of(3, "운전면허증") == DOC_DRIVER_LICENSE);
}

/* Negative control: page_kind() without `!is_prose`. */
TEST(numbers_in_running_text_are_no_zone)
{
        CHECK(kind_among(LINES, numbered, "PASSPORT") == DOC_UNKNOWN);
        CHECK(kind_among(LINES, zone, "PASSPORT") == DOC_PASSPORT);
}

/* A card's title, and in the lower half of it a line as tall as `share` of it that says `text`. */
static bool shows_several(const char *text, double share)
{
        enum { CARD_HIGH = 690 };
        const char *const texts[] = {"외국인등록증", text};
        struct page *page = x_new(1, sizeof(*page));
        page->card = (struct image){.width = WIDE, .height = CARD_HIGH};
        for (size_t i = 0; i < LEN(texts); i++) {
                struct page_line *line = &page->lines[page->lines_len++];
                bool second = i == 1;
                line->place = (struct cv_line){.x = WIDE / 2,
                                               .y = second ? STEP * 4 : STEP,
                                               .width = 200,
                                               .height = second ? share * CARD_HIGH : TALL};
                line->read.symbols_len = strlen(texts[i]);
                snprintf(line->read.text, sizeof(line->read.text), "%s", texts[i]);
        }
        bool several = page_shows_several(page, NULL);
        x_free(page);
        return several;
}

/* Negative controls: `title_least` 0; or 0.05. */
TEST(fine_print_is_no_second_title)
{
        CHECK(!shows_several("REPUBLICOFKOREA", 0.013));
        CHECK(shows_several("REPUBLIC OF KOREA", 0.025));
        CHECK(shows_several("운전면허증", 0.03));
        CHECK(!shows_several("발급일자", 0.03));
}

/* A page higher than it is wide, with one document's fields in its middle, and a line elsewhere. */
static bool high_page_shows_several(const char *text, int y, bool read)
{
        struct page *page = x_new(1, sizeof(*page));
        struct box own = {STEP, 6 * STEP, WIDE - 2 * STEP, 3 * STEP};
        page->card = (struct image){.width = WIDE, .height = HIGH};
        struct page_line *line = &page->lines[page->lines_len++];
        line->place = (struct cv_line){.x = WIDE / 2, .y = y, .width = 400, .height = 2 * TALL};
        line->read.symbols_len = strlen(text);
        snprintf(line->read.text, sizeof(line->read.text), "%s", text);
        bool several = page_shows_several(page, read ? &own : NULL);
        x_free(page);
        return several;
}

/* Keys, a sheet and a shadow beneath a document make its page higher, and are none.
 * Negative controls: without speaks_of_another() none is told of those below; with its title_most 0 or 6, the
 * document's own title, or no other's. */
TEST(high_page_of_one_document_is_not_of_several)
{
        CHECK(!high_page_shows_several("Q", STEP, true) && !high_page_shows_several("V", 12 * STEP, true));
        CHECK(!high_page_shows_several("외국인등록증", 5 * STEP, true));
        CHECK(high_page_shows_several("Q", STEP, false));
        CHECK(high_page_shows_several("외국인등록증", STEP, true));
        CHECK(high_page_shows_several("외국인등록증", 10 * STEP, true));
        CHECK(high_page_shows_several("2021.03.15", 5 * STEP, true));
        CHECK(high_page_shows_several("성명", 12 * STEP, true));
}

/* The upper part of one card and the lower part of another: nothing is outside of the fields, which are
 * higher than a card. Control: page_shows_several() without fields_most. */
TEST(fields_are_no_higher_than_a_card)
{
        struct page *page = x_new(1, sizeof(*page));
        const struct box one = {100, 200, 800, 540}, two = {100, 200, 800, 1000};
        page->card = (struct image){.width = 1600, .height = 1500};
        CHECK(!page_shows_several(page, &one));
        page->card = (struct image){.width = 1000, .height = 1500};
        CHECK(page_shows_several(page, &two));
        page->card = (struct image){.width = 1000, .height = 1100};
        CHECK(page_shows_several(page, &two));
        x_free(page);
}
