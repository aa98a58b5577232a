/*
 * The fields of cards that are words: names, licence classes, addresses, authorities.
 */
#pragma once

#include "doc/printed.h"
#include "vision/document_field.h"

/* A word that stands for a field's name, at the left of or above its value. */
bool has_label_near(const struct page *page, const struct page_line *line, const char *const *labels,
                    size_t labels_len);

/* `number`: the line with the resident number, beside which the name stands; may be NULL. */
void read_korean_name(struct page *page, const struct page_line *number, struct document_reading *ret);
/* Part labels of names and countries from the values that were found in one line with them; those become the
 * last lines of the page. */
void label_part(struct page *page);
void read_latin_name(struct page *page, const struct page_line *number, struct document_reading *ret);
void read_license_class(struct page *page, struct document_reading *ret);
void read_address(struct page *page, struct document_reading *ret);
/* What stands in the same row behind a line: words that stand far apart are lines of their own. NULL: nothing
 * near. */
const struct page_line *next_in_row(const struct page *page, const struct page_line *line);
/* Whether an address begins in this line: a region, and a number, which may stand in the next. */
bool starts_address(const struct page *page, size_t at);
/* The date that stands before an address in its row, as in a list of changes; NULL where none does. */
const struct page_line *date_before(const struct page *page, const struct page_line *address);
/* The address that begins in this line, and what it rests on. False where none begins in it. */
bool read_address_at(struct page *page, size_t at, struct printed *ret, struct basis *ret_basis);
void read_issuer(struct page *page, enum doc_kind kind, struct document_reading *ret);
