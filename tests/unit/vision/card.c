/*
 * Fields of cards, by lines as if they had been read. The paper is blank: no line is read twice.
 */
#include "vision/card_numbers.h"
#include "vision/card_text.h"
#include "vision/date_text.h"
#include "vision/document_card.h"

#include "base/utf8.h"
#include "doc/printed.h"
#include "unit/data.h"
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

/* Release the page, and free it. */
static struct page *page_of(struct op *op, const struct said said[LINES_MAX])
{
        struct page *page = x_new(1, sizeof(*page));
        op_init(op, NULL, 1 << 16, 10000);
        page->op = op;
        page->today = (struct date){2026, 6, 1};
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
        return page;
}

static void read_lines_of(enum doc_kind kind, const struct said said[LINES_MAX], struct document_reading *ret)
{
        CLEANUP(op_release) struct op op;
        struct page *page = page_of(&op, said);
        *ret = (struct document_reading){.kind = kind};
        read_card(page, kind, ret);
        page_release(page);
        x_free(page);
}

static void read_lines(const struct said said[LINES_MAX], struct document_reading *ret)
{
        read_lines_of(DOC_RESIDENT_CARD, said, ret);
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
        read_lines(hidden, &reading);
        check_field(&reading, DOC_ISSUER, "");
        read_lines(seen, &reading);
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
        read_lines(far, &reading);
        check_field(&reading, DOC_ADDRESS, "서울특별시 강서구 풍납길 223-49, 142호 (교동)");
        read_lines(other, &reading);
        check_field(&reading, DOC_ADDRESS, "서울특별시 강서구 풍납길 223-49, 142호");
}

/* Negative controls: without next_in_row() in add_row() the streets are lost; without start_of_row() the
 * number is; without LETTERS_FEWEST there is an "A". */
TEST(card_reads_the_rows_of_an_address_whose_words_stand_far_apart)
{
        const struct said first[LINES_MAX] = {{100, 500, "서울특별시 성북구"},
                                              {520, 502, "을지길 356-"},
                                              {100, 560, "43 (대치동)"}},
                          second[LINES_MAX] = {{100, 500, "서울특별시 성북구 을지로"},
                                               {300, 558, "43 (대치동)"},
                                               {100, 560, "356번길"}},
                          apart[LINES_MAX] = {{100, 500, "서울특별시 성북구 을지길 43"},
                                              {1400, 500, "23456"}},
                          code[LINES_MAX] = {{100, 500, "서울특별시 성북구 을지길 43"}, {640, 500, "A"}};
        struct document_reading reading;
        read_lines(first, &reading);
        check_field(&reading, DOC_ADDRESS, "서울특별시 성북구 을지길 356-43 (대치동)");
        read_lines(second, &reading);
        check_field(&reading, DOC_ADDRESS, "서울특별시 성북구 을지로356번길 43 (대치동)");
        read_lines(apart, &reading);
        check_field(&reading, DOC_ADDRESS, "서울특별시 성북구 을지길 43");
        read_lines(code, &reading);
        check_field(&reading, DOC_ADDRESS, "서울특별시 성북구 을지길 43");
}

/* Negative controls: without the look for the other bracket, or for long numbers, all are equally sure. */
TEST(card_is_unsure_of_an_address_that_lost_a_mark)
{
        const struct said lost[][LINES_MAX] = {{{100, 500, "전라북도 남원시 공원로 163 (목동1가"}},
                                               {{100, 500, "전라북도 남원시 공원로 163119동 2호 (목동1가)"}}},
                          whole[LINES_MAX] = {{100, 500, "전라북도 남원시 공원로 163, 119동 2호 (목동1가)"}};
        struct document_reading unsure, sure;
        read_lines(whole, &sure);
        for (size_t i = 0; i < LEN(lost); i++) {
                read_lines(lost[i], &unsure);
                CHECK(unsure.fields.values[DOC_ADDRESS].confidence <
                      sure.fields.values[DOC_ADDRESS].confidence);
                CHECK(unsure.basis[DOC_ADDRESS].doubted && !sure.basis[DOC_ADDRESS].doubted);
        }
}

