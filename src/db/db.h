/*
 * The seam to the database: one portable SQL, two drivers (SQLite, PostgreSQL), and a transaction as the only
 * way in. A db is shared by all threads; a tx belongs to one thread and one op, and lives on its stack:
 *
 *         struct tx tx CLEANUP(tx_rollback) = {0};
 *         enum rc rc = tx_begin(db, op, TX_WRITE, &tx);
 *         if (rc == RC_OK)
 *                 rc = tx_exec(&tx, "UPDATE …", (struct db_value[]){db_text(id), db_int(now)}, 2, &changed);
 *         if (rc == RC_OK)
 *                 rc = tx_commit(&tx);
 *
 * tx_commit says RC_OK only when the change is on disk. Everything else (a failed statement, a return before
 * the commit) leaves nothing behind. After a statement has failed the tx can only be rolled back.
 *
 * SQLite: writers queue, first come first served, for the one writing connection, and share commits: while
 * others wait, tx_commit hands the connection on and waits for the last of the batch, whose COMMIT (one
 * fsync) is everybody's; when that fails, it fails for all of them. So a write transaction should be short,
 * and a thread must never begin a second one while it holds a first. Readers have connections of their own
 * and never wait for the writer. PostgreSQL: each tx has a connection of the pool.
 *
 * Failures: RC_UNAVAILABLE where trying again later may help (no server, lock not had before the op's
 * deadline, disk full, deadlock); RC_INTERNAL for a wrong statement or a broken constraint. A unique key that
 * may be taken is asked for by ON CONFLICT DO NOTHING and the number of changed rows.
 */
#pragma once

#include "base/op.h"

struct db;
struct db_conn;

enum db_kind { DB_INT, DB_REAL, DB_TEXT, DB_BLOB };

/* A parameter or a column. A null still has a kind, since PostgreSQL wants to know. */
struct db_value {
        enum db_kind kind;
        bool is_null;
        int64_t number;
        double real;
        struct str bytes;
};

static inline struct db_value db_int(int64_t number)
{
        return (struct db_value){.kind = DB_INT, .number = number};
}

/* 0 becomes NULL: for times that have not come. */
static inline struct db_value db_time(int64_t wall_ms)
{
        return (struct db_value){.kind = DB_INT, .is_null = wall_ms == 0, .number = wall_ms};
}

static inline struct db_value db_real(double real)
{
        return (struct db_value){.kind = DB_REAL, .real = real};
}

/* Null views become NULL. */
static inline struct db_value db_text(struct str text)
{
        return (struct db_value){.kind = DB_TEXT, .is_null = str_is_null(text), .bytes = text};
}

static inline struct db_value db_words(const char *text)
{
        return db_text(str_from(text));
}

static inline struct db_value db_blob(struct str bytes)
{
        return (struct db_value){.kind = DB_BLOB, .is_null = str_is_null(bytes), .bytes = bytes};
}

static inline struct db_value db_bytes(const void *bytes, size_t len)
{
        return db_blob(str_from_bytes(bytes, len));
}

/* All rows of an answer, in the op's arena. */
struct db_rows {
        const struct db_value *values; /* row after row */
        size_t len;                    /* rows */
        size_t columns;
};

/* Of row `row`: 0, STR_NULL or 0.0 where the column is NULL or of another kind. Asserts that both exist. */
int64_t db_get_int(const struct db_rows *rows, size_t row, size_t column);
double db_get_real(const struct db_rows *rows, size_t row, size_t column);
struct str db_get_str(const struct db_rows *rows, size_t row, size_t column); /* text or blob */
bool db_get_null(const struct db_rows *rows, size_t row, size_t column);

enum tx_mode { TX_READ, TX_WRITE };

struct tx {
        struct db *db; /* NULL: not begun, or over */
        struct op *op;
        struct db_conn *conn;
        enum tx_mode mode;
        bool failed;
        void *user; /* of the layer above */
};

