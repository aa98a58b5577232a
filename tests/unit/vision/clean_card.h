/*
 * A specimen as it came from a scanner, and the reader for it.
 */
#pragma once

#include "vision/document.h"

struct clean_card {
        struct op op;
        struct image picture; /* BGR */
        struct reader *reader;
};

/* One of the data set of documents, by its type there ("resident"). Skips the test where the data or the
 * models are not there. Close it. */
void clean_card_open(const char *type, struct clean_card *ret);
void clean_card_close(struct clean_card *card);

/* To print some of it anew. `part` of the card, smaller, with its left top corner there. */
void clean_card_print(const struct image *part, double scale, int x, int y, struct image *card);
/* Release it. */
struct image clean_card_part(const struct image *card, struct box box);
/* In the colour of its left top corner. */
void clean_card_blank(struct image *card, struct box box);

/* Must be read as of the kind. Release what is read. */
void clean_card_read(struct clean_card *card, enum doc_kind kind, struct document_reading *ret);
/* What is read in a field; closes the card. */
struct doc_value clean_card_field(struct clean_card *card, enum doc_kind kind, enum doc_field field);
