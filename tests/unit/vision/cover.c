/* What lies beside a line, on a card painted here that is half in a shadow. */
#include "vision/cover.h"

#include "unit/test.h"

enum { WIDE = 1000, HIGH = 200, DIM = 90, BRIGHT = 200, INK = 20 };

static const struct box place = {200, 80, 600, 40}, reach = {140, 80, 720, 40};

static void fill(struct image *card, struct box box, const uint8_t colour[3])
{
        for (int y = box.y; y < box.y + box.height; y++)
                for (int x = box.x; x < box.x + box.width; x++)
                        memcpy(card->pixels + (size_t)y * card->stride + (size_t)x * 3, colour, 3);
}

/* Dim as far as three quarters of the line. */
static void card_init(struct image *card)
{
        static const uint8_t dim[3] = {DIM, DIM, DIM}, bright[3] = {BRIGHT, BRIGHT, BRIGHT},
                             ink[3] = {INK, INK, INK};
        image_init(card, WIDE, HIGH, 3);
        fill(card, (struct box){0, 0, 650, HIGH}, dim);
        fill(card, (struct box){650, 0, WIDE - 650, HIGH}, bright);
        for (int x = place.x; x < place.x + place.width; x += 16)
                fill(card, (struct box){x, place.y, 6, place.height}, ink);
}

/* Controls: cover_beside() that looks at nothing within the line; is_covered() that takes red for seals
 * anywhere, or nowhere.
 */
TEST(covers_are_seen_where_the_finder_took_them_for_letters)
{
        static const uint8_t yellow[3] = {60, 200, 250}, red[3] = {40, 40, 220};
        CLEANUP(image_release) struct image card = {0};
        card_init(&card);
        fill(&card, (struct box){place.x + place.width - 40, 76, 40, 48}, yellow);
        CHECK(cover_beside(&card, place, reach, true));
        image_release(&card);
        card_init(&card);
        fill(&card, (struct box){place.x + place.width + 4, 76, 40, 48}, red);
        CHECK(cover_beside(&card, place, reach, false));
        CHECK(!cover_beside(&card, place, reach, true));
}

/* The paper is that beside which something lies. Controls: `end_wide` 100; first for last; has_cover() of
 * none. */
TEST(covers_are_told_from_the_lit_part_of_a_card)
{
        static const uint8_t skin[3] = {120, 150, 200}, white[3] = {240, 240, 240};
        CLEANUP(image_release) struct image card = {0};
        card_init(&card);
        CHECK(!cover_beside(&card, place, reach, true));
        fill(&card, (struct box){150, 60, 40, 80}, white);
        CHECK(cover_beside(&card, place, reach, true));
        image_release(&card);
        card_init(&card);
        fill(&card, (struct box){810, 60, 40, 80}, skin);
        CHECK(cover_beside(&card, place, reach, true));
}

/* Where the light begins beside the letters; and where something as light lies over no more than their line.
 * Controls: is_lit() never; is_lit() that looks neither above nor below; is_lit() of any colour. */
TEST(covers_are_told_from_where_a_shadow_ends)
{
        static const uint8_t dim[3] = {DIM, DIM, DIM}, bright[3] = {BRIGHT, BRIGHT, BRIGHT},
                             yellow[3] = {60, 200, 250};
        const struct box beside = {810, 60, 40, 80}, lit = {810, 0, WIDE - 810, HIGH};
        CLEANUP(image_release) struct image card = {0};
        card_init(&card);
        fill(&card, (struct box){650, 0, WIDE - 650, HIGH}, dim);
        for (int x = 656; x < place.x + place.width; x += 16)
                fill(&card, (struct box){x, place.y, 6, place.height}, (const uint8_t[3]){INK, INK, INK});
        CHECK(!cover_beside(&card, place, reach, true));
        fill(&card, beside, bright);
        CHECK(cover_beside(&card, place, reach, true));
        fill(&card, lit, bright);
        CHECK(!cover_beside(&card, place, reach, true));
        fill(&card, lit, yellow);
        CHECK(cover_beside(&card, place, reach, true));
}
