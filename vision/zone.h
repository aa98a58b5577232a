/*
 * Reading machine-readable zones.
 */
#pragma once

#include "vision/page.h"
#include "vision/zone_choose.h"

struct zone {
        struct zone_choice choice;
        struct cv_line places[MRZ_LINES_MAX];
};

/* The long rows at the foot of the page, from top to bottom, whole where the finder of lines cut them off;
 * the last ZONE_ROWS_MAX. How many. */
size_t zone_rows(const struct page *page, struct cv_line ret[ZONE_ROWS_MAX]);
/* The zone of the page, its check digits right where any reading has them right. False where none has the
 * form of a zone. */
bool zone_read(struct page *page, struct zone *ret);
/* Whether a line is the zone's, or lies below where it begins: it is not of the printed part. */
bool zone_holds(const struct page *page, const struct zone *zone, const struct page_line *line);
