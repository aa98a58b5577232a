/* What lies over a card, on cards painted here. */
#include "vision/obstacle.h"

#include "unit/test.h"

enum { WIDE = 1600, HIGH = 1009, PAPER = 200 };

/* Paper with lines of print, a letter's width apart. */
static void card_init(struct image *card)
{
        image_init(card, WIDE, HIGH, 3);
        memset(card->pixels, PAPER, card->stride * (size_t)HIGH);
        for (int y = 300; y < 360; y++) {
                for (int x = 100; x < 1500; x++)
                        memset(card->pixels + (size_t)y * card->stride + (size_t)x * 3,
                               x / 8 % 2 ? 30 : PAPER, 3);
        }
}

static void lay(struct image *card, struct box box, const uint8_t colour[3])
{
        for (int y = box.y; y < box.y + box.height; y++) {
                for (int x = box.x; x < box.x + box.width; x++)
                        memcpy(card->pixels + (size_t)y * card->stride + (size_t)x * 3, colour, 3);
        }
}

static enum rc over(const struct image *card, struct box box)
{
        struct obstacle_map map;
        obstacle_map_init(&map, card);
        return obstacle_over(&map, box);
}

/* Negative control: let code_of() in obstacle_map.c answer RC_OK. */
TEST(obstacles_are_seen_where_they_lie)
{
        static const uint8_t light[3] = {255, 255, 255}, skin[3] = {140, 170, 220}, black[3] = {20, 20, 20};
        const struct box name = {300, 300, 200, 60}, number = {900, 300, 300, 60}, patch = {350, 280, 96, 96};
        CLEANUP(image_release) struct image card = {0};
        card_init(&card);
        CHECK(over(&card, name) == RC_OK);
        lay(&card, patch, light);
        CHECK(over(&card, name) == RC_GLARE && over(&card, number) == RC_OK);
        lay(&card, patch, skin);
        CHECK(over(&card, name) == RC_COVERED && over(&card, number) == RC_OK);
        lay(&card, patch, black);
        CHECK(over(&card, name) == RC_COVERED);
}

/* A band of colour across the card is print, and white paper is no light. */
TEST(obstacles_are_not_seen_in_paper)
{
        static const uint8_t band[3] = {200, 170, 140};
        const struct box all = {0, 0, WIDE, HIGH};
        CLEANUP(image_release) struct image card = {0};
        card_init(&card);
        lay(&card, (struct box){0, 0, WIDE, 160}, band);
        CHECK(over(&card, all) == RC_OK);
        memset(card.pixels, 254, card.stride * (size_t)HIGH);
        CHECK(over(&card, all) == RC_OK);
}
