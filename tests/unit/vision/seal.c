/*
 * Print under a seal, drawn here and sent through JPEG as a picture is: tinted paper, black strokes, and a
 * red bar across them that lets no print through, or all of it.
 */
#include "vision/seal.h"

#include "unit/data.h"
#include "unit/test.h"
#include "vision/date_line.h"
#include "vision/date_text.h"
#include "vision/document.h"

enum {
        WIDE = 320,
        HIGH = 120,
        QUALITY = 85,
        STROKE = 8, /* of print, from STROKE_AT on */
        STROKE_AT = 100,
        BAR = 12, /* of the seal, from BAR_AT on */
        BAR_AT = 50,
        PAPER_LEAST = 225,
        PRINT_MOST = 110
};

static const uint8_t paper[3] = {205, 225, 215}, red[3] = {45, 40, 195}, black[3] = {25, 20, 30};

enum bar { NONE, OPAQUE, CLEAR };

static void through_jpeg(struct image *image)
{
        struct op op;
        CLEANUP(buf_release) struct buf bytes = {0};
        struct image drawn = *image;
        test_op_init(&op);
        buf_init(&bytes, image_limits_default.bytes_max);
        CHECK(image_encode_jpeg(&op, &drawn, QUALITY, &bytes) == RC_OK);
        CHECK(image_decode(&op, buf_str(&bytes), &image_limits_default, image) == RC_OK);
        image_release(&drawn);
        op_release(&op);
}

static void draw(enum bar bar, struct image *ret)
{
        image_init(ret, WIDE, HIGH, 3);
        for (int y = 0; y < HIGH; y++) {
                for (int x = 0; x < WIDE; x++) {
                        bool print = x >= STROKE_AT && x < STROKE_AT + STROKE && y > 20 && y < 100;
                        bool ink = bar != NONE && y >= BAR_AT && y < BAR_AT + BAR && x > 60 && x < 260;
                        uint8_t *to = ret->pixels + (size_t)y * ret->stride + (size_t)(3 * x);
                        for (int c = 0; c < 3; c++) {
                                int under = print ? black[c] : paper[c];
                                int over = bar == OPAQUE ? red[c] : under * red[c] / 215;
                                to[c] = (uint8_t)(ink ? over : under);
                        }
                }
        }
        through_jpeg(ret);
}

struct lifted {
        struct image shades[SEAL_SHADES], cover;
        bool found;
};

static void lift(enum bar bar, struct lifted *ret)
{
        struct image card;
        draw(bar, &card);
        struct box all = {0, 0, card.width, card.height};
        for (enum seal_shade shade = 0; shade < SEAL_SHADES; shade++)
                image_init(&ret->shades[shade], card.width, card.height, 1);
        image_init(&ret->cover, card.width, card.height, 1);
        ret->found = seal_lift(&card, &all, ret->shades, &ret->cover);
        image_release(&card);
}

static void release(struct lifted *lifted)
{
        for (enum seal_shade shade = 0; shade < SEAL_SHADES; shade++)
                image_release(&lifted->shades[shade]);
        image_release(&lifted->cover);
}

static int at(const struct image *image, int x, int y)
{
        return image->pixels[(size_t)y * image->stride + (size_t)x];
}

/* Negative control: with a FRINGE of 0 the bar's rims stay as grey lines. */
TEST(seal_is_taken_off_paper_and_leaves_no_rims)
{
        struct lifted lifted;
        lift(OPAQUE, &lifted);
        CHECK(lifted.found);
        int darkest = 255;
        for (int y = BAR_AT - 4; y < BAR_AT + BAR + 4; y++) {
                for (int x = 150; x < 240; x++)
                        darkest = MIN(darkest, at(&lifted.shades[SEAL_GREY], x, y));
        }
        CHECK(darkest >= PAPER_LEAST);
        CHECK(at(&lifted.shades[SEAL_GREY], STROKE_AT + STROKE / 2, BAR_AT - 10) <= PRINT_MOST);
        release(&lifted);
}

/* Negative control: take the red level in place of what is left of the grey one: the bar hides the stroke. */
TEST(seal_shows_the_print_that_clear_ink_lets_through)
{
        struct lifted lifted;
        lift(CLEAR, &lifted);
        CHECK(lifted.found);
        for (enum seal_shade shade = 0; shade < SEAL_SHADES; shade++)
                CHECK(at(&lifted.shades[shade], STROKE_AT + STROKE / 2, BAR_AT + BAR / 2) <= PRINT_MOST);
        CHECK(at(&lifted.shades[SEAL_GREY], STROKE_AT + 6 * STROKE, BAR_AT + BAR / 2) >= PAPER_LEAST);
        release(&lifted);
}

/* Negative control: without the least share of red any card has a seal. */
TEST(seal_is_not_found_where_there_is_none)
{
        struct lifted lifted;
        lift(NONE, &lifted);
        CHECK(!lifted.found);
        CHECK(at(&lifted.shades[SEAL_GREY], WIDE / 2, HIGH / 2) == 0);
        release(&lifted);
}

