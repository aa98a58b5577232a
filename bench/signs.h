/*
 * Counting signs of forgery: for each attack and level how many pictures show which sign, and how many would
 * be rejected, with the interval that this leaves for the share.
 */
#pragma once

#include "base/json.h"
#include "vision/document.h"

enum { SIGNS_LEVELS = 6, SIGNS_ATTACKS_MAX = 24, SIGNS_NAME_MAX = 24 };

struct signs_cell {
        int pictures, found, told, rejected, of[DOC_SIGN_COUNT], rejecting[DOC_SIGN_COUNT];
};

/* Zeroed: nothing counted yet. */
struct signs_table {
        char attacks[SIGNS_ATTACKS_MAX][SIGNS_NAME_MAX];
        size_t attacks_len;
        struct signs_cell cells[SIGNS_ATTACKS_MAX][SIGNS_LEVELS];
};

/* Where a picture of this manifest's entry is counted. NULL where its level is none, or there are too many
 * attacks. */
struct signs_cell *signs_cell_of(struct signs_table *table, const json_t *entry);
void signs_count(struct signs_cell *cell, const struct document_reading *reading);
/* On stdout. */
void signs_print(const struct signs_table *table);
