#include "db/driver.h"

#include <assert.h>
#include <time.h>

static const struct db_driver *const drivers[] = {&sqlite_driver, &postgres_driver};

static enum rc open_with(struct op *op, const struct db_driver *driver, struct str url,
                         struct db_options *with, struct db **ret)
{
        if (with->connections_max == 0)
                with->connections_max = driver->connections_default;
        return driver->open(op, url, with, ret);
}

enum rc db_open(struct op *op, struct str url, const struct db_options *options, struct db **ret)
{
        struct db_options with = options ? *options : (struct db_options){0};
        if (with.batch_max == 0)
                with.batch_max = 64;
        if (with.batch_ms == 0)
                with.batch_ms = 5;
        for (size_t i = 0; i < LEN(drivers); i++)
                for (const char *const *scheme = drivers[i]->schemes; *scheme; scheme++)
                        if (str_starts_with(url, str_from(*scheme)))
                                return open_with(op, drivers[i], url, &with, ret);
        return op_fail(op, RC_CONFIG, "DATABASE_URL must begin with sqlite: or postgresql://");
}

void db_close(struct db *db)
{
        if (db)
                db->driver->close(db);
}

const char *db_name(const struct db *db)
{
        return db->driver->name;
}

bool db_is_remote(const struct db *db)
{
        return db->driver->remote;
}

void db_count_commits(const struct db *db, int64_t *ret_commits, int64_t *ret_transactions)
{
        *ret_commits = atomic_load(&db->commits);
        *ret_transactions = atomic_load(&db->transactions);
}

enum rc db_scrub(struct db *db, struct op *op)
{
        return db->driver->scrub(db, op);
}

static enum rc at_point(struct db *db, struct op *op, enum db_point point, const char *sql)
{
        if (db->options.hook == NULL)
                return RC_OK;
        enum rc rc = db->options.hook(db->options.hook_user, point, sql);
        return rc == RC_OK ? RC_OK : op_fail(op, rc, "database: fault injected");
}

enum rc tx_begin(struct db *db, struct op *op, enum tx_mode mode, struct tx *ret)
{
        enum rc rc = at_point(db, op, DB_POINT_BEGIN, NULL);
        if (rc != RC_OK)
                return rc;
        struct tx tx = {.db = db, .op = op, .mode = mode};
        rc = db->driver->begin(&tx);
        if (rc == RC_OK)
                *ret = tx;
        return rc;
}

enum rc tx_commit(struct tx *tx)
{
        assert(tx->db);
        if (tx->failed) {
                tx_rollback(tx);
                return op_fail(tx->op, RC_INTERNAL, "database: commit after a failed statement");
        }
        enum rc rc = at_point(tx->db, tx->op, DB_POINT_COMMIT, NULL);
        if (rc != RC_OK) {
                tx_rollback(tx);
                return rc;
        }
        rc = tx->db->driver->commit(tx);
        if (rc == RC_OK && tx->mode == TX_WRITE)
                atomic_fetch_add(&tx->db->transactions, 1);
        tx->db = NULL;
        return rc;
}

void tx_rollback(struct tx *tx)
{
        if (tx->db)
                tx->db->driver->rollback(tx);
        tx->db = NULL;
}

static enum rc run(struct tx *tx, const char *sql, const struct db_value *params, size_t len,
                   int64_t *ret_changed, struct db_rows *ret_rows)
{
        assert(tx->db);
        if (tx->failed)
                return op_fail(tx->op, RC_INTERNAL, "database: a statement after one that failed");
        enum rc rc = at_point(tx->db, tx->op, DB_POINT_STATEMENT, sql);
        if (rc == RC_OK)
                rc = tx->db->driver->run(tx, sql, params, len, ret_changed, ret_rows);
        tx->failed = rc != RC_OK;
        return rc;
}

enum rc tx_exec(struct tx *tx, const char *sql, const struct db_value *params, size_t len,
                int64_t *ret_changed)
{
        return run(tx, sql, params, len, ret_changed, NULL);
}

enum rc tx_query(struct tx *tx, const char *sql, const struct db_value *params, size_t len,
                 struct db_rows *ret)
{
        return run(tx, sql, params, len, NULL, ret);
}

enum rc tx_script(struct tx *tx, const char *sql)
{
        assert(tx->db);
        if (tx->failed)
                return op_fail(tx->op, RC_INTERNAL, "database: a statement after one that failed");
        enum rc rc = tx->db->driver->script(tx, sql);
        tx->failed = rc != RC_OK;
        return rc;
}

enum rc tx_lock_schema(struct tx *tx)
{
        enum rc rc = tx->db->driver->lock_schema(tx);
        tx->failed = rc != RC_OK;
        return rc;
}

enum rc tx_lock_table(struct tx *tx, const char *table)
{
        assert(tx->mode == TX_WRITE);
        enum rc rc = tx->db->driver->lock_table(tx, table);
        tx->failed = rc != RC_OK;
        return rc;
}

static const struct db_value *value_at(const struct db_rows *rows, size_t row, size_t column)
{
        assert(row < rows->len && column < rows->columns);
        return &rows->values[row * rows->columns + column];
}

int64_t db_get_int(const struct db_rows *rows, size_t row, size_t column)
{
        const struct db_value *value = value_at(rows, row, column);
        return value->kind == DB_INT && !value->is_null ? value->number : 0;
}

double db_get_real(const struct db_rows *rows, size_t row, size_t column)
{
        const struct db_value *value = value_at(rows, row, column);
        if (value->is_null)
                return 0;
        return value->kind == DB_REAL ? value->real : value->kind == DB_INT ? (double)value->number : 0;
}

struct str db_get_str(const struct db_rows *rows, size_t row, size_t column)
{
        const struct db_value *value = value_at(rows, row, column);
        bool bytes = value->kind == DB_TEXT || value->kind == DB_BLOB;
        return bytes && !value->is_null ? value->bytes : STR_NULL;
}

bool db_get_null(const struct db_rows *rows, size_t row, size_t column)
{
        return value_at(rows, row, column)->is_null;
}

struct db_value *rows_add(struct rows_builder *builder)
{
        if (builder->len + builder->columns > builder->cap) {
                size_t cap = builder->cap ? builder->cap * 2 : builder->columns;
                struct db_value *values = arena_alloc(&builder->op->arena, cap * sizeof(*values));
                if (values == NULL) {
                        (void)op_fail(builder->op, RC_UNAVAILABLE, "database: the answer is too large");
                        return NULL;
                }
                if (builder->len)
                        memcpy(values, builder->values, builder->len * sizeof(*values));
                builder->values = values;
                builder->cap = cap;
        }
        struct db_value *row = builder->values + builder->len;
        builder->len += builder->columns;
        builder->rows++;
        return row;
}

void cond_init(pthread_cond_t *cond)
{
        pthread_condattr_t attr;
        pthread_condattr_init(&attr);
        pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
        pthread_cond_init(cond, &attr);
        pthread_condattr_destroy(&attr);
}

bool cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline_ms)
{
        struct timespec at = {.tv_sec = deadline_ms / 1000, .tv_nsec = deadline_ms % 1000 * 1000000};
        return pthread_cond_timedwait(cond, lock, &at) == 0;
}