/* Where a hook is called: before the driver does it. */
enum db_point { DB_POINT_BEGIN, DB_POINT_STATEMENT, DB_POINT_COMMIT };

struct db_options {
        int connections_max; /* readers of SQLite (0: 4), all of PostgreSQL (0: 24) */
        int batch_max;       /* writers that share a COMMIT; 0: 64; 1: each its own */
        int batch_ms;        /* a batch that is older is committed though others wait; 0: 5 */
        bool must_exist;     /* SQLite: do not make the file */
        /* For tests: a delay, or a fault. Anything but RC_OK fails the call with it. */
        enum rc (*hook)(void *hook_user, enum db_point point, const char *sql);
        void *hook_user;
};

/*
 * Open `sqlite:PATH`, `postgresql://…` or `postgres://…`. A new SQLite file has mode 0600. RC_CONFIG where
 * the URL or the file is wrong, RC_UNAVAILABLE where the server does not answer; the reason names the file or
 * the host, never a password. `options` may be NULL.
 */
NODISCARD enum rc db_open(struct op *op, struct str url, const struct db_options *options, struct db **ret);
/* Waits for nobody: every tx must be over. NULL is fine. */
void db_close(struct db *db);
/* "sqlite" or "postgresql"; static. */
const char *db_name(const struct db *db);
/* Whether a statement waits for a server's answer, and with it the thread. On an embedded store whoever waits
 * does so in a park, for his turn or for a commit. */
bool db_is_remote(const struct db *db);
/* COMMITs made and transactions that they carried, since the start: group commit at work. */
void db_count_commits(const struct db *db, int64_t *ret_commits, int64_t *ret_transactions);

/* Make what was deleted unreadable on disk too, as far as the driver can: SQLite empties its write-ahead log.
 * For after an erasure; RC_UNAVAILABLE where readers are in the way until the op's deadline. */
NODISCARD enum rc db_scrub(struct db *db, struct op *op);

NODISCARD enum rc tx_begin(struct db *db, struct op *op, enum tx_mode mode, struct tx *ret);
NODISCARD enum rc tx_commit(struct tx *tx);
/* Undo. Fits CLEANUP; does nothing to a tx that was committed, rolled back, or never begun. Afterwards what a
 * write has seen is committed, so that a TX_READ begun next sees it too. */
void tx_rollback(struct tx *tx);

/*
 * One statement with parameters `$1`, `$2` …, prepared and kept by its text. `FOR UPDATE [SKIP LOCKED]` may
 * stand in it: where there is one writer it is left out. *ret_changed (may be NULL): rows changed.
 */
NODISCARD enum rc tx_exec(struct tx *tx, const char *sql, const struct db_value *params, size_t len,
                          int64_t *ret_changed);
/* One statement that answers rows: SELECT, or … RETURNING. */
NODISCARD enum rc tx_query(struct tx *tx, const char *sql, const struct db_value *params, size_t len,
                           struct db_rows *ret);
/* Several statements without parameters or answers, for migrations. Not kept. */
NODISCARD enum rc tx_script(struct tx *tx, const char *sql);

/* Within a write: nobody else migrates until this tx is over. */
NODISCARD enum rc tx_lock_schema(struct tx *tx);

/* Within a write: wait until nobody is writing to the table, and let nobody until this tx is over. */
NODISCARD enum rc tx_lock_table(struct tx *tx, const char *table);

/* tx_exec and tx_query with the parameters written out: TX_EXEC(tx, sql, &changed, db_text(a), db_int(b)). */
#define TX_EXEC(tx, sql, ret_changed, ...)                                                                   \
        tx_exec((tx), (sql), (const struct db_value[]){__VA_ARGS__},                                         \
                LEN(((const struct db_value[]){__VA_ARGS__})), (ret_changed))
#define TX_QUERY(tx, sql, ret, ...)                                                                          \
        tx_query((tx), (sql), (const struct db_value[]){__VA_ARGS__},                                        \
                 LEN(((const struct db_value[]){__VA_ARGS__})), (ret))
