/*
 * The date of issue of a document that has a zone: zones do not tell it, but what they tell bounds it.
 */
#pragma once

#include "vision/zone.h"

/* Read it from the printed part, if it is there. */
void read_issue_date(struct page *page, const struct zone *zone, struct document_reading *ret);