/* Negative control: without the question whether month and day are written alike, the day is the second. */
TEST(card_takes_no_day_whose_end_is_hidden)
{
        const struct said hidden[LINES_MAX] = {{100, 800, "2010.08.2."}},
                          padded[LINES_MAX] = {{100, 800, "2010.08.02."}},
                          plain[LINES_MAX] = {{100, 800, "2010. 8. 2."}};
        struct document_reading reading;
        read_lines(hidden, &reading);
        check_field(&reading, DOC_ISSUE_DATE, "");
        read_lines(padded, &reading);
        check_field(&reading, DOC_ISSUE_DATE, "2010-08-02");
        read_lines(plain, &reading);
        check_field(&reading, DOC_ISSUE_DATE, "2010-08-02");
}

/* Negative control: without the question whether ink covers a digit both are equally sure. */
TEST(card_is_unsure_of_a_date_of_which_a_seal_hides_a_digit)
{
        const struct said said[LINES_MAX] = {{100, 800, "2010.08.02."}};
        for (int covered = 0; covered < 2; covered++) {
                CLEANUP(op_release) struct op op;
                struct page *page = page_of(&op, said);
                struct document_reading reading = {.kind = DOC_RESIDENT_CARD};
                page->lines[0].sealed = true;
                page->lines[0].date = page->lines[0].place;
                image_init(&page->shades.seals, WIDE, HIGH, 1);
                for (int y = 780; y < 820 && covered; y++)
                        memset(page->shades.seals.pixels + (size_t)y * page->shades.seals.stride + 140, 255,
                               30);
                read_card(page, DOC_RESIDENT_CARD, &reading);
                check_field(&reading, DOC_ISSUE_DATE, "2010-08-02");
                CHECK(reading.basis[DOC_ISSUE_DATE].doubted == (covered != 0));
                page_release(page);
                x_free(page);
        }
}

/* Negative control: let a bracket begin a name. */
TEST(card_takes_no_quarter_for_a_name)
{
        const struct said quarter[LINES_MAX] = {
            {100, 400, "900101-1234568"}, {100, 500, "인천광역시 서구 능동로 25-2"}, {100, 560, "(봉천리)"}};
        struct document_reading reading;
        read_lines(quarter, &reading);
        check_field(&reading, DOC_NAME, "");
}

/* Controls: fitness_of that tells 0; without `tied`; without begins_period, or `end`. */
TEST(card_takes_the_day_of_issue_by_what_stands_around_it)
{
        static const struct {
                enum doc_kind kind;
                struct said lines[LINES_MAX];
                const char *issued, *expires;
                bool doubted;
        } cards[] = {
            {DOC_RESIDENT_CARD,
             {{100, 700, "최초발급 2021.04.25"}, {600, 830, "2025.06.03"}, {500, 900, "경상북도 포항시장"}},
             "2025-06-03",
             "",
             false},
            {DOC_RESIDENT_CARD,
             {{100, 700, "전입 2021.04.25"}, {600, 830, "2025.06.03"}},
             "2025-06-03",
             "",
             false},
            {DOC_RESIDENT_CARD,
             {{100, 500, "2021.04.25"}, {600, 830, "2025.06.03"}, {500, 900, "경상북도 포항시장"}},
             "2025-06-03",
             "",
             false},
            {DOC_RESIDENT_CARD, {{100, 500, "2021.04.25"}, {600, 700, "2025.06.03"}}, "2021-04-25", "", true},
            {DOC_ALIEN_CARD,
             {{100, 400, "2021.04.25"}, {600, 540, "발급일자"}, {600, 600, "2025.06.03"}},
             "2025-06-03",
             "",
             false},
            {DOC_DRIVER_LICENSE,
             {{100, 700, "2032. 1. 1."}, {300, 700, "~ 2032. 12. 31."}, {600, 830, "2022.07.18"}},
             "2022-07-18",
             "2032-12-31",
             false},
            {DOC_DRIVER_LICENSE,
             {{100, 700, "2020. 1. 1."}, {300, 700, "~ 2020. 12. 31."}, {600, 830, "2010.07.18"}},
             "2010-07-18",
             "2020-12-31",
             false},
            {DOC_DRIVER_LICENSE,
             {{100, 700, "2032. 1. 1. ~"}, {100, 760, "2032. 12. 31."}, {600, 880, "2022.07.18"}},
             "2022-07-18",
             "2032-12-31",
             false},
        };
        for (size_t i = 0; i < LEN(cards); i++) {
                struct document_reading reading;
                read_lines_of(cards[i].kind, cards[i].lines, &reading);
                check_field(&reading, DOC_ISSUE_DATE, cards[i].issued);
                check_field(&reading, DOC_EXPIRY_DATE, cards[i].expires);
                CHECK(reading.basis[DOC_ISSUE_DATE].doubted == cards[i].doubted);
        }
}

