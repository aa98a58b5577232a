/*
 * What is taken for the back of which card, by the lines that were read of it.
 */
#include "vision/document_card.h"

#include "unit/test.h"

enum { LINES_MAX = 6, WIDE = 1600, HIGH = 1009, TALL = 40 };

struct said {
        double x, y; /* of a line's left end and its middle */
        const char *text;
};

static int likeness(enum doc_kind kind, const struct said said[LINES_MAX])
{
        struct page *page = x_new(1, sizeof(*page));
        page->card.width = WIDE;
        page->card.height = HIGH;
        for (size_t i = 0; i < LINES_MAX && said[i].text; i++) {
                struct page_line *line = &page->lines[page->lines_len++];
                double wide = TALL * (double)strlen(said[i].text) / 3;
                line->place = (struct cv_line){
                    .x = said[i].x + wide / 2, .y = said[i].y, .width = wide, .height = TALL};
                memcpy(line->read.text, said[i].text, strlen(said[i].text) + 1);
        }
        int like = back_likeness(page, kind);
        x_free(page);
        return like;
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
