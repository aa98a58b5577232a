/*
 * One text out of several readings of the same print, letter by letter: readings of a long line seldom agree
 * as a whole, but their mistakes lie in different places.
 */
#pragma once

#include "doc/printed.h"
#include "vision/evidence.h"

enum { CONSENSUS_READINGS_MAX = 8, CONSENSUS_POINTS_MAX = 120 };

struct consensus_reading {
        enum ocr_model model;
        uint32_t points[CONSENSUS_POINTS_MAX];
        uint16_t sure[CONSENSUS_POINTS_MAX]; /* of OCR_SURE */
        size_t len;                          /* more than CONSENSUS_POINTS_MAX: it did not fit in */
};

struct consensus {
        struct consensus_reading readings[CONSENSUS_READINGS_MAX];
        size_t len;
};

/* More letters of a reading; a line's come without its blanks. */
void consensus_take(struct consensus_reading *reading, const struct ocr_line *line);
void consensus_spell(struct consensus_reading *reading, struct str text);
/* One without letters, one that is too long, or one too many, is left out. OCR_GLYPH tells digits and marks
 * alone: it is asked about nothing else, but where it denies a digit, that is not sure. */
void consensus_add(struct consensus *consensus, const struct consensus_reading *reading);
/* All readings so far are the same, by more than one model. */
bool consensus_is_whole(const struct consensus *consensus);
/* The text, and what speaks for its weakest letters. False with nothing to read. */
bool consensus_text(const struct consensus *consensus, struct printed *ret, struct basis *ret_basis);
/* `text` with blanks where `spaced`, another reading of the same, has them. */
void consensus_space(struct str text, struct str spaced, struct printed *ret);