/* Controls: without license_names_class in is_name_like the class is the name, without the place far below
 * the number a seal's letters are; six syllables at most; tells_all that takes any line with a title, or
 * none with a number; syllables_of_title of the longer one alone. */
TEST(card_takes_neither_class_nor_seal_for_a_name)
{
        static const struct {
                struct said lines[LINES_MAX];
                const char *name, *class;
        } cards[] = {
            {{{600, 430, "900101-1234568"}, {60, 140, "종대형"}, {600, 340, "어예숙"}}, "어예숙", ""},
            {{{600, 430, "900101-1234568"},
              {60, 140, "1종보통"},
              {60, 190, "원동기"},
              {600, 340, "성병 박서준"}},
             "박서준",
             "1종보통 원동기"},
            {{{530, 430, "900101-1234568"}, {530, 340, "응우옌티란"}, {1290, 860, "도별제"}},
             "응우옌티란",
             ""},
            {{{530, 430, "900101-1234568"}, {530, 340, "알렉산드라이바노바"}}, "알렉산드라이바노바", ""},
            {{{530, 430, "900101-1234568"}, {500, 80, "DRIVER LICENSE KOREE종대형, 1종보통, 2종소형"}},
             "",
             ""},
            {{{530, 430, "900101-1234568"}, {500, 80, "DRIVER LICENSE KORE즙대형, 1종보통, 2종소형"}},
             "",
             ""},
            {{{530, 430, "900101-1234568"}, {500, 80, "자동차운전면허증 1종대형"}}, "", "1종대형"},
            {{{530, 430, "900101-1234568"}, {500, 80, "운전면허증 1종보통 견인차"}}, "", ""},
            {{{530, 430, "900101-1234568"}, {500, 80, "11-04-053294-12 2종보통"}}, "", "2종보통"},
        };
        for (size_t i = 0; i < LEN(cards); i++) {
                CLEANUP(op_release) struct op op;
                struct page *page = page_of(&op, cards[i].lines);
                struct document_reading reading = {.kind = DOC_DRIVER_LICENSE};
                read_license_class(page, &reading);
                read_korean_name(page, &page->lines[0], &reading);
                check_field(&reading, DOC_NAME, cards[i].name);
                check_field(&reading, DOC_LICENSE_CLASS, cards[i].class);
                page_release(page);
                x_free(page);
        }
}

