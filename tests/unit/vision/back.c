/*
 * What is taken for the back of which card, by the lines that were read of it.
 */
#include "vision/document_card.h"

#include "unit/data.h"
#include "unit/test.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINES_MAX = 8, WIDE = 1600, HIGH = 1009, TALL = 40 };

struct said {
        double x, y; /* of a line's left end and its middle */
        const char *text;
};

static struct page *page_of(const struct said said[LINES_MAX])
{
        struct page *page = x_new(1, sizeof(*page));
        page->today = (struct date){2026, 6, 1};
        image_init(&page->card, WIDE, HIGH, 3);
        memset(page->card.pixels, 255, page->card.stride * (size_t)HIGH);
        text_shades_init(&page->shades, &page->card);
        for (size_t i = 0; i < LINES_MAX && said[i].text; i++) {
                struct page_line *line = &page->lines[page->lines_len++];
                double wide = TALL * (double)strlen(said[i].text) / 3;
                line->place = (struct cv_line){
                    .x = said[i].x + wide / 2, .y = said[i].y, .width = wide, .height = TALL};
                memcpy(line->read.text, said[i].text, strlen(said[i].text) + 1);
        }
        return page;
}

static int likeness(enum doc_kind kind, const struct said said[LINES_MAX])
{
        struct page *page = page_of(said);
        int like = back_likeness(page, kind);
        page_release(page);
        x_free(page);
        return like;
}

static bool is_back(const struct said said[LINES_MAX])
{
        struct page *page = page_of(said);
        bool back = shows_back(page);
        page_release(page);
        x_free(page);
        return back;
}

#define NOTICE                                                                                               \
        {                                                                                                    \
                100, 920, "습득하신 분은 우체통에 넣어 주십시오."                            \
        }
#define DAY                                                                                                  \
        {                                                                                                    \
                100, 200, "2021.3.2."                                                                        \
        }
#define PLACE                                                                                                \
        {                                                                                                    \
                420, 200, "서울특별시 중구 세종대로 110"                                          \
        }

/* Negative controls: `dated` always 0, or of licences, too, or not asking for a day before the place; each of
 * the words taken out; without the question for titles of other kinds; without the one for fronts. */
TEST(backs_are_told_by_their_words)
{
        const struct said nothing[LINES_MAX] = {{100, 80, "영수증"}, DAY},
                          title[LINES_MAX] = {{100, 80, "주소변동사항"}},
                          worn[LINES_MAX] = {{100, 80, "즈스변통사항"}},
                          finder[LINES_MAX] = {{100, 920, "습득하신 분은"}},
                          box[LINES_MAX] = {{100, 920, "우체통에 넣어 주십시오."}},
                          listed[LINES_MAX] = {DAY, PLACE},
                          apart[LINES_MAX] = {DAY, {420, 300, "서울특별시 중구 세종대로 110"}},
                          resident[LINES_MAX] = {{100, 80, "주소변동사항"}, DAY, PLACE, NOTICE},
                          licence[LINES_MAX] = {{100, 80, "기재사항변경"}, DAY, PLACE, NOTICE},
                          torn[LINES_MAX] = {{100, 80, "기재사항밴걍"}, DAY, PLACE, NOTICE},
                          front[LINES_MAX] = {{100, 80, "주민등록증"},
                                              {100, 300, "홍길동"},
                                              {100, 450, "900101-1234568"},
                                              {100, 800, "2016.01.15."},
                                              NOTICE};
        CHECK(likeness(DOC_RESIDENT_CARD, nothing) == 0 && likeness(DOC_RESIDENT_CARD, apart) == 0);
        CHECK(likeness(DOC_RESIDENT_CARD, title) > 0 && likeness(DOC_RESIDENT_CARD, worn) > 0);
        CHECK(likeness(DOC_RESIDENT_CARD, finder) > 0 && likeness(DOC_RESIDENT_CARD, box) > 0);
        CHECK(likeness(DOC_RESIDENT_CARD, listed) > 0);
        CHECK(likeness(DOC_RESIDENT_CARD, resident) > 0 && likeness(DOC_DRIVER_LICENSE, licence) > 0);
        CHECK(likeness(DOC_DRIVER_LICENSE, resident) < 0 && likeness(DOC_RESIDENT_CARD, licence) < 0);
        CHECK(likeness(DOC_RESIDENT_CARD, torn) < 0);
        CHECK(likeness(DOC_RESIDENT_CARD, front) < 0);
        CHECK(likeness(DOC_DRIVER_LICENSE, listed) == 0);
}

#define LABELS                                                                                               \
        {100, 210, "Name HONG, GILDONG"}, {100, 270, "Class 1"},                                             \
        {                                                                                                    \
                100, 330, "Date of Issue 07 MAR 2019"                                                        \
        }

/* Negative controls: is_english_back without the question for the Korean title, for the holder's number, for
 * labels, or for what is Korean; one that says no. */
