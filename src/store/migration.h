/*
 * The steps of the schema, embedded from migrations/ in the order of their numbers.
 */
#pragma once

#include "base/util.h"

struct migration {
        const char *name;
        const char *sql;
        const char *postgres_sql; /* in its place on PostgreSQL; NULL: the same */
};

extern const struct migration migrations[];
extern const size_t migrations_len;
