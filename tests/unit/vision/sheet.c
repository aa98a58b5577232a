/*
 * Cards on a printed page: a drawn sheet full of lines, and a card of hardly another colour than its paper.
 */
#include "vision/card.h"

#include "unit/test.h"
#include "vision/quad.h"

#include <math.h>

enum { WIDE = 960, HIGH = 720, PAPER = 225, PALE = 220, INK = 70, LINE = 18, TALL = 11, WORD = 70, GAP = 8 };

/* Strokes as of small print: what stands at a point of lines, where each word has its own letters. */
static bool is_ink(int x, int y, int line, int tall)
{
        uint32_t letter = (uint32_t)((x / 3) * 7919 + (y / line) * 104729 + (y % line) / 4 * 1299709);
        letter ^= letter >> 15;
        letter *= 2654435761u;
        return y % line < tall && (x + y / line * 31) % WORD > GAP && (letter >> 24) < 140;
}

static void put(struct image *image, int x, int y, int shade)
{
        memset(image->pixels + (size_t)y * image->stride + (size_t)(3 * x), shade, 3);
}

/* A page, printed on within `page`; where `card` is given, it lies on it, with a few lines of its own. */
static void draw(const struct quad *page, const struct quad *card, struct image *ret)
{
        static const double text[4] = {0.06, 0.14, 0.62, 0.86}, portrait[4] = {0.7, 0.2, 0.92, 0.7};
        struct quad lines = {0}, face = {0};
        image_init(ret, WIDE, HIGH, 3);
        if (card) {
                lines = quad_of(card->at, text);
                face = quad_of(card->at, portrait);
        }
        for (int y = 0; y < HIGH; y++) {
                for (int x = 0; x < WIDE; x++) {
                        bool on_card = card && quad_has(card, x, y);
                        bool ink = on_card ? quad_has(&lines, x, y) && is_ink(x, y, 4 * LINE, 2 * TALL)
                                           : quad_has(page, x, y) && is_ink(x, y, LINE, TALL);
                        bool dark = on_card && quad_has(&face, x, y);
                        put(ret, x, y, ink || dark ? INK : on_card ? PALE : PAPER);
                }
        }
}

/* How far the likeliest outline's corners are from the card's, at most; of the card's width. */
static double off(const struct quad *card, const struct card_guess *guess)
{
        double most = 0, wide = hypot(card->at[1][0] - card->at[0][0], card->at[1][1] - card->at[0][1]);
        for (int i = 0; i < 4; i++)
                most = fmax(most, hypot(card->at[i][0] - guess->corners[i][0],
                                        card->at[i][1] - guess->corners[i][1]));
        return most / wide;
}

/* Negative controls: without quads_on_print() no outline is seen; without its quads_of_lines(), or without
 * blank_islands(), not that of the card that is joined to the margin. */
TEST(card_on_a_printed_page_is_where_the_print_stops)
{
        static const struct quad cards[] = {
            {{{190, 170}, {770, 170}, {770, 536}, {190, 536}}},
            {{{210, 130}, {782, 190}, {744, 551}, {172, 491}}},
            {{{60, 200}, {628, 110}, {684, 470}, {116, 560}}}, /* a corner on the margin */
        };
        static const struct quad page = {{{85, 0}, {WIDE, 0}, {WIDE, HIGH}, {85, HIGH}}};
        for (size_t i = 0; i < LEN(cards); i++) {
                CLEANUP(image_release) struct image picture = {0};
                struct card_guess guesses[CARD_GUESSES_MAX];
                draw(&page, &cards[i], &picture);
                card_guess(&picture, guesses);
                CHECK(guesses[0].fit > 0 && off(&cards[i], &guesses[0]) < 0.05);
        }
}

/* Negative control: let printed_share() answer 0. */
TEST(printed_page_alone_is_no_card)
{
        static const struct quad pages[] = {
            {{{0, 0}, {WIDE, 0}, {WIDE, HIGH}, {0, HIGH}}},
            {{{90, 0}, {WIDE, 0}, {WIDE, HIGH}, {90, HIGH}}},
            {{{80, 90}, {880, 90}, {880, 630}, {80, 630}}},
        };
        for (size_t i = 0; i < LEN(pages); i++) {
                CLEANUP(image_release) struct image picture = {0};
                struct card_guess guesses[CARD_GUESSES_MAX];
                draw(&pages[i], NULL, &picture);
                card_guess(&picture, guesses);
                CHECK(guesses[0].fit <= 0);
        }
}
