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
