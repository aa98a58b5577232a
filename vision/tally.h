/*
 * What several readers made of the same print, and which of it to believe.
 */
#pragma once

#include "doc/field.h"
#include "vision/evidence.h"

enum { TALLY_MAX = 24 };

struct tally {
        enum basis_sort sort;
        struct tally_entry {
                char text[DOC_TEXT_MAX];
                struct evidence evidence;
        } entries[TALLY_MAX];
        size_t len;
        int votes; /* also of those who said nothing of use */
};

/* `read`: the reading that the text was taken from. */
void tally_add(struct tally *tally, struct str text, enum ocr_model model, const struct ocr_line *read);
/* The entry that most readings agree on, where those of different readers weigh more; NULL where there is
 * none. */
const struct tally_entry *tally_best(const struct tally *tally);
/* What speaks for it. `proof`: something else does, such as a right check digit. */
struct basis tally_basis(const struct tally *tally, const struct tally_entry *best, bool proof);
/* How probable it is; 0 for none. */
double tally_confidence(const struct tally *tally, const struct tally_entry *best, bool proof);
