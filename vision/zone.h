/*
 * Reading machine-readable zones.
 */
#pragma once

#include "doc/mrz.h"
#include "vision/page.h"

enum { ZONE_VARIANTS_MAX = 8 };

struct zone {
        struct mrz mrz;
        struct cv_line places[MRZ_LINES_MAX];
        double agreement; /* share of the readings of the line with the dates that are like the chosen one */
        int readings, name_readings; /* how many are: of that line, and of the name's */
};

/* The zone of the page, its check digits right where any reading has them right. False where none has the
 * form of a zone. */
bool zone_read(struct page *page, struct zone *ret);
