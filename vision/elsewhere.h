/*
 * A number that must not be kept, where it stands once more: in another line, or two, or in one that runs up,
 * down or across the card, upside down, mirrored, or lighter than its ground. It is known by now, so that
 * even a poor reading tells it. What the detector of text does not see, or takes for one with other print,
 * stays.
 */
#pragma once

#include "vision/page.h"

/* Have each other print of the identity number's secret half painted over, too. Nothing where no number was
 * read: such a card is not kept. */
void hide_number_elsewhere(struct page *page, struct document_reading *ret);
