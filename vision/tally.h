/*
 * What several readers made of the same print. Repetition by one reader proves little; agreement of different
 * readers proves much.
 */
#pragma once

#include "doc/field.h"
#include "vision/ocr.h"

enum { TALLY_MAX = 24 };

struct tally {
        struct tally_entry {
                char text[DOC_TEXT_MAX];
                unsigned models;        /* bit set of enum ocr_model */
                int votes, glyph_votes; /* and how many of them the reader of glyphs gave */
        } entries[TALLY_MAX];
        size_t len;
        int votes;
};

void tally_add(struct tally *tally, struct str text, enum ocr_model model);
/* The entry that most different readers, then most readings, agree on; NULL where there is none. */
const struct tally_entry *tally_best(const struct tally *tally);
/* 0 to 1, at least 0.8 only where different readers agree, no two of them agree on something else, and the
 * reader of glyphs, where it said anything, agrees too: it is of another kind than the others, and its word
 * is a proof. Where the others disagree it decides, if it says the same of several pictures of the line and
 * never another thing. `proof`: something else that speaks for the entry, such as a right check digit. */
double tally_confidence(const struct tally *tally, const struct tally_entry *best, bool proof);
