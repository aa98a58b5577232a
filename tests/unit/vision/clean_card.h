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
