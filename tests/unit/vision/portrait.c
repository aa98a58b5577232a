/* Where a portrait may be, and what of it is on the card. */
#include "vision/portrait.h"

#include "unit/test.h"

/* Negative controls: each of the two ends; the painted boxes in place of the number's; without the question
 * for passports. */
TEST(portrait_stands_beside_the_number)
{
        const struct box face = {1100, 200, 300, 400};
        struct document_reading card = {.kind = DOC_DRIVER_LICENSE,
                                        .places[DOC_ID_NUMBER] = {400, 350, 500, 40}};
        CHECK(portrait_is_beside_number(&card, face));
        card.places[DOC_ID_NUMBER].y = 700;
        CHECK(portrait_is_beside_number(&card, face)); /* just below */
        card.places[DOC_ID_NUMBER].y = 900;
        CHECK(!portrait_is_beside_number(&card, face));
        card.places[DOC_ID_NUMBER].y = 10;
        CHECK(!portrait_is_beside_number(&card, face));
        card.kind = DOC_PASSPORT;
        CHECK(portrait_is_beside_number(&card, face));
        /* A period that reads like a number, and was painted to be sure. */
        card = (struct document_reading){.kind = DOC_DRIVER_LICENSE,
                                         .places[DOC_ID_NUMBER] = {400, 350, 500, 40},
                                         .paint = {{650, 350, 250, 46}, {400, 900, 500, 46}},
                                         .paint_len = 2};
        CHECK(portrait_is_beside_number(&card, face));
}

enum { WIDE = 1600, HIGH = 1009 };

/* How bright the card is there: dim on one side of its diagonal, or where the light does not reach. */
static double slanted(int x, int y)
{
        double across = (x - 450 + 0.4 * y) / 300;
        return across < 0 ? 1 : across > 1 ? 0.3 : 1 - 0.7 * across;
}

static double spotted(int x, int y)
{
        return x >= 900 && x < 1500 && y >= 200 && y < 800 ? 1 : 0.45;
}

/* Paper with a portrait: a face under hair. */
static void draw(struct image *card, double (*bright_at)(int x, int y), const struct box *portrait)
{
        static const uint8_t colours[3][3] = {{200, 215, 215}, {100, 140, 200}, {25, 20, 20}};
        image_init(card, WIDE, HIGH, 3);
        for (int y = 0; y < HIGH; y++) {
                for (int x = 0; x < WIDE; x++) {
                        bool in = x >= portrait->x && x < portrait->x + portrait->width && y >= portrait->y &&
                                  y < portrait->y + portrait->height;
                        const uint8_t *colour = colours[!in ? 0 : y < portrait->y + 150 ? 2 : 1];
                        for (int c = 0; c < 3; c++)
                                card->pixels[(size_t)y * card->stride + (size_t)(3 * x + c)] =
                                    (uint8_t)(colour[c] * bright_at(x, y));
                }
        }
}

/* Where a shadow lies over the card, most of which is in the light or most of which is in the shadow.
 * Negative controls: paper_find_shadow() that finds none; paper_is() that knows the two ends alone; is_part()
 * without either of its questions. */
TEST(portrait_is_found_under_the_edge_of_a_shadow)
{
        static const struct {
                double (*bright_at)(int x, int y);
                struct box portrait;
        } rows[] = {{slanted, {80, 250, 380, 500}}, {spotted, {80, 250, 320, 420}}};
        for (size_t i = 0; i < LEN(rows); i++) {
                const struct box *be = &rows[i].portrait;
                struct page *page = x_new(1, sizeof(*page));
                struct box is;
                draw(&page->card, rows[i].bright_at, be);
                page->lines_len = 4;
                for (int line = 0; line < 4; line++)
                        page->lines[line].place =
                            (struct cv_line){.x = 1200, .y = 300 + 100 * line, .width = 400, .height = 50};
                portrait_find(page, &is);

                CHECK(is.x <= be->x && is.x + is.width >= be->x + be->width && 3 * is.width < 5 * be->width);
                CHECK(is.y <= be->y && is.y + is.height >= be->y + be->height &&
                      3 * is.height < 5 * be->height);
                image_release(&page->card);
                x_free(page);
        }
}

/* Negative control: a corner that is moved in without the width, as it was. */
TEST(box_is_cut_at_the_edges_of_the_picture)
{
        const struct image picture = {.width = 100, .height = 60};
        static const struct {
                struct box box, within;
        } rows[] = {
            {{10, 10, 20, 20}, {10, 10, 20, 20}}, {{-10, -5, 30, 20}, {0, 0, 20, 15}},
            {{90, 50, 30, 20}, {90, 50, 10, 10}}, {{-10, -10, 200, 200}, {0, 0, 100, 60}},
            {{-30, 10, 20, 20}, {0, 10, 0, 20}},  {{120, 10, 20, 20}, {120, 10, 0, 20}},
        };
        for (size_t i = 0; i < LEN(rows); i++) {
                struct box is = box_within(&picture, rows[i].box), be = rows[i].within;
                CHECK(is.x == be.x && is.y == be.y && is.width == be.width && is.height == be.height);
        }
}