/* Controls: digits alone; any letters. */
TEST(card_knows_a_year_of_which_a_digit_was_taken_for_a_letter)
{
        static const char *const years[] = {"2018.06.17", "201g.06.17", "201g0617 제주특별자치도경찰청장",
                                            ". 20I8 06 17"};
        static const char *const others[] = {"20180617", "20AB.06.17", "홍길동", "2", "20가나다라경찰청장"};
        for (size_t i = 0; i < LEN(years); i++)
                CHECK(date_text_begins_with_year(str_from(years[i])));
        for (size_t i = 0; i < LEN(others); i++)
                CHECK(!date_text_begins_with_year(str_from(others[i])));
}

/* Negative control: read_dates that places the day of issue alone. */
TEST(card_tells_where_a_licence_has_its_expiry)
{
        const struct said lines[LINES_MAX] = {{640, 680, "2033.01.01~2033.12.31"}, {800, 830, "2023.07.16."}};
        struct document_reading reading;
        read_lines_of(DOC_DRIVER_LICENSE, lines, &reading);
        check_field(&reading, DOC_EXPIRY_DATE, "2033-12-31");
        const struct box *place = &reading.places[DOC_EXPIRY_DATE];
        CHECK(place->width > 0 && place->y < 680 && place->y + place->height > 680);
}

/* Negative controls: skip a line of which no reader made a class; skip a class for which there is no room; a
 * name, or a street, taken for such a line. */
TEST(card_is_unsure_of_a_class_beside_one_that_was_not_understood)
{
        const struct said whole[LINES_MAX] = {{100, 60, "1종대형"}, {100, 130, "2종보통"}},
                          other[LINES_MAX] = {{100, 60, "1종대형"},
                                              {400, 300, "김종대"},
                                              {400, 460, "서울특별시 중구 세종대로 110"}},
                          torn[LINES_MAX] = {{100, 60, "1종대형"}, {100, 130, "종보통"}},
                          hidden[LINES_MAX] = {{100, 60, "2종 보"}, {100, 130, "1종대형"}},
                          many[LINES_MAX] = {{100, 60, "1종대형 1종보통 1종소형 1종특수 2종보통"},
                                             {100, 130, "2종소형 2종원동기장치자전거"},
                                             {100, 200, "1종대형 1종보통 1종소형 1종특수 2종보통"}};
        const struct said *const surely[] = {whole, other}, *const unsurely[] = {torn, hidden, many};
        struct document_reading reading;
        for (size_t i = 0; i < LEN(surely); i++) {
                read_lines_of(DOC_DRIVER_LICENSE, surely[i], &reading);
                CHECK(reading.fields.values[DOC_LICENSE_CLASS].confidence > 0.9);
        }
        for (size_t i = 0; i < LEN(unsurely); i++) {
                read_lines_of(DOC_DRIVER_LICENSE, unsurely[i], &reading);
                CHECK(doc_has(&reading.fields, DOC_LICENSE_CLASS));
                CHECK(reading.fields.values[DOC_LICENSE_CLASS].confidence < 0.5);
        }
}

#define FIRST  "서울특별시 중구 세종대로 110"
#define SECOND "부산광역시 연제구 중앙대로 1001"

/* The address behind a front that surely tells one, and whether it is still sure. */
static bool is_sure_behind(const struct said said[LINES_MAX], const char *want)
{
        CLEANUP(op_release) struct op op;
        struct page *page = page_of(&op, said);
        struct document_reading reading = {.kind = DOC_RESIDENT_CARD};
        CHECK(doc_set(&reading.fields, DOC_ADDRESS, STR("인천광역시 남동구 정각로 29"), 0.99));
        CHECK(read_back(page, &reading));
        check_field(&reading, DOC_ADDRESS, want);
        page_release(page);
        x_free(page);
        return reading.fields.values[DOC_ADDRESS].confidence > 0.9;
}

/* Negative controls: doubt the changes alone, or dates without an address behind them not at all; in
 * lines_from no question for a region; in read_back none for an English back. */
