/*
 * Lines of text as the finder leaves them, and what they tell of the corners of a card.
 */
#include "vision/text.h"

#include "unit/test.h"
#include "unit/vision/clean_card.h"
#include "vision/document_search.h"

static struct cv_line line_at(double left, double right, double y, double height)
{
        return (struct cv_line){(left + right) / 2, y, right - left, height, 0, 1};
}

/* Controls: the last line alone is looked at; any line is joined with any. */
TEST(text_joins_a_word_across_what_was_sorted_between)
{
        struct cv_line parted[] = {line_at(823, 1182, 464, 32), line_at(19, 81, 472, 15),
                                   line_at(1167, 1490, 468, 32)},
                       apart[] = {line_at(823, 1182, 464, 32), line_at(19, 81, 472, 15),
                                  line_at(1300, 1490, 468, 32)},
                       below[] = {line_at(823, 1182, 464, 32), line_at(1167, 1490, 500, 32)};
        CHECK(text_join_words(parted, LEN(parted)) == 2);
        CHECK(line_left(&parted[0]) == 823 && line_right(&parted[0]) == 1490);
        CHECK(text_join_words(apart, LEN(apart)) == 3);
        CHECK(text_join_words(below, LEN(below)) == 2);
}

/* Eight bars as letters, and beside them another that is low, as a mark is. Controls: text_whole() that
 * gives the line as it is; has_letter() of anything. */
TEST(text_is_whole_with_the_letters_at_its_ends)
{
        enum { WIDE = 700, HIGH = 120, TOP = 40, TALL = 36, BAR = 14, APART = 24, FIRST = 200, BARS = 8 };
        struct image card;
        struct text_shades shades;
        image_init(&card, WIDE, HIGH, 3);
        memset(card.pixels, 230, card.stride * (size_t)HIGH);
        for (int i = 0; i <= BARS; i++) {
                for (int y = i < BARS ? TOP : TOP + TALL - 8; y < TOP + TALL; y++)
                        memset(card.pixels + (size_t)y * card.stride + (size_t)(3 * (FIRST + i * APART)), 20,
                               3 * BAR);
        }
        text_shades_init(&shades, &card);
        int right = FIRST + (BARS - 1) * APART + BAR;
        struct cv_line cut = line_at(FIRST + APART + 4, right - APART - 4, TOP + TALL / 2.0, TALL + 8),
                       whole = text_whole(&shades, &cut);
        CHECK(line_left(&whole) <= FIRST && line_left(&whole) > FIRST - TALL / 2.0);
        CHECK(line_right(&whole) >= right && line_right(&whole) < right + TALL / 2.0);
        text_shades_release(&shades);
        image_release(&card);
}

/* The card's number, so small that it says nothing, and running off the card's left side. */
static void print_small(const struct image *number, double share, int top, struct image *card)
{
        CLEANUP(image_release) struct image small = {0};
        image_init(&small, (int)(share * number->width), (int)(share * number->height), 3);
        CHECK(cv_resize(number, &small));
        for (int y = 0; y < small.height; y++)
                memcpy(card->pixels + (size_t)(top + y) * card->stride,
                       small.pixels + (size_t)y * small.stride, 3 * (size_t)small.width);
}

/* Control: is_cut that counts print of any height takes the card for one that is cut. */
TEST(text_of_micro_print_does_not_tell_that_a_card_is_cut)
{
        enum { LEFT = 100, TOP = 250, WIDE = 450, HIGH = 36, ROWS = 4, APART = 40, MARGIN = 80, GREY = 70 };
        struct clean_card clean;
        CLEANUP(image_release) struct image table = {0};
        struct document_request request = {.today = {2026, 1, 31}};
        clean_card_open("resident", &clean);
        struct image card = clean.picture; /* a view, as the next is; not released */
        struct image number = card;
        number.pixels += (size_t)TOP * card.stride + (size_t)LEFT * 3;
        number.width = WIDE;
        number.height = HIGH;
        for (int i = 0; i < ROWS; i++)
                print_small(&number, 0.22, card.height / 2 + i * APART, &card);
        image_init(&table, card.width + 2 * MARGIN, card.height + 2 * MARGIN, 3);
        memset(table.pixels, GREY, table.stride * (size_t)table.height);
        for (int y = 0; y < card.height; y++)
                memcpy(table.pixels + (size_t)(MARGIN + y) * table.stride + (size_t)(3 * MARGIN),
                       card.pixels + (size_t)y * card.stride, 3 * (size_t)card.width);
        struct search search = {
            .reader = clean.reader, .op = &clean.op, .request = &request, .picture = &table};
        search_document(&search);
        CHECK(search.kind == DOC_RESIDENT_CARD && search.attempts == 1);
        page_release(&search.best);
        clean_card_close(&clean);
}
