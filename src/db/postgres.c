#include "db/postgres_conn.h"

#include <stdlib.h>

/* What was prepared stays on the server as long as the connection: one that prepared so much is worn out. */
enum { BACKOFF_MIN_MS = 100, BACKOFF_MAX_MS = 2000, PREPARED_MAX = 4 * STATEMENTS_MAX };

struct postgres_db {
        struct db db;
        char *url;
        struct pool pool;
        /* After a connection could not be made nobody tries before retry_at_ms, so that requests fail fast
         * and a server that comes up is not stormed. */
        _Atomic int64_t retry_at_ms;
        _Atomic int64_t backoff_ms;
};

static struct postgres_db *of(struct db *db)
{
        return (struct postgres_db *)db;
}

static struct postgres_conn *conn_of(const struct tx *tx)
{
        return (struct postgres_conn *)tx->conn;
}

/* libpq's own words for a wrong URL repeat it, password and all. */
static enum rc check_url(struct op *op, const char *url)
{
        PQconninfoOption *options = PQconninfoParse(url, NULL);
        if (options == NULL)
                return op_fail(op, RC_CONFIG, "DATABASE_URL: not a URL that PostgreSQL understands");
        PQconninfoFree(options);
        return RC_OK;
}

/* Into a place that the pool has reserved; gives it back where that fails. */
static enum rc connect_one(struct postgres_db *db, struct op *op, struct postgres_conn **ret)
{
        enum rc rc = RC_OK;
        if (clock_mono_ms() < atomic_load(&db->retry_at_ms))
                rc = op_fail(op, RC_UNAVAILABLE, "database: the server did not answer a moment ago");
        if (rc == RC_OK) {
                rc = postgres_conn_open(op, db->url, ret);
                int64_t backoff_ms =
                    rc == RC_OK ? 0 : MAX(atomic_load(&db->backoff_ms) * 2, (int64_t)BACKOFF_MIN_MS);
                backoff_ms = MIN(backoff_ms, (int64_t)BACKOFF_MAX_MS);
                atomic_store(&db->backoff_ms, backoff_ms);
                atomic_store(&db->retry_at_ms, backoff_ms ? clock_mono_ms() + backoff_ms : 0);
        }
        if (rc != RC_OK)
                pool_drop(&db->pool);
        return rc;
}

static enum rc postgres_open(struct op *op, struct str url, const struct db_options *options, struct db **ret)
{
        if (memchr(url.ptr, '\0', url.len))
                return op_fail(op, RC_CONFIG, "DATABASE_URL: a NUL in it");
        char *text = strndup(url.ptr, url.len);
        enum rc rc = check_url(op, text);
        struct postgres_conn *conn = NULL;
        if (rc == RC_OK)
                rc = postgres_conn_open(op, text, &conn);
        if (rc != RC_OK) {
                x_free(text);
                return rc;
        }
        struct postgres_db *db = x_new(1, sizeof(*db));
        db->db = (struct db){.driver = &postgres_driver, .options = *options};
        db->url = text;
        pool_init(&db->pool, options->connections_max);
        db->pool.open = 1;
        pool_give(&db->pool, &conn->base);
        *ret = &db->db;
        return RC_OK;
}

static void postgres_close(struct db *base)
{
        struct postgres_db *db = of(base);
        pool_release(&db->pool, postgres_conn_close);
        explicit_bzero(db->url, strlen(db->url));
        x_free(db->url);
        x_free(db);
}

static void give(struct postgres_db *db, struct postgres_conn *conn)
{
        if (conn->broken || conn->prepared > PREPARED_MAX) {
                postgres_conn_close(&conn->base);
                pool_drop(&db->pool);
        } else {
                pool_give(&db->pool, &conn->base);
        }
}

static const char *begin_of(enum tx_mode mode)
{
        return mode == TX_READ ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN";
}

