/*
 * A switch that all processes share: whether something has been stopped, and since when (check/breaker.h).
 */
#pragma once

#include "store/store.h"

struct breaker_row {
        bool open;
        int64_t changed_at_ms; /* 0: it never has */
};

NODISCARD enum rc breaker_load(struct tx *tx, const char *name, struct breaker_row *ret);
/* Of any number that saw the row as `seen` and change it, one wins. */
NODISCARD enum rc breaker_change(struct tx *tx, const char *name, const struct breaker_row *seen, bool open,
                                 int64_t now_ms, bool *ret_won);
