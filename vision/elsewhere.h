/*
 * A number that must not be kept, where it stands once more: in another line, or in one that runs up, down or
 * across the card. It is known by now, so that even a poor reading tells it.
 */
#pragma once

#include "vision/page.h"

/* Have each other print of the identity number's secret half painted over, too. Nothing where no number was
 * read: such a card is not kept. */
void hide_number_elsewhere(struct page *page, struct document_reading *ret);
