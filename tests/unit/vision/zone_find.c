/*
 * The zone of a public specimen, found on pages that show it badly. No models are needed: the finder of
 * lines is the one without a network.
 */
#include "vision/zone_find.h"

#include "vision/card.h"

#include "unit/data.h"
#include "unit/test.h"

#include <math.h>

enum { PICTURE_WIDTH = 1334, PICTURE_HEIGHT = 880 };

static const double whole[4][2] = {
    {0, 0}, {PICTURE_WIDTH, 0}, {PICTURE_WIDTH, PICTURE_HEIGHT}, {0, PICTURE_HEIGHT}};

static void load(struct image *ret)
{
        struct buf file CLEANUP(buf_release) = {0};
        struct op op;
        op_init(&op, NULL, 1 << 26, TEST_PATIENCE_MS);
        buf_init(&file, image_limits_default.bytes_max);
        data_read("mrz/passporteye/passport-td3.png", &file);
        CHECK(image_decode(&op, buf_str(&file), &image_limits_default, ret) == RC_OK);
        CHECK(ret->width == PICTURE_WIDTH && ret->height == PICTURE_HEIGHT);
        op_release(&op);
}

static void look(const struct image *picture, const double corners[4][2], struct page *ret)
{
        struct text_lines found;
        *ret = (struct page){0};
        memcpy(ret->corners, corners, sizeof(ret->corners));
        card_straighten(picture, corners, &ret->card);
        text_shades_init(&ret->shades, &ret->card);
        text_find(NULL, &ret->card, &ret->shades, &found);
        ret->lines_len = found.level_len;
        for (size_t i = 0; i < found.level_len; i++)
                ret->lines[i].place = found.level[i];
}

/* How far the lower corners, those beside the zone, lie from each other at most, in shares of the picture's
 * width. */
static double apart(const double a[4][2], const double b[4][2])
{
        double most = 0;
        for (int i = 2; i < 4; i++)
                most = fmax(most, hypot(a[i][0] - b[i][0], a[i][1] - b[i][1]));
        return most / PICTURE_WIDTH;
}

/* The specimen, and where its zone is found on the whole of it. Release both. */
static void open_found(struct image *picture, struct page *page, double ret[4][2])
{
        load(picture);
        look(picture, whole, page);
        CHECK(zone_find(page, ret) && zone_on(page) == ZONE_UPRIGHT);
}

/* Control: page_to_picture without g and h, as if no page were seen in perspective. */
TEST(zone_find_on_a_page_of_wrong_corners)
{
        static const double wrong[4][2] = {{-150, -100}, {1500, -180}, {1560, 1060}, {-90, 960}};
        CLEANUP(image_release) struct image picture = {0};
        double expected[4][2], found[4][2];
        struct page page;
        open_found(&picture, &page, expected);
        page_release(&page);
        look(&picture, wrong, &page);
        CHECK(zone_find(&page, found));
        CHECK(apart(expected, found) < 0.03);
        page_release(&page);
}

/* The first `rows` long lines of a page as if nothing behind this share of them had been found. */
static void lose_fillers(struct page *page, size_t rows, double kept)
{
        size_t lost = 0;
        for (size_t i = 0; i < page->lines_len && lost < rows; i++) {
                struct cv_line *line = &page->lines[i].place;
                if (line->width <= 0.6 * page->card.width)
                        continue;
                *line = text_part(line, 0, kept);
                lost++;
        }
        CHECK(lost == rows);
}

/* Fillers are easily taken for ornament, and fine print through the zone hides all of them. Controls:
 * rows_from() without set_ends(); find_along() without make_whole(). */
TEST(zone_find_where_rows_lost_their_fillers)
{
        static const struct {
                size_t rows;
                double kept, off;
        } losses[] = {{1, 0.4, 0.01}, {2, 0.55, 0.03}};
        for (size_t i = 0; i < LEN(losses); i++) {
                CLEANUP(image_release) struct image picture = {0};
                double expected[4][2], found[4][2];
                struct page page;
                open_found(&picture, &page, expected);
                lose_fillers(&page, losses[i].rows, losses[i].kept);
                CHECK(zone_find(&page, found) && zone_on(&page) == ZONE_UPRIGHT);
                CHECK(apart(expected, found) < losses[i].off);
                page_release(&page);
        }
}

static void add(struct page *page, struct cv_line place)
{
        CHECK(page->lines_len < TEXT_LINES_MAX);
        page->lines[page->lines_len++].place = place;
}

/* A sheet beneath a passport has longer lines, and some end beside the zone. Controls: DIRECTIONS_MAX 1;
 * find_zone() with `around_most` for every direction. */
TEST(zone_find_on_a_sheet_whose_lines_run_another_way)
{
        enum { SHEET_LINES = 4, STEP = 90, TOP = 80, LONG = 1580 };
        static const double aslant = 0.08;
        CLEANUP(image_release) struct image picture = {0};
        double expected[4][2], found[4][2];
        struct page page;
        open_found(&picture, &page, expected);
        for (size_t i = 0, len = page.lines_len; i < len; i++) {
                struct cv_line piece = page.lines[i].place;
                if (piece.width < 0.6 * page.card.width)
                        continue;
                piece.x = line_left(&piece) - 4 * piece.height;
                piece.width = 6 * piece.height;
                piece.angle = aslant;
                add(&page, piece);
        }
        for (int i = 0; i < SHEET_LINES; i++)
                add(&page, (struct cv_line){.x = page.card.width / 2.0,
                                            .y = TOP + i * STEP,
                                            .width = LONG,
                                            .height = STEP / 3.0,
                                            .angle = aslant});
        CHECK(zone_find(&page, found) && zone_on(&page) == ZONE_UPRIGHT);
        CHECK(apart(expected, found) < 0.01);
        page_release(&page);
}
