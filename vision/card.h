/*
 * The card in the picture: where it may lie, and its straightened image with the measures taken on it.
 */
#pragma once

#include "vision/document.h"

enum { CARD_WIDTH = 1600, CARD_GUESSES_MAX = 5 };

struct card_guess {
        double corners[4][2];
        double fit;
};

/* Places where the card may lie, the likeliest first; the whole picture is among them. At least one. */
size_t card_guess(const struct image *picture, struct card_guess ret[CARD_GUESSES_MAX]);
/* Lay the inside of the corners flat: CARD_WIDTH wide, as high as its proportions ask. */
void card_straighten(const struct image *picture, const double corners[4][2], struct image *ret);
/* The same corners, read upside down. */
void card_turn(double corners[4][2]);
/* How steep the edges are within a box of the card, by the strongest of them, as in document_quality; -1
 * where there are hardly any. */
double card_sharpness(const struct image *card, struct box box);
/* Measures of a straightened card. `card_width_px` is taken from the corners. */
void card_measure(const struct image *card, const double corners[4][2], struct document_quality *ret);
