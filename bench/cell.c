#include "bench/cell.h"

#include <stdio.h>

/* Key fields, which count for "all right", have a star. Wrong are those accepted with a wrong field. */
static void print_head(const struct sort *sort)
{
        printf("\n%s\n%8s %4s %12s %9s %6s %8s   %13s", sort->name, "level", "n", "all right", "accepted",
               "wrong", "expired", "CPU s / worst");
        for (size_t i = 0; i < sort->fields_len; i++) {
                char name[32];
                snprintf(name, sizeof(name), "%s%s", sort->fields[i].key, sort->fields[i].is_key ? "*" : "");
                printf(" %13s", name);
        }
        printf("\n");
}

/* Counts, times, and of how many pictures with a field it was read right. */
static void print_cell(const struct sort *sort, int level, const struct cell *cell)
{
        printf("%8d %4d %4d (%3.0f %%) %9d %6d %8d   %5.2f / %5.2f", level, cell->pictures, cell->all_right,
               100.0 * cell->all_right / cell->pictures, cell->accepted, cell->wrong_accepted, cell->expired,
               cell->cpu_s / cell->pictures, cell->cpu_max_s);
        for (size_t i = 0; i < sort->fields_len; i++) {
                char right[32];
                snprintf(right, sizeof(right), "%d/%d", cell->right[i], cell->asked[i]);
                printf(" %13s", right);
        }
        printf("\n");
}

void cells_print(const struct cell cells[SORTS][LEVELS_MAX])
{
        for (size_t k = 0; k < SORTS; k++) {
                bool headed = false;
                for (int level = 0; level < LEVELS_MAX; level++) {
                        const struct cell *cell = &cells[k][level];
                        if (cell->pictures > 0 && !headed)
                                print_head(&sorts[k]);
                        if (cell->pictures > 0)
                                print_cell(&sorts[k], level, cell);
                        headed = headed || cell->pictures > 0;
                }
        }
}

void cells_print_stored(const struct cell cells[SORTS][LEVELS_MAX])
{
        struct stored_count all = {0};
        for (size_t k = 0; k < SORTS; k++) {
                for (int level = 0; level < LEVELS_MAX; level++) {
                        const struct stored_count *count = &cells[k][level].stored;
                        all.pictures += count->pictures;
                        all.kept += count->kept;
                        all.leaked += count->leaked;
                        if (count->pictures > 0)
                                printf("stored %-8s level %d: n %3d  card kept %3d  telling a number %d\n",
                                       sorts[k].name, level, count->pictures, count->kept, count->leaked);
                }
        }
        if (all.pictures > 0)
                printf("stored, all: n %d  card kept %d  telling a number %d\n", all.pictures, all.kept,
                       all.leaked);
}
