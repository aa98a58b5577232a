/*
 * The numbers of a card.
 */
#pragma once

#include "vision/page.h"

/* The line of the identity number; its field, birth date and sex, and what must be painted over. NULL where
 * none was read. */
const struct page_line *read_id_number(struct page *page, struct document_reading *ret);
void read_license_number(struct page *page, struct document_reading *ret);
/* Whether a line that was read so holds one of them. */
bool shows_number(const struct page *page, struct str text);