static enum rc postgres_begin(struct tx *tx)
{
        struct postgres_db *db = of(tx->db);
        struct db_conn *base;
        enum rc rc = pool_take(&db->pool, tx->op, &base);
        if (rc != RC_OK)
                return rc;
        struct postgres_conn *conn = (struct postgres_conn *)base;
        if (conn == NULL)
                rc = connect_one(db, tx->op, &conn);
        if (rc != RC_OK)
                return rc;
        conn->begin = begin_of(tx->mode);
        tx->conn = &conn->base;
        return RC_OK;
}

/* A connection that lay idle while the server went away: nothing is lost yet, so begin on a new one. */
static enum rc begin_anew(struct tx *tx)
{
        struct postgres_db *db = of(tx->db);
        struct postgres_conn *conn;
        postgres_conn_close(tx->conn);
        tx->conn = NULL;
        op_forgive(tx->op);
        enum rc rc = connect_one(db, tx->op, &conn);
        if (rc != RC_OK)
                return rc;
        conn->begin = begin_of(tx->mode);
        tx->conn = &conn->base;
        return RC_OK;
}

static enum rc postgres_run(struct tx *tx, const char *sql, const struct db_value *params, size_t len,
                            int64_t *ret_changed, struct db_rows *ret_rows)
{
        bool first = conn_of(tx)->begin != NULL;
        enum rc rc = postgres_conn_run(tx->op, conn_of(tx), sql, params, len, ret_changed, ret_rows);
        if (rc == RC_OK || !first || !conn_of(tx)->broken || op_left_ms(tx->op) == 0)
                return rc;
        rc = begin_anew(tx);
        if (rc != RC_OK)
                return rc;
        return postgres_conn_run(tx->op, conn_of(tx), sql, params, len, ret_changed, ret_rows);
}

static enum rc postgres_commit(struct tx *tx)
{
        struct postgres_conn *conn = conn_of(tx);
        enum rc rc = RC_OK;
        if (tx->mode == TX_READ) {
                postgres_conn_leave(conn, "COMMIT");
        } else if (conn->begin == NULL) {
                rc = postgres_conn_commit(tx->op, conn);
                if (rc == RC_OK)
                        atomic_fetch_add(&tx->db->commits, 1);
        }
        give(of(tx->db), conn);
        return rc;
}

static void postgres_rollback(struct tx *tx)
{
        struct postgres_conn *conn = conn_of(tx);
        if (conn == NULL) /* begin_anew had no luck */
                return;
        /* Whether BEGIN got through before a first statement failed is not known: ROLLBACK does no harm. */
        if (tx->failed)
                conn->begin = NULL;
        postgres_conn_leave(conn, "ROLLBACK");
        give(of(tx->db), conn);
}

static enum rc postgres_script(struct tx *tx, const char *sql)
{
        return postgres_conn_script(tx->op, conn_of(tx), sql);
}

static enum rc postgres_lock_schema(struct tx *tx)
{
        return postgres_conn_run(tx->op, conn_of(tx), "SELECT pg_advisory_xact_lock(7021830481)", NULL, 0,
                                 NULL, NULL);
}

static enum rc postgres_lock_table(struct tx *tx, const char *table)
{
        struct str sql = arena_printf(&tx->op->arena, "LOCK TABLE %s IN SHARE MODE", table);
        if (str_is_null(sql))
                return op_fail(tx->op, RC_UNAVAILABLE, "request memory is full");
        return postgres_conn_run(tx->op, conn_of(tx), sql.ptr, NULL, 0, NULL, NULL);
}

/* Its write-ahead log is the server's, and so is what becomes of it. */
static enum rc postgres_scrub(struct db *db, struct op *op)
{
        return RC_OK;
}

const struct db_driver postgres_driver = {
    .name = "postgresql",
    .remote = true,
    .connections_default = 24, /* each waits for the server most of its time */
    .schemes = (const char *const[]){"postgresql://", "postgres://", NULL},
    .open = postgres_open,
    .close = postgres_close,
    .begin = postgres_begin,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .run = postgres_run,
    .script = postgres_script,
    .lock_schema = postgres_lock_schema,
    .lock_table = postgres_lock_table,
    .scrub = postgres_scrub,
};
