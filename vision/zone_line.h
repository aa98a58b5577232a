/*
 * A row of a zone as a line of one format: what its readings say, brought to form, and how much speaks for
 * each character. Pure.
 */
#pragma once

#include "vision/zone_choose.h"

enum { ZONE_TEXTS_MAX = ZONE_READINGS_MAX + 1 };

/* A row as a line of a format. */
struct zone_line {
        struct {
                char text[MRZ_LINE_MAX];
                unsigned readers;
                int votes;
                size_t changed; /* fillers that had to be added or taken away */
        } said[ZONE_TEXTS_MAX]; /* different texts, with who says them; the last is what is said in common */
        size_t len;
        /* The readings one by one, and the grid's second thoughts; brought to form. */
        struct {
                char text[MRZ_LINE_MAX];
                enum zone_reader reader;
        } seen[ZONE_READINGS_MAX], doubts[ZONE_READINGS_MAX];
        size_t seen_len, doubts_len;
        double weights[ZONE_READERS]; /* of one reading */
};

/* Readings that cannot be brought to the line's length are left out. */
void zone_line_of(const struct zone_row *row, enum mrz_format format, size_t number, struct zone_line *ret);
/* How much speaks for a character at a place, and how many readers do. */
double zone_support(const struct zone_line *line, size_t at, char c, int *ret_readers);
/* Two readers that have nothing in common agree on another character there, under a check digit, and little
 * speaks for this one. */
bool zone_is_slip(const struct zone_line *line, enum mrz_format format, size_t number, size_t at, char c);
