/*
 * Finding a document by its machine-readable zone, where no outline showed it: two or three rows of the same
 * length, one close under the other, in whose cells the grid's network knows the characters. That tells which
 * way up they are, too.
 */
#pragma once

#include "doc/mrz.h"
#include "vision/page.h"

/* Corners, in the picture, of a document around the zone that `page` shows; of the page only where the lines
 * are must be known. False where it shows none. */
bool zone_find(const struct page *page, double ret[4][2]);
/* Whether the page shows a zone, and which way up. */
enum zone_sight { ZONE_UNSEEN, ZONE_UPRIGHT, ZONE_ON_ITS_HEAD };
enum zone_sight zone_on(const struct page *page);