TEST(card_is_unsure_of_an_address_where_a_row_of_the_back_is_missed)
{
        const struct said whole[LINES_MAX] = {{100, 200, "2019.3.12."},
                                              {420, 200, FIRST},
                                              {100, 270, "2021.10.22."},
                                              {420, 270, SECOND}},
                          undated[LINES_MAX] = {{420, 200, FIRST}, {420, 300, SECOND}},
                          close[LINES_MAX] = {{420, 200, FIRST}, {420, 270, SECOND}},
                          torn[LINES_MAX] = {{100, 200, "2019.3.12."},
                                             {420, 200, FIRST},
                                             {100, 270, "2021.10.22."},
                                             {420, 270, "광역시 연제구"}},
                          hidden[LINES_MAX] = {{100, 200, "2019.3.12."},
                                               {420, 200, FIRST},
                                               {100, 270, "2021.10.22."}},
                          english[LINES_MAX] = {{100, 60, "Driver's License"},
                                                {700, 60, "REPUBLIC OF KOREA"},
                                                {100, 210, "Name HONG, GILDONG"},
                                                {100, 270, "Class 1"},
                                                {100, 330, "License No. 11-19-384756-01"},
                                                {100, 390, "Date of Issue 07 MAR 2019"}},
                          all_hidden[LINES_MAX] = {{100, 200, "2019.3.12."}},
                          two_lines[LINES_MAX] = {{100, 200, "2019.3.12."},
                                                  {420, 200, "경기도"},
                                                  {420, 260, "광주시 행정타운로 50"}};
        CHECK(is_sure_behind(whole, SECOND) && is_sure_behind(two_lines, "경기도 광주시 행정타운로 50"));
        CHECK(!is_sure_behind(undated, FIRST) && !is_sure_behind(close, FIRST));
        CHECK(!is_sure_behind(torn, FIRST) && !is_sure_behind(hidden, FIRST));
        CHECK(is_sure_behind(english, "인천광역시 남동구 정각로 29"));
        CHECK(!is_sure_behind(all_hidden, "인천광역시 남동구 정각로 29"));
}

/* Where family P prints the number, parted behind the region, with dust between. */
static bool part_license(struct page *page)
{
        static const struct cv_line whole = {.x = 970, .y = 195, .width = 700, .height = 78};
        char number[16];
        bool tail;
        page->lines[0].place = text_part(&whole, 0, 0.2);
        page->lines[1].place = (struct cv_line){.x = 763, .y = 195, .width = 24, .height = 17};
        page->lines[2].place = text_part(&whole, 0.21, 1);
        page->lines_len = 3;
        page_read_lines(page);
        return printed_license_number(read_str(&page->lines[2].read), number, &tail) && tail;
}

/* Negative control: without the look for the region the number is not told. */
TEST(card_joins_the_region_with_the_rest_of_the_number)
{
        static const double whole[4][2] = {{0, 0}, {1000, 0}, {1000, 630}, {0, 630}};
        CLEANUP(buf_release) struct buf bytes = {0};
        CLEANUP(image_release) struct image picture = {0};
        CLEANUP(op_release) struct op op;
        struct ocr *ocr;
        struct document_reading reading = {.kind = DOC_DRIVER_LICENSE};
        buf_init(&bytes, image_limits_default.bytes_max);
        data_read("documents/P_driver_02_L0.jpg", &bytes);
        op_init(&op, NULL, 1 << 26, TEST_PATIENCE_MS);
        CHECK(image_decode(&op, buf_str(&bytes), &image_limits_default, &picture) == RC_OK);
        CHECK(ocr_open(&op, NULL, data_models(), &ocr) == RC_OK);
        struct page *page = x_new(1, sizeof(*page));
        page_init(page, ocr, NULL, &op, (struct date){2026, 6, 1}, &picture, whole);
        CHECK(part_license(page));
        read_license_number(page, &reading);
        check_field(&reading, DOC_LICENSE_NUMBER, "25-15-906556-81");
        page_release(page);
        x_free(page);
        ocr_close(ocr);
}
