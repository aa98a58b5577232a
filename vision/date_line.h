/*
 * The dates of one line, as its readers agree.
 */
#pragma once

#include "vision/page.h"

/* Whether the line may hold dates. One over which a seal lies is read again without it, and keeps that
 * reading where it is a date's. */
bool date_line_may_be(struct page *page, struct page_line *line);
/* The dates of a line in ISO form, one behind the other; empty where its readers see none. In the tally. */
struct str date_line_elect(struct page *page, const struct page_line *line, struct tally *tally,
                           struct basis *ret_basis);
/* Whether a date under a seal that covers so much of one of its digits may be another, by those who read it
 * so and otherwise. `ends`: no digit of it can be hidden behind the last. Ink makes of one digit another that
 * many readers see alike; but where it covers little, one reader among many that reads otherwise slipped. */
bool date_line_doubts_sealed(const struct tally *tally, const struct tally_entry *best, double covered,
                             bool ends);