TEST(backs_of_licences_may_be_in_english)
{
        const struct said english[LINES_MAX] = {{100, 60, "Driver's License"},
                                                {700, 60, "REPUBLIC OF KOREA"},
                                                {100, 400, "License No. 11-19-384756-01"},
                                                LABELS},
                          split[LINES_MAX] = {{100, 60, "DRIVER'S LICENSE"},
                                              {100, 400, "License No. 11-"},
                                              {420, 400, "19-384756-01"},
                                              LABELS},
                          front[LINES_MAX] = {{100, 60, "자동차운전면허증(Driver's License)"},
                                              {100, 400, "11-19-384756-01"},
                                              LABELS},
                          numbered[LINES_MAX] = {{100, 60, "Driver's License"},
                                                 {100, 400, "11-19-384756-01"},
                                                 {100, 460, "900101-1234568"},
                                                 LABELS},
                          bare[LINES_MAX] = {{100, 60, "Driver's License"}, {100, 400, "11-19-384756-01"}},
                          foreign[LINES_MAX] = {
                              {100, 60, "DRIVER'S LICENSE"}, {100, 400, "License No. D1234567"}, LABELS};
        const struct said *const refused[] = {front, numbered, bare, foreign};
        CHECK(likeness(DOC_DRIVER_LICENSE, english) > 0 && likeness(DOC_DRIVER_LICENSE, split) > 0);
        CHECK(likeness(DOC_RESIDENT_CARD, english) < 0);
        for (size_t i = 0; i < LEN(refused); i++)
                CHECK(likeness(DOC_DRIVER_LICENSE, refused[i]) < 0);
}

/* Negative controls: shows_back without the question for fronts, for English, or for the words. */
TEST(backs_that_were_taken_for_the_front_are_known)
{
        const struct said nothing[LINES_MAX] = {{100, 80, "영수증"}, DAY, PLACE},
                          title[LINES_MAX] = {{100, 80, "주소변동사항"}, DAY, PLACE},
                          licence[LINES_MAX] = {{100, 80, "기재사항변경"}, DAY},
                          front[LINES_MAX] = {{100, 60, "주민등록증"},
                                              {100, 200, "홍길동"},
                                              {100, 300, "900101-1234568"},
                                              PLACE,
                                              {300, 800, "2016.1.15."},
                                              {300, 900, "서울특별시 중구청장"},
                                              NOTICE},
                          english[LINES_MAX] = {{100, 60, "Driver's License"},
                                                {700, 60, "REPUBLIC OF KOREA"},
                                                {100, 400, "License No. 11-19-384756-01"},
                                                LABELS};
        CHECK(is_back(title) && is_back(licence) && is_back(english));
        CHECK(!is_back(nothing) && !is_back(front));
}

/* What is read of the first clean front of this type with a blank page behind it. */
static void read_before_blank(struct reader *reader, struct op *op, const char *type, int wide, int high,
                              struct document_reading *ret)
{
        json_auto_t *manifest = data_json("documents/manifest.json");
        CLEANUP(buf_release) struct buf file = {0};
        CLEANUP(image_release) struct image front = {0};
        CLEANUP(image_release) struct image blank = {0};
        const struct document_request request = {.today = {2026, 6, 1}};
        char path[256] = "";
        for (size_t i = 0; i < json_array_size(manifest) && path[0] == '\0'; i++) {
                const json_t *entry = json_array_get(manifest, i);
                int64_t level;
                if (str_equal(json_get_str(entry, "type"), str_from(type)) &&
                    json_get_int(entry, "level", 0, 0, &level))
                        snprintf(path, sizeof(path), "documents/%.*s", STR_FMT(json_get_str(entry, "file")));
        }
        buf_init(&file, image_limits_default.bytes_max);
        data_read(path, &file);
        CHECK(image_decode(op, buf_str(&file), &image_limits_default, &front) == RC_OK);
        image_init(&blank, wide, high, 3);
        memset(blank.pixels, 200, blank.stride * (size_t)high);
        CHECK(document_read(reader, op, &request, &front, &blank, ret) == RC_OK);
}

static bool is_refused(struct reader *reader, struct op *op, const char *type)
{
        CLEANUP(document_reading_release) struct document_reading reading = {0};
        read_before_blank(reader, op, type, WIDE, HIGH, &reading);
        return doc_errors_have(&reading.errors, RC_WRONG_BACK);
}

static bool is_too_small(struct reader *reader, struct op *op, int wide, int high)
{
        CLEANUP(document_reading_release) struct document_reading reading = {0};
        read_before_blank(reader, op, "resident", wide, high, &reading);
        bool small = doc_errors_have(&reading.errors, RC_IMAGE_TOO_SMALL);
        CHECK(small == (reading.faults.of[DOC_BACK] == DOC_FAULT_TOO_SMALL));
        CHECK(small != doc_errors_have(&reading.errors, RC_WRONG_BACK));
        return small;
}

/* Negative controls: in read_behind of vision/document.c `like` 0 refused of resident cards alone, or of
 * alien cards, too; without the question for its size a small one is a wrong one. */
TEST(backs_that_show_nothing_are_refused)
{
        struct reader *reader;
        struct op op;
        op_init(&op, NULL, 1 << 26, TEST_PATIENCE_MS);
        CHECK(reader_open(&op, NULL, data_models(), &reader) == RC_OK);
        CHECK(is_refused(reader, &op, "resident") && is_refused(reader, &op, "driver"));
        CHECK(!is_refused(reader, &op, "alien"));
        CHECK(is_too_small(reader, &op, 40, 30) && !is_too_small(reader, &op, 400, 300));
        reader_close(reader);
        op_release(&op);
}
