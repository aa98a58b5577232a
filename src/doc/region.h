/*
 * Korea's provinces and the cities, counties and districts below them, by the public list of their names
 * (districts.txt); under the names that provinces had before, too. Texts are without blanks unless it is
 * said.
 */
#pragma once

#include "base/str.h"

struct region {
        const char *province;
        const char *district; /* as it is written: "노원구", "수원시 영통구"; empty: the province alone */
};

/* All rows, the number of them in *ret_len. */
const struct region *regions(size_t *ret_len);
/* The region that a text without blanks begins with, and in *ret_len how many bytes of it. A syllable may be
 * misread in the province and one in the district, where that leaves one region only. NULL where it begins
 * with none. */
const struct region *region_at(struct str text, size_t *ret_len);
