/* A date of issue among the lines that a page's first reader made of a passport; no other reader is asked. */
#include "vision/passport_dates.h"

#include "unit/test.h"

#include <string.h>

enum { LINES = 3, LINE_HEIGHT = 40 };

/* The date of issue, empty where none is told, of a passport with these three lines and what its zone tells.
 */
static struct str issued(const char *const lines[LINES], struct date birth, struct date expiry,
                         struct date today, struct document_reading *reading)
{
        static struct page page;
        static struct zone zone;
        struct op op;
        op_init(&op, NULL, 1 << 20, TEST_PATIENCE_MS);
        page = (struct page){.op = &op, .today = today, .first = {PAGE_NET_WAY, OCR_NET}, .lines_len = LINES};
        zone = (struct zone){.choice.mrz = {.birth = birth, .expiry = expiry}};
        zone.places[0].y = (LINES + 1) * LINE_HEIGHT;
        *reading = (struct document_reading){.kind = DOC_PASSPORT};
        for (size_t i = 0; i < LINES; i++) {
                page.lines[i].place = (struct cv_line){.y = (double)(i * LINE_HEIGHT), .height = 20};
                memcpy(page.lines[i].read.text, lines[i], strlen(lines[i]) + 1);
        }
        read_issue_date(&page, &zone, reading);
        op_release(&op);
        return doc_text(&reading->fields, DOC_ISSUE_DATE);
}

/* Negative controls: read dates without a century wherever they stand; count what the zone tells as a line
 * that has none; take each century for today's; let a year be more than eleven before the expiry. */
TEST(passport_dates_without_century)
{
        static const char *const whole[] = {"03 APR 1991", "22 SEP 2019", "22 SEP 2029"},
                                 *const brief[] = {"03 APR / APR 91", "22 SEP / SEP 19", "22 SEP / SEP 29"},
                                 *const cut[] = {"03 APR 1991", "22 SEP 20", "22 SEP 2029"},
                                 *const late[] = {"03 APR 91", "22 SEP 26", "22 SEP 29"},
                                 *const early[] = {"03 APR 91", "22 SEP 17", "22 SEP 29"},
                                 *const turned[] = {"03 APR 91", "22 SEP 99", "22 SEP 09"};
        static const struct date today = {2026, 6, 1}, next_century = {2102, 6, 1};
        struct document_reading reading;
        struct date birth = {1991, 4, 3}, expiry = {2029, 9, 22};
        CHECK_STR(issued(whole, birth, expiry, today, &reading), "2019-09-22");
        CHECK_STR(issued(brief, birth, expiry, today, &reading), "2019-09-22");
        CHECK(reading.basis[DOC_ISSUE_DATE].of[BASIS_VOTES] >= 1);
        CHECK_STR(issued(cut, birth, expiry, today, &reading), "");
        CHECK_STR(issued(late, birth, expiry, today, &reading), "");
        CHECK_STR(issued(early, birth, expiry, today, &reading), "");
        CHECK_STR(issued(turned, birth, (struct date){2109, 9, 22}, next_century, &reading), "2099-09-22");
}
