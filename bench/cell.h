/* What is counted of the documents of one sort and level, and the tables of it. */
#pragma once

#include "bench/sort.h"
#include "bench/stored.h"

enum { LEVELS_MAX = 8 };

struct cell {
        struct stored_count stored;
        int pictures, all_right, accepted, wrong_accepted, expired;
        int right[SORT_FIELDS_MAX], asked[SORT_FIELDS_MAX];
        double cpu_s, cpu_max_s;
};

void cells_print(const struct cell cells[SORTS][LEVELS_MAX]);
/* What of them is stored; nothing where none was looked at. */
void cells_print_stored(const struct cell cells[SORTS][LEVELS_MAX]);
