/*
 * How limits are kept: a row for each rule and key, or more where one unit would be too coarse for a window.
 * For store/limit*.c alone.
 */
#pragma once

#include "store/limit.h"

enum { LIMIT_ROWS_MAX = 7 };

struct limit_row {
        size_t index; /* of the taking */
        struct db_value name, key;
        int64_t unit; /* takes that each kept time stands for */
        int64_t kept; /* times */
        int64_t gap_s;
        int64_t
            places[LIMIT_WINDOWS]; /* which of the kept times must be out of the window; 0: no such limit */
};

/* Append the rows of a taking; none where its rule sets no limit. */
NODISCARD enum rc limit_rows_add(struct tx *tx, const struct limit_rule *rule, struct str key, size_t index,
                                 struct limit_row rows[LIMIT_ROWS_MAX], size_t *len);
/* Take from each of them that has one left: ret_taken[i] tells which had. One statement. */
NODISCARD enum rc limit_rows_take(struct tx *tx, const struct limit_row *rows, size_t len, int64_t now_ms,
                                  bool *ret_taken);
NODISCARD enum rc limit_row_give(struct tx *tx, const struct limit_row *row);
/* Of one window that the row has: what is left, and when one more is free (0: now). */
NODISCARD enum rc limit_row_peek(struct tx *tx, const struct limit_row *row, enum limit_window window,
                                 int64_t now_ms, int64_t *ret_left, int64_t *ret_retry_after_s);
