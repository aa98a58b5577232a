#include "bench/signs.h"

#include "bench/interval.h"

#include <stdio.h>

/* Levels that an operator may let reject: those of a picture taken with care. */
enum { LEVEL_CAREFUL_MAX = 2 };

struct signs_cell *signs_cell_of(struct signs_table *table, const json_t *entry)
{
        int64_t level;
        size_t i = 0;
        struct str attack = json_get_str(entry, "attack");
        if (!json_get_int(entry, "level", 0, SIGNS_LEVELS - 1, &level))
                return NULL;
        if (attack.len == 0 || attack.len >= SIGNS_NAME_MAX)
                attack = STR("none");
        while (i < table->attacks_len && !str_equal(attack, str_from(table->attacks[i])))
                i++;
        if (i == SIGNS_ATTACKS_MAX)
                return NULL;
        if (i == table->attacks_len) {
                snprintf(table->attacks[i], SIGNS_NAME_MAX, "%.*s", STR_FMT(attack));
                table->attacks_len++;
        }
        return &table->cells[i][level];
}

void signs_count(struct signs_cell *cell, const struct document_reading *reading)
{
        cell->pictures++;
        cell->found += reading->card.pixels != NULL;
        cell->told += doc_signs_score(&reading->signs) < 1;
        cell->rejected += doc_signs_reject(&reading->signs);
        for (int i = 0; i < DOC_SIGN_COUNT; i++) {
                cell->of[i] += reading->signs.strengths[i] >= DOC_SIGN_TOLD;
                cell->rejecting[i] += reading->signs.strengths[i] >= DOC_SIGN_REJECTS;
        }
}

static void add(struct signs_cell *to, const struct signs_cell *cell)
{
        to->pictures += cell->pictures;
        to->found += cell->found;
        to->told += cell->told;
        to->rejected += cell->rejected;
        for (int i = 0; i < DOC_SIGN_COUNT; i++) {
                to->of[i] += cell->of[i];
                to->rejecting[i] += cell->rejecting[i];
        }
}

static void print_cell(const char *attack, const char *levels, const struct signs_cell *cell)
{
        double low, high;
        if (cell->pictures == 0)
                return;
        interval_wilson((size_t)cell->rejected, (size_t)cell->pictures, &low, &high);
        printf("%-8s level %s: n %3d  found %3d  told %3d  rejected %3d  %5.1f %% (%.1f to %.1f) ", attack,
               levels, cell->pictures, cell->found, cell->told, cell->rejected,
               100.0 * cell->rejected / cell->pictures, 100 * low, 100 * high);
        for (int k = 0; k < DOC_SIGN_COUNT; k++)
                if (cell->of[k])
                        printf(" %s %d (%d)", doc_sign_code((enum doc_sign)k), cell->of[k],
                               cell->rejecting[k]);
        printf("\n");
}

void signs_print(const struct signs_table *table)
{
        for (size_t i = 0; i < table->attacks_len; i++) {
                struct signs_cell careful = {0}, all = {0};
                for (int level = 0; level < SIGNS_LEVELS; level++) {
                        const struct signs_cell *cell = &table->cells[i][level];
                        char name[] = {(char)('0' + level), '\0'};
                        print_cell(table->attacks[i], name, cell);
                        add(&all, cell);
                        if (level <= LEVEL_CAREFUL_MAX)
                                add(&careful, cell);
                }
                print_cell(table->attacks[i], "0 to 2", &careful);
                print_cell(table->attacks[i], "all", &all);
        }
}
