/*
 * Slips of paper over a line, on cards painted here: letters of bars, and a slip whose left side stands
 * between them or behind them.
 */
#include "vision/slip.h"

#include "unit/test.h"

#include <math.h>

enum { WIDE = 1600, HIGH = 600, PAPER = 200, INK = 40 };

static const struct box letters = {400, 300, 300, 60}, reach = {300, 300, 500, 60};

static void put(struct image *card, int x, int y, int level)
{
        memset(card->pixels + (size_t)y * card->stride + (size_t)x * 3, level, 3);
}

static void card_init(struct image *card)
{
        image_init(card, WIDE, HIGH, 3);
        memset(card->pixels, PAPER, card->stride * (size_t)HIGH);
        for (int y = letters.y; y < letters.y + letters.height; y++)
                for (int x = letters.x; x < letters.x + letters.width; x++)
                        put(card, x, y, x / 10 % 3 ? PAPER : INK);
}

/* From `top` to `bottom`, its left side at `left` in the letters' middle, so many pixels farther right on
 * every row; the side is `shadow` darker than the slip, the slip so much lighter than the paper. */
struct slip {
        int left, top, bottom;
        double slant;
        int shadow, lighter;
};

static bool is_seen(const struct slip *slip)
{
        CLEANUP(image_release) struct image card = {0};
        card_init(&card);
        for (int y = slip->top; y < slip->bottom; y++) {
                int left = slip->left + (int)lround(slip->slant * (y - letters.y - letters.height / 2));
                for (int x = left; x < left + 130; x++)
                        put(&card, x, y, PAPER + slip->lighter - (x < left + 2 ? slip->shadow : 0));
        }
        return slip_over(&card, letters, reach);
}

/* Controls: has_side of none; strength_least 0.01; over 0, for the last but one; runs_on 2, for the last;
 * slope_step 0. */
TEST(slips_are_seen_by_their_sides)
{
        static const struct {
                struct slip slip;
                bool seen;
        } cases[] = {{{.left = 600, .top = 260, .bottom = 400, .shadow = 30}, true},
                     {{.left = 720, .top = 260, .bottom = 400, .shadow = 30}, true},
                     {{.left = 600, .top = 260, .bottom = 400, .lighter = 30}, true},
                     {{.left = 600, .top = 260, .bottom = 400, .lighter = -30}, true},
                     {{.left = 600, .top = 260, .bottom = 400, .slant = 0.08, .shadow = 30}, true},
                     {{.left = 600, .top = 260, .bottom = 400, .slant = -0.08, .lighter = 30}, true},
                     {{.left = 600, .top = 260, .bottom = 400, .shadow = 5, .lighter = 5}, false},
                     {{.left = 820, .top = 260, .bottom = 400, .shadow = 30}, false},
                     {{.left = 600, .top = 300, .bottom = 360, .shadow = 30}, false},
                     {{.left = 600, .top = 100, .bottom = 560, .shadow = 30}, false}};
        CLEANUP(image_release) struct image card = {0};
        card_init(&card);
        CHECK(!slip_over(&card, letters, reach));
        for (size_t i = 0; i < LEN(cases); i++)
                CHECK(is_seen(&cases[i].slip) == cases[i].seen);
}

/* What the card lies on shows beside its side, and is not everywhere the same. Control: EDGE 8. */
TEST(slips_are_told_from_the_table_beside_the_card)
{
        static const struct box wide = {0, 300, 800, 60};
        CLEANUP(image_release) struct image card = {0};
        card_init(&card);
        for (int y = 260; y < HIGH; y++)
                for (int x = 0; x < 14; x++)
                        put(&card, x, y, INK);
        CHECK(!slip_over(&card, letters, wide));
}

/* What stands farther aside than the next letter could, as the hair of a portrait does, is none, however tall
 * the place that was found for the letters. Control: `aside` 3. */
TEST(slips_are_told_from_what_stands_far_aside)
{
        static const struct box tall = {400, 270, 300, 110}, far = {230, 270, 640, 110};
        for (int left = 740; left <= 820; left += 80) {
                CLEANUP(image_release) struct image card = {0};
                card_init(&card);
                for (int y = 260; y < 400; y++)
                        for (int x = left; x < left + 300; x++)
                                put(&card, x, y, PAPER - 40);
                CHECK(slip_over(&card, tall, far) == (left == 740));
        }
}
