/*
 * Countries and regions as identity cards for foreigners print them: English short names of ISO 3166-1 in
 * capitals, and forms that are usual beside them.
 */
#pragma once

#include "base/str.h"

/* The country that the text names, a letter in six misread at most, where no other is as near; NULL where
 * none is. Of its writings, see country_written(). */
const char *country_named(struct str text);
/* Whether the text may be a country of which more was misread than that, or a part of a longer one. */
bool country_is_near(struct str text);
/* One of these countries as `text` writes it: of all writings with the same letters (VIETNAM, VIET NAM) the
 * one whose blanks and points are most like those of the text. */
const char *country_written(const char *country, struct str text);
