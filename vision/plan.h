/*
 * Reading a line of numbers by several readers, until they agree.
 */
#pragma once

#include "doc/printed.h"
#include "vision/page.h"

/* How a line is cut, as an index of page_ways, and by whom it is read. */
struct reading {
        size_t way;
        enum ocr_model model;
};

/* The line in a reader's words, to be tallied; false where it does not hold what is looked for. */
typedef bool find_fn(const struct page *page, struct str text, struct printed *ret);

/* What is looked for in a line: the characters for those who may be told, and how long it is where nothing is
 * missing. */
struct wanted {
        find_fn *find;
        const char *only;
        size_t whole_len;
};

/* Add to the tally what the page's first reader made of the line, and then others: different kinds and models
 * first, more ways only where they disagree. */
void read_by_plan(struct page *page, const struct page_line *line, const struct wanted *wanted,
                  struct tally *tally);
