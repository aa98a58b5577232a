/*
 * The fields of one kind of document, from a page that has been read once. They read further as they need.
 */
#pragma once

#include "vision/page.h"

/* Resident card, driver licence, alien card. */
void read_card(struct page *page, enum doc_kind kind, struct document_reading *ret);
void read_passport(struct page *page, struct document_reading *ret);
/* Whether the lines are of the back of such a card: 0: nothing tells; below 0: of a front, or of the back of
 * another kind. */
int back_likeness(const struct page *page, enum doc_kind kind);
/* Whether they are of the back of any card: no front is seen there. */
bool shows_back(const struct page *page);
/* The changes of address on a back, the newest of which is the address; sets nothing where there is none.
 * False where one was noted before the card of the reading was issued: the back is another card's. */
bool read_back(struct page *page, struct document_reading *ret);
