/*
 * The period of a licence whose line was not found whole.
 */
#include "unit/test.h"
#include "unit/vision/clean_card.h"
#include "vision/date_line.h"
#include "vision/date_text.h"
#include "vision/document_search.h"
#include "vision/text.h"

/* Control: tally_period() without text_whole(). A digit of which half is left is read as another. */
TEST(card_reads_a_period_of_which_the_finder_of_lines_cut_off_a_digit)
{
        static const double kept[] = {0.96, 0.945};
        struct clean_card card;
        struct page page;
        struct tally tally;
        struct basis basis;
        clean_card_open("driver", &card);
        const double w = card.picture.width, h = card.picture.height,
                     corners[4][2] = {{0, 0}, {w, 0}, {w, h}, {0, h}};
        page_init(&page, card.reader->ocr, card.reader->detector, &card.op, (struct date){2026, 1, 1},
                  &card.picture, corners);
        page_read_lines(&page);
        struct page_line *period = NULL;
        for (size_t i = 0; i < page.lines_len; i++) {
                if (date_text_is_period(read_str(&page.lines[i].read)))
                        period = &page.lines[i];
        }
        CHECK(period);
        const struct cv_line whole = period->place;
        for (size_t i = 0; i < LEN(kept); i++) {
                period->place = text_part(&whole, 0, kept[i]);
                page_read(&page, &period->place, page.first.way, page.first.model, NULL, &period->read);
                CHECK(date_line_may_be(&page, period));
                CHECK_STR(date_line_elect(&page, period, &tally, &basis), "2029-01-012029-12-31");
        }
        page_release(&page);
        clean_card_close(&card);
}
