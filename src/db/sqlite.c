#include "db/sqlite_writer.h"

#include <assert.h>

struct sqlite_db {
        struct db db;
        char *path;
        struct writer writer;
        struct pool readers;
};

static struct sqlite_db *of(struct db *db)
{
        return (struct sqlite_db *)db;
}

static enum rc sqlite_open(struct op *op, struct str url, const struct db_options *options, struct db **ret)
{
        struct str path = str_sub(url, strlen("sqlite:"), url.len);
        if (path.len == 0 || str_starts_with(path, STR(":memory:")))
                return op_fail(op, RC_CONFIG, "DATABASE_URL: sqlite: needs the path of a file");
        if (memchr(path.ptr, '\0', path.len))
                return op_fail(op, RC_CONFIG, "DATABASE_URL: a NUL in the path");
        char *text = strndup(path.ptr, path.len);
        struct sqlite_conn *conn;
        enum rc rc = sqlite_conn_open(op, text, options->must_exist ? SQLITE_CONN_MUST_EXIST : 0, &conn);
        if (rc != RC_OK) {
                x_free(text);
                return rc;
        }
        struct sqlite_db *db = x_new(1, sizeof(*db));
        db->db = (struct db){.driver = &sqlite_driver, .options = *options};
        db->path = text;
        writer_init(&db->writer, &db->db, conn);
        pool_init(&db->readers, options->connections_max);
        *ret = &db->db;
        return RC_OK;
}

static void sqlite_close(struct db *base)
{
        struct sqlite_db *db = of(base);
        pool_release(&db->readers, sqlite_conn_close);
        writer_release(&db->writer);
        x_free(db->path);
        x_free(db);
}

static enum rc begin_read(struct sqlite_db *db, struct tx *tx)
{
        struct db_conn *base;
        enum rc rc = pool_take(&db->readers, tx->op, &base);
        if (rc != RC_OK)
                return rc;
        struct sqlite_conn *conn = (struct sqlite_conn *)base;
        if (conn == NULL)
                rc = sqlite_conn_open(tx->op, db->path, SQLITE_CONN_READ, &conn);
        if (rc != RC_OK) {
                pool_drop(&db->readers);
                return rc;
        }
        conn->deadline_ms = tx->op->deadline_ms;
        rc = sqlite_conn_do(tx->op, conn, "BEGIN");
        if (rc != RC_OK) {
                pool_give(&db->readers, &conn->base);
                return rc;
        }
        tx->conn = &conn->base;
        return RC_OK;
}

static void end_read(struct sqlite_db *db, struct tx *tx)
{
        struct sqlite_conn *conn = (struct sqlite_conn *)tx->conn;
        conn->deadline_ms = INT64_MAX; /* past its deadline too it must come out of the transaction */
        sqlite3_exec(conn->handle, "ROLLBACK", NULL, NULL, NULL);
        pool_give(&db->readers, tx->conn);
}

static enum rc sqlite_begin(struct tx *tx)
{
        struct sqlite_db *db = of(tx->db);
        if (tx->mode == TX_READ)
                return begin_read(db, tx);
        tx->conn = &db->writer.conn->base;
        return writer_begin(&db->writer, tx->op);
}

static enum rc sqlite_commit(struct tx *tx)
{
        struct sqlite_db *db = of(tx->db);
        if (tx->mode == TX_WRITE)
                return writer_commit(&db->writer, tx->op);
        end_read(db, tx);
        return RC_OK;
}

static void sqlite_rollback(struct tx *tx)
{
        struct sqlite_db *db = of(tx->db);
        if (tx->mode == TX_WRITE)
                writer_rollback(&db->writer);
        else
                end_read(db, tx);
}

static enum rc sqlite_run(struct tx *tx, const char *sql, const struct db_value *params, size_t len,
                          int64_t *ret_changed, struct db_rows *ret_rows)
{
        struct sqlite_conn *conn = (struct sqlite_conn *)tx->conn;
        /* A member that went wrong may have taken the shared transaction with it; on its own, outside of one,
         * the next statement would be committed at once. */
        if (sqlite3_get_autocommit(conn->handle))
                return op_fail(tx->op, RC_UNAVAILABLE, "database: the transaction was undone");
        return sqlite_conn_run(tx->op, conn, sql, params, len, ret_changed, ret_rows);
}

static enum rc sqlite_script(struct tx *tx, const char *sql)
{
        struct sqlite_conn *conn = (struct sqlite_conn *)tx->conn;
        if (sqlite3_exec(conn->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
                return sqlite_conn_fail(tx->op, conn, "script");
        return RC_OK;
}

/* BEGIN IMMEDIATE has done it. */
static enum rc sqlite_lock_schema(struct tx *tx)
{
        assert(tx->mode == TX_WRITE);
        return RC_OK;
}

/* There is one writer, and it is us. */
static enum rc sqlite_lock_table(struct tx *tx, const char *table)
{
        return RC_OK;
}

static enum rc sqlite_scrub(struct db *db, struct op *op)
{
        return writer_checkpoint(&of(db)->writer, op);
}

const struct db_driver sqlite_driver = {
    .name = "sqlite",
    .connections_default = 4, /* reading is CPU alone: more would only hold more cache */
    .schemes = (const char *const[]){"sqlite:", NULL},
    .open = sqlite_open,
    .close = sqlite_close,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .run = sqlite_run,
    .script = sqlite_script,
    .lock_schema = sqlite_lock_schema,
    .lock_table = sqlite_lock_table,
    .scrub = sqlite_scrub,
};
