/*
 * Resident registration numbers (YYMMDD-SXXXXXC) and alien registration numbers, which look alike.
 */
#pragma once

#include "doc/date.h"

enum { ID_NUMBER_TEXT_MAX = 15 }; /* "900101-1234567" */

struct id_number {
        char text[ID_NUMBER_TEXT_MAX];
        struct date birth;
        char sex; /* M or F */
        bool foreigner;
        /* Whether the last digit is what the rule before October 2020 asks for. Numbers given since have
         * random digits, and sources differ on foreigners': a wrong one moves confidence and rejects nothing.
         */
        bool check_ok;
};

/* 13 digits with or without a hyphen after the sixth. False where it has another form, its date does not
 * exist, or lies after `today` (zeroed: any date will do). */
NODISCARD bool id_number_parse(struct str text, struct date today, struct id_number *ret);
