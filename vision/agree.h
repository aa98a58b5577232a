/*
 * Whether a passport or card prints what its machine-readable zone tells. Readers err more often than forgers
 * forge, so only one thing counts: the number, or the birth date, in print, with up to three digits or one
 * part of the date other than in a zone whose check digits are right, and several readings that all say so.
 */
#pragma once

#include "vision/document.h"

struct page;

/* What share of the readings says other than the zone: 0 where any says the same, or nothing is found. */
double disagreement(struct page *page, const struct document_reading *reading);
