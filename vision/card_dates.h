/*
 * The dates of a card.
 */
#pragma once

#include "vision/page.h"

/* Which date is which: a card is issued after birth and not after today; a licence's period lies behind it.
 * The earliest of those is the day of issue, the latest the last day. */
void read_dates(struct page *page, enum doc_kind kind, struct document_reading *ret);
/* The date that a line begins with, as its readers agree, and how probable it is. False: there is none. */
NODISCARD bool read_date(struct page *page, const struct page_line *line, struct date *ret,
                         double *ret_probability);
