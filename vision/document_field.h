/*
 * Writing down what was read of a document: a field, where it lies, what is to be painted over.
 */
#pragma once

#include "vision/page.h"

/* Set a field with the probability that is due to what it rests on. */
void set_field(struct document_reading *reading, enum doc_field field, struct str text,
               const struct basis *basis, enum basis_sort sort);
/* Set it to what readers agree on, if they say anything. */
void set_agreed(struct document_reading *reading, enum doc_field field, const struct tally *tally,
                bool proof);
/* Tell where a field was read: here, too. */
void place_field(struct document_reading *reading, enum doc_field field, const struct cv_line *line);
/* Where all fields stand that were read. */
struct box fields_box(const struct document_reading *reading);
/* Have a box of the card painted over; where there is no room for more, the number counts as missed. */
void paint_box(struct document_reading *reading, struct box box);
/* The same of a share of a line, with a margin. */
void paint_line(struct document_reading *reading, const struct cv_line *line, double from, double to);
