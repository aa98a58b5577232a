/*
 * Names of people as documents print them: Korean ones, and Latin ones in capitals; and whether two spellings
 * name the same person.
 */
#pragma once

#include "base/str.h"

/* Hangul syllables alone, two to ten of them. */
bool person_is_korean(struct str name);
/* The name begins with a surname that is in use in Korea (the commonest two hundred, and the two-syllable
 * ones). */
bool person_has_known_surname(struct str name);
/* Latin letters in words, with inner hyphens, apostrophes and full stops; at least two letters. */
bool person_is_latin(struct str name);
/* Equal but for case, blanks, hyphens, apostrophes, full stops and the order of surname and given names. */
bool person_same(struct str a, struct str b);
/* Whether `latin` ("SHIN HEE EUN", surname first) is a way in which `korean` ("신희은") is commonly written
 * in Latin letters. */
bool person_spells(struct str korean, struct str latin);
/* Whether a name in capitals begins with a surname that is written with an O by itself: O BRIEN. */
bool person_begins_with_o(struct str latin);
