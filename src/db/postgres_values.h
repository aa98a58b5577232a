/*
 * Values in PostgreSQL's binary form.
 */
#pragma once

#include "db/driver.h"

#include <libpq-fe.h>

enum { POSTGRES_PARAMS_MAX = 64 };

struct postgres_params {
        Oid types[POSTGRES_PARAMS_MAX];
        const char *values[POSTGRES_PARAMS_MAX];
        int lens[POSTGRES_PARAMS_MAX];
        int formats[POSTGRES_PARAMS_MAX];
        uint64_t numbers[POSTGRES_PARAMS_MAX];
};

void postgres_params_from(const struct db_value *params, size_t len, struct postgres_params *ret);
/* All rows, in the op's arena. */
NODISCARD enum rc postgres_rows_from(struct op *op, const PGresult *result, struct db_rows *ret);
