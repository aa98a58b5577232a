/*
 * From several readings of the rows of a zone to one zone: readings are brought to the length of a format and
 * to the kinds of character that it allows, and the combination is taken whose check digits are right and
 * that most readings say. Where none is right, a character or two may be exchanged for what another reading,
 * or the grid's second thought, has in its place, if that makes all check digits right and nothing else does:
 * never in a name, a state or a sex, which have no check digit. Pure, so that it can be tested without
 * pictures.
 */
#pragma once

#include "doc/mrz.h"

enum { ZONE_ROWS_MAX = 4, ZONE_READINGS_MAX = 10, ZONE_TEXT_MAX = 64 };

enum zone_reader { ZONE_BY_GRID, ZONE_BY_MRZ, ZONE_BY_NET, ZONE_BY_ENG, ZONE_READERS };

struct zone_reading {
        enum zone_reader reader;
        char text[ZONE_TEXT_MAX];
        char doubt[ZONE_TEXT_MAX]; /* what each character might be instead, itself where nothing else; empty:
                                      as `text` */
};

struct zone_row {
        struct zone_reading readings[ZONE_READINGS_MAX];
        size_t len;
};

struct zone_choice {
        struct mrz mrz;
        size_t first_row;            /* the row of the zone's first line */
        int votes[MRZ_LINES_MAX];    /* readings that say the line */
        int readers[MRZ_LINES_MAX];  /* how many readers those are of */
        int readings[MRZ_LINES_MAX]; /* of the line, in all */
        int mended;                  /* characters exchanged so that the check digits are right */
        bool number_unsure;          /* readings differ in it in a way that no check digit sees */
};

/* The line that the dates stand in, in every format, and the names. */
enum { ZONE_DATED_LINE = 1 };
size_t zone_name_line(enum mrz_format format);
/* The best zone; false where no rows have the form of one. */
bool zone_choose(const struct zone_row *rows, size_t count, struct date today, struct zone_choice *ret);
