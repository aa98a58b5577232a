/*
 * Calendar dates of documents: no time, no zone. A date that exists (Gregorian, 1800 to 2199) is never equal
 * to a zeroed one, which stands for "none".
 */
#pragma once

#include "base/str.h"

struct date {
        int year, month, day;
};

enum { DATE_ISO_LEN = 10 /* 2016-01-15 */, DATE_TEXT_MAX = 16 };

bool date_exists(struct date date);
/* Below, equal to or above 0 where `a` is before, the same as or after `b`. */
int date_compare(struct date a, struct date b);
/* `date` moved by whole years; 29 February becomes the 28th where it must. */
struct date date_add_years(struct date date, int years);
/* Whether whole years begin on `first` and end on `last`: on the same day of the year, or the day before it.
 */
bool date_are_whole_years(struct date first, struct date last);
/* "2026-01-31". */
void date_format(struct date date, char ret[DATE_TEXT_MAX]);
/* "2026-01-31" and nothing else. */
NODISCARD bool date_parse(struct str text, struct date *ret);
/* The day it is in Korea (UTC+9, no summer time) at this moment of clock_wall_ms. */
struct date date_of_korea(int64_t wall_ms);
