/*
 * What a driver gives, and what drivers share. Only db.c and the drivers include this.
 */
#pragma once

#include "db/db.h"

#include <pthread.h>
#include <stdatomic.h>

struct db_driver {
        int connections_default;
        const char *name;
        bool remote;
        const char *const *schemes; /* of the URL, "x:", NULL-terminated */
        enum rc (*open)(struct op *op, struct str url, const struct db_options *options, struct db **ret);
        void (*close)(struct db *db);
        enum rc (*begin)(struct tx *tx);
        enum rc (*commit)(struct tx *tx); /* whatever it says, the tx is over */
        void (*rollback)(struct tx *tx);
        /* Either of the last two may be NULL. */
        enum rc (*run)(struct tx *tx, const char *sql, const struct db_value *params, size_t len,
                       int64_t *ret_changed, struct db_rows *ret_rows);
        enum rc (*script)(struct tx *tx, const char *sql);
        enum rc (*lock_schema)(struct tx *tx);
        enum rc (*lock_table)(struct tx *tx, const char *table);
        enum rc (*scrub)(struct db *db, struct op *op);
};

extern const struct db_driver sqlite_driver;
extern const struct db_driver postgres_driver;

struct db {
        const struct db_driver *driver;
        struct db_options options;
        _Atomic int64_t commits;
        _Atomic int64_t transactions;
};

/* Rows as they come. */
struct rows_builder {
        struct op *op;
        struct db_value *values;
        size_t len, cap; /* values */
        size_t columns, rows;
};

/* Room for one more row; NULL (and the op failed) where the arena is full. */
struct db_value *rows_add(struct rows_builder *builder);
static inline struct db_rows rows_done(const struct rows_builder *builder)
{
        return (struct db_rows){builder->values, builder->rows, builder->columns};
}

/* Condition variables that count by the clock of deadlines. */
void cond_init(pthread_cond_t *cond);
/* False once clock_mono_ms is past `deadline_ms`. */
bool cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline_ms);
