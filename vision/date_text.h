/*
 * What a reader's words tell of dates, and whether their ends are there.
 */
#pragma once

#include "doc/printed.h"

/* The dates of a text in ISO form, one behind the other; false where there is none, or a part of it is
 * hidden. `told`: the date that the line was seen to be, if it was: a day that is only its beginning is none.
 */
NODISCARD bool date_text_find(struct str text, struct str told, struct printed *ret);
/* The same of a date whose second mark is hidden, by a seal's frame: 2021.0214. */
NODISCARD bool date_text_find_joined(struct str text, struct printed *ret);
/* A day of one digit with nothing behind it may have lost its second; `iso` is what was made of it. */
bool date_text_is_cut_off(struct str text, struct str iso);
/* What stands behind a day of one digit may have been its second; where nothing does, the day is whole. */
bool date_text_is_unclear_at_end(struct str text);
/* One digit of it may have been taken for a letter: 201g.06.17. */
bool date_text_begins_with_year(struct str text);
/* What stands before the first four digits in a row. */
struct str date_text_before_year(struct str text);
/* "from ~ to". */
bool date_text_is_period(struct str text);
/* "~ to", the beginning stands elsewhere or nowhere. */
bool date_text_ends_period(struct str text);
/* Hangul other than what dates are written with: an address has house numbers, no dates. */
size_t date_text_words(struct str text);
