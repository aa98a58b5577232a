/*
 * One text out of several readings of the same print, letter by letter: readings of a long line seldom agree
 * as a whole, but their mistakes lie in different places.
 */
#pragma once

#include "doc/printed.h"
#include "vision/ocr.h"

enum { CONSENSUS_READINGS_MAX = 8, CONSENSUS_POINTS_MAX = 120 };

struct consensus {
        struct consensus_reading {
                uint32_t points[CONSENSUS_POINTS_MAX];
                size_t len;
                enum ocr_model model;
        } readings[CONSENSUS_READINGS_MAX];
        size_t len;
};

/* Text without blanks; one that is too long, or one too many, is left out. OCR_GLYPH tells digits and marks
 * alone: it is asked about nothing else, but where it denies a digit, that is not sure. */
void consensus_add(struct consensus *consensus, struct str text, enum ocr_model model);
/* All readings so far are the same, by more than one model. */
bool consensus_is_whole(const struct consensus *consensus);
/* The text, and the confidence of its least sure letter, by the rules of tally_confidence. 0 with nothing to
 * read. */
double consensus_text(const struct consensus *consensus, struct printed *ret);
/* `text` with blanks where `spaced`, another reading of the same, has them. */
void consensus_space(struct str text, struct str spaced, struct printed *ret);
