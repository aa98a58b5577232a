/*
 * Addresses and authorities, by lines as if they had been read. The paper is blank: no line is read twice.
 */
#include "vision/card_text.h"

#include "base/utf8.h"
#include "unit/test.h"

#include <stdlib.h>

enum { LINES_MAX = 6, WIDE = 1600, HIGH = 1009, TALL = 40, SURE = 9990 };

struct said {
        double x, y; /* of a line's left end and its middle */
        const char *text;
};

/* The first reading of a line, without its blanks. */
static void read_as(const char *text, struct ocr_line *ret)
{
        struct str rest = str_from(text);
        uint32_t point;
        *ret = (struct ocr_line){0};
        memcpy(ret->text, text, strlen(text) + 1);
        for (const char *at = rest.ptr; utf8_next(&rest, &point); at = rest.ptr) {
                if (point == ' ')
                        continue;
                ret->offsets[ret->symbols_len] = (uint16_t)(at - text);
                ret->sizes[ret->symbols_len] = (uint16_t)(rest.ptr - at);
                ret->sure[ret->symbols_len++] = SURE;
        }
}

static void read_card_of(const struct said said[LINES_MAX], struct document_reading *ret)
{
        struct page *page = x_new(1, sizeof(*page));
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 1 << 16, 10000);
        page->op = &op;
        image_init(&page->card, WIDE, HIGH, 3);
        memset(page->card.pixels, 255, page->card.stride * (size_t)HIGH);
        text_shades_init(&page->shades, &page->card);
        page->first.model = OCR_NET;
        for (size_t i = 0; i < LINES_MAX && said[i].text; i++) {
                struct page_line *line = &page->lines[page->lines_len++];
                double wide = TALL * (double)strlen(said[i].text) / 3;
                line->place = (struct cv_line){
                    .x = said[i].x + wide / 2, .y = said[i].y, .width = wide, .height = TALL};
                read_as(said[i].text, &line->read);
        }
        *ret = (struct document_reading){.kind = DOC_RESIDENT_CARD};
        read_address(page, ret);
        read_issuer(page, DOC_RESIDENT_CARD, ret);
        page_release(page);
        x_free(page);
}

static void check_field(const struct document_reading *reading, enum doc_field field, const char *want)
{
        CHECK_STR(str_from(reading->fields.values[field].text), want);
}

/* Negative control: without the question whether an address begins, the district is told as the office. */
TEST(card_takes_no_address_for_an_authority)
{
        const struct said hidden[LINES_MAX] = {{100, 500, "광주광역시 광산구 영동대길"},
                                               {100, 560, "492-25, 110동 102호"}},
                          seen[LINES_MAX] = {{100, 500, "광주광역시 광산구 영동대길"},
                                             {100, 560, "492-25, 110동 102호"},
                                             {100, 900, "광주광역시 남구청장"}};
        struct document_reading reading;
        read_card_of(hidden, &reading);
        check_field(&reading, DOC_ISSUER, "");
        read_card_of(seen, &reading);
        check_field(&reading, DOC_ISSUER, "광주광역시 남구청장");
}

/* Negative controls: with one reach for all, either the quarter is lost, or the class "A" of a licence is
 * taken in. */
TEST(card_takes_the_quarter_in_brackets_from_farther_down)
{
        const struct said far[LINES_MAX] = {{100, 500, "서울특별시 강서구 풍납길 223-49, 142호"},
                                            {100, 588, "(교동)"}},
                          other[LINES_MAX] = {{100, 500, "서울특별시 강서구 풍납길 223-49, 142호"},
                                              {100, 588, "A"}};
        struct document_reading reading;
        read_card_of(far, &reading);
        check_field(&reading, DOC_ADDRESS, "서울특별시 강서구 풍납길 223-49, 142호 (교동)");
        read_card_of(other, &reading);
        check_field(&reading, DOC_ADDRESS, "서울특별시 강서구 풍납길 223-49, 142호");
}

/* Negative control: without the look for the other bracket both are equally sure. */
TEST(card_is_unsure_of_a_bracket_that_is_not_closed)
{
        const struct said open[LINES_MAX] = {{100, 500, "전라북도 남원시 공원로 163 (목동1가"}},
                          closed[LINES_MAX] = {{100, 500, "전라북도 남원시 공원로 163 (목동1가)"}};
        struct document_reading unsure, sure;
        read_card_of(open, &unsure);
        read_card_of(closed, &sure);
        CHECK(unsure.fields.values[DOC_ADDRESS].confidence < sure.fields.values[DOC_ADDRESS].confidence);
}
