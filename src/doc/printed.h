/*
 * Finding in a line of recognised text what documents print: titles, numbers, dates, addresses, issuers. The
 * text may be anything that a reader made of anything; blanks in it mean little.
 */
#pragma once

#include "doc/date.h"
#include "doc/field.h"

enum { PRINTED_MAX = 256, PRINTED_DATES_MAX = 4 };

/* Without blanks. */
struct printed {
        char text[PRINTED_MAX];
        size_t len;
};

void printed_squeeze(struct str text, struct printed *ret);
/* How many syllables of Hangul stand in it, whatever else does. */
size_t printed_syllables(struct str text);
static inline struct str printed_str(const struct printed *printed)
{
        return str_from_bytes(printed->text, printed->len);
}

/* How alike the most alike part of `text` is to `wanted`, by code points: 1 where it stands there. */
double printed_likeness(struct str text, struct str wanted);
/* The kind whose title stands in the line, with its likeness; DOC_UNKNOWN below 0.6. */
enum doc_kind printed_title(struct str text, double *ret_likeness);
/* A label of a field ("성명", "Name", "주소"), a title, or another word that is no one's name. */
bool printed_is_label(struct str text);
/* A label at the front, behind which another language or its value stands: "발급일 Date of issue". */
bool printed_begins_label(struct str text);

/* 13 digits, parted after the sixth or not, at most one other character between; the last such in the line.
 */
NODISCARD bool printed_id_number(struct str text, struct date today, char ret[15]);
/* A driver licence number in its form with hyphens. `ret_tail` is set where only YY-NNNNNN-CC was there,
 * whose region may have been printed as a name. */
NODISCARD bool printed_license_number(struct str text, char ret[16], bool *ret_tail);
/* Whether that begins with its region's name. */
bool printed_license_names_region(struct str text);
/* Dates in the order in which they stand: 2016.01.15, 2025. 7. 1., 2016년 1월 15일, 14 10월/OCT 2025; and,
 * alone in a line, 15.01.2016. */
size_t printed_dates(struct str text, struct date ret[PRINTED_DATES_MAX]);
/* One date at the end of its line, with the name of its month and two digits of its year: 22 SEP / SEP 19.
 * The year in *ret is without its century, so that the date is none that exists. */
NODISCARD bool printed_short_date(struct str text, struct date *ret);
/* Whether the date (YYYY-MM-DD) stands here by its year, month and day, and the day with its zero:
 * 2016.01.05; or so that it has no other digit: with its zero, or a full stop or 일 behind it. */
bool printed_pads_day(struct str text, struct str date);
bool printed_ends_day(struct str text, struct str date);
/* The Hangul syllables at the front, behind a label if there is one: up to a bracket or anything else. */
void printed_korean_name(struct str text, struct printed *ret);

/* Whether an address begins here (a province or a large city). */
bool printed_begins_address(struct str text);
/* An address with the blanks that it is written with. */
void printed_address(struct str text, struct printed *ret);
/* Whether nothing tells that a part of such an address was not seen: one bracket without the other, a number
 * of a flat without its 호, one that begins with 0, or one that has run into another, a road without a house,
 * or a mark that no address has. */
bool printed_address_is_whole(struct str address);
/* The authority of a resident card, licence or alien card, its ending and names of regions mended. False
 * where the line names none. */
NODISCARD bool printed_issuer(struct str text, enum doc_kind kind, struct printed *ret);