/* Negative control: take the mean of the line in place of its worst place. */
TEST(seal_tells_how_much_of_a_digit_it_covers)
{
        struct lifted lifted;
        lift(OPAQUE, &lifted);
        struct box across = {0, BAR_AT - 9, WIDE, 30}, away = {0, 75, WIDE, 30};
        CHECK(seal_over(&lifted.cover, &across) > 0.3 && seal_over(&lifted.cover, &across) < 0.5);
        CHECK(seal_over(&lifted.cover, &away) < 0.02);
        release(&lifted);
}

static bool finds(const char *text, const char *want)
{
        struct printed found;
        return date_text_find(str_from(text), STR(""), &found) &&
               str_equal(printed_str(&found), str_from(want));
}

/* Negative control: let has_stain be false: the first three are dates, the wrong ones. */
TEST(date_text_takes_no_stain_for_a_mark)
{
        struct printed found;
        static const char *const stained[] = {"2020. ?1?1.", "2005.?1?1.27.", "2013. 3. 2?", "2025. 9. ??1?"};
        for (size_t i = 0; i < LEN(stained); i++)
                CHECK(!date_text_find(str_from(stained[i]), STR(""), &found));
        CHECK(finds("2016?1?15?", "2016-01-15"));
        CHECK(finds("2035? 1? 1?", "2035-01-01"));
        CHECK(finds("2016.01.15.", "2016-01-15"));
}

/* Negative controls: let joined_period() be 0: the first three are none; without what must part them, and
 * what may stand among them, so are not those behind. */
TEST(date_text_parts_a_period_whose_points_are_not_seen)
{
        struct printed found;
        static const char *const whole[] = {"20280101- 2028 1231", "갱신기간: 2028.01.01-202812.31",
                                            "2028 01 01 ~20281231"};
        static const char *const none[] = {"2028010120281231",  "2028D101-2028 1231",  "20280101- 2028 12310",
                                           "20281231-20280101", "20281301- 2028 1231", "20280101-?20281231"};
        for (size_t i = 0; i < LEN(whole); i++)
                CHECK(finds(whole[i], "2028-01-012028-12-31"));
        for (size_t i = 0; i < LEN(none); i++)
                CHECK(!date_text_find(str_from(none[i]), STR(""), &found));
}

/* Negative control: without the count of digits the last one is a date, too. */
TEST(date_text_parts_a_date_whose_mark_is_hidden)
{
        struct printed found;
        CHECK(date_text_find_joined(STR("2021.0214."), &found));
        CHECK_STR(printed_str(&found), "2021-02-14");
        CHECK(!date_text_find_joined(STR("2021.02.14."), &found));
        CHECK(!date_text_find_joined(STR("2021.2314."), &found));
        CHECK(!date_text_find_joined(STR("20210214"), &found));
        CHECK(!date_text_find_joined(STR("2021.0214.5"), &found));
}

enum { NET = 1u << OCR_NET, GLYPH = 1u << OCR_GLYPH, TWO = 1u << OCR_KOR | 1u << OCR_SCRIPT };

/* Whether a date is doubted that so many readings of some models agree on, and others read otherwise. */
static bool doubts(unsigned models, int votes, unsigned other_models, int others, double covered, bool ends)
{
        struct tally tally = {
            .sort = BASIS_DATE,
            .len = others > 0 ? 2 : 1,
            .entries = {{.text = "2016-01-07", .evidence = {.models = models, .votes = votes}},
                        {.text = "2016-01-01", .evidence = {.models = other_models, .votes = others}}}};
        return date_line_doubts_sealed(&tally, &tally.entries[0], covered, ends);
}

/* Negative controls: let is_firm() be true: the second of each three is believed. Let any other reading be a
 * doubt: the first of each is, too. */
TEST(date_under_a_seal_is_doubted_by_what_many_readings_say)
{
        CHECK(!doubts(NET | TWO, 7, 1u << OCR_ENG, 1, 0.3, false));
        CHECK(doubts(NET | TWO, 6, 1u << OCR_ENG, 1, 0.3, false));
        CHECK(doubts(NET | TWO, 9, 1u << OCR_ENG, 2, 0.3, true) && doubts(NET | TWO, 9, NET, 1, 0.3, true));
        CHECK(!doubts(NET | GLYPH | 1u << OCR_KOR, 8, NET, 2, 0.01, true));
        CHECK(doubts(NET | 1u << OCR_KOR, 8, NET, 2, 0.01, true));
        CHECK(doubts(NET | TWO, 8, NET, 2, 0.01, false) && doubts(NET | TWO, 8, NET, 3, 0.01, true));
}

/* Negative control: .6 for `half`. */
TEST(date_under_a_seal_is_doubted_where_much_is_covered)
{
        CHECK(!doubts(NET | TWO, 3, 0, 0, 0.45, false));
        CHECK(!doubts(NET | TWO, 10, 0, 0, 0.45, false) && doubts(NET | TWO, 10, 0, 0, 0.55, true));
}
