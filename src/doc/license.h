/*
 * Driver licences: the number RR-YY-NNNNNN-CC, whose first part is the issuing region, and the classes.
 */
#pragma once

#include "base/str.h"

enum { LICENSE_NUMBER_MAX = 16, LICENSE_CLASS_MAX = 128 };

struct license_number {
        char text[LICENSE_NUMBER_MAX]; /* "11-18-938381-92" */
        bool region_uncertain;         /* 28 and 29: sources differ on who uses them */
};

/* The number with hyphens; old ones begin with the region's name instead of its code ("서울 95-373949-01").
 * False where the form or the region is wrong. The last two digits' rule is not public: they are not checked.
 */
NODISCARD bool license_number_parse(struct str text, struct license_number *ret);
/* Find the classes that `text` names, in its order, and write them joined by blanks. Blanks inside a class do
 * not matter. False where there is none. */
NODISCARD bool license_class_parse(struct str text, char ret[LICENSE_CLASS_MAX]);
/* Whether this is a class, or a grade ("1종") or what follows one stands in it: no name, no address. */
bool license_names_class(struct str text);
