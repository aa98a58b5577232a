/* Smears beside a line, on cards painted here: letters of bars, and what may look like a smear and is none.
 */
#include "vision/smear.h"

#include "unit/test.h"

enum { WIDE = 1000, HIGH = 500, PAPER = 200, INK = 30 };

static const struct box letters = {400, 200, 240, 60}, line = {310, 200, 420, 60};

static void darken(struct image *card, int x, int y, int level)
{
        uint8_t *pixel = card->pixels + (size_t)y * card->stride + (size_t)x * 3;
        memset(pixel, MIN(pixel[0], level), 3);
}

static void card_init(struct image *card)
{
        image_init(card, WIDE, HIGH, 3);
        memset(card->pixels, PAPER, card->stride * (size_t)HIGH);
        for (int y = letters.y; y < letters.y + letters.height; y++)
                for (int x = letters.x + 80; x < letters.x + letters.width; x += 16)
                        for (int i = 0; i < 8; i++)
                                darken(card, x + i, y, INK);
}

/* A bar that leans as those of the flag do, `wide` pixels, so many levels dark, its sides `soft` pixels. */
static void draw_bar(struct image *card, int left, int wide, double dark, int soft)
{
        for (int y = line.y - 60; y < line.y + line.height + 60; y++) {
                int from = left - (y - line.y - line.height / 2) * 3 / 5;
                for (int x = 0; x < wide; x++) {
                        int in = MIN(MIN(x, wide - 1 - x) + 1, soft);
                        darken(card, from + x, y, (int)(PAPER - dark * in / soft));
                }
        }
}

static void draw_strokes(struct image *card, int left, int wide)
{
        for (int y = line.y; y < line.y + line.height; y++)
                for (int x = left; x < left + wide && y % 20 < 6; x++)
                        darken(card, x, y, INK);
}

/* Darkest in its middle. */
static void draw_smear(struct image *card, int left, int wide, int dark)
{
        for (int y = line.y + 5; y < line.y + line.height - 5; y++)
                for (int x = 0; x < wide; x++)
                        darken(card, left + x, y, PAPER - 2 * dark * MIN(x, wide - x) / wide);
}

/* Pale figures have sides as steep as they are dark, and the strokes of a letter have few of them, at their
 * ends. Controls: smear_over() that sees none; is_printed() never asked; `edges` there as they are. */
TEST(smears_are_told_from_figures_and_strokes)
{
        CLEANUP(image_release) struct image smeared = {0}, figured = {0}, stroked = {0};
        card_init(&smeared);
        draw_smear(&smeared, 640, 60, 70);
        CHECK(smear_over(&smeared, letters, line));
        card_init(&figured);
        draw_bar(&figured, 660, 40, 30, 4);
        CHECK(!smear_over(&figured, letters, line));
        card_init(&stroked);
        draw_strokes(&stroked, letters.x, 28);
        CHECK(!smear_over(&stroked, letters, line));
}

/* Pale stripes of one colour after another, which run into each other: each is dark in some channel only. */
static void draw_rainbow(struct image *card, int left, int wide)
{
        for (int y = line.y; y < line.y + line.height; y++) {
                for (int x = 0; x < 3 * wide; x++) {
                        uint8_t *pixel = card->pixels + (size_t)y * card->stride + (size_t)(left + x) * 3;
                        int in = MIN(x % wide, wide - 1 - x % wide), channel = 2 - x / wide;
                        pixel[channel] = (uint8_t)MIN(pixel[channel], PAPER - 100 * in / wide);
                }
        }
}

/* The same darkness in all of the channels is a smear. Control: level_of() that takes one of the channels, or
 * their mean. */
TEST(smears_are_told_from_the_colours_of_a_hologram)
{
        CLEANUP(image_release) struct image rainbow = {0}, grey = {0};
        card_init(&rainbow);
        draw_rainbow(&rainbow, 650, 60);
        CHECK(!smear_over(&rainbow, letters, line));
        card_init(&grey);
        draw_smear(&grey, 650, 60, 50);
        CHECK(smear_over(&grey, letters, line));
}
