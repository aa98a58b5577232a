#include "db/sqlite_conn.h"

#include "db/sqlite_disk.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SQL_MAX = 16384, READ_STEPS = 20000 };

static enum rc rc_of(int code)
{
        switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PROTOCOL:
        case SQLITE_INTERRUPT:
        case SQLITE_NOMEM:
                return RC_UNAVAILABLE;
        case SQLITE_NOTADB:
                return RC_CONFIG;
        default:
                return RC_INTERNAL;
        }
}

enum rc sqlite_conn_fail(struct op *op, const struct sqlite_conn *conn, const char *doing)
{
        int code = sqlite3_extended_errcode(conn->handle);
        int system = sqlite3_system_errno(conn->handle);
        bool io = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
        if (io && system != 0)
                return op_fail(op, rc_of(code), "database: %s: %s: %s", doing, sqlite3_errmsg(conn->handle),
                               strerror(system));
        return op_fail(op, rc_of(code), "database: %s: %s", doing, sqlite3_errmsg(conn->handle));
}

/* Another program holds the lock: try again every millisecond, so that it is had soon after it is free. */
static int on_busy(void *user, int count)
{
        const struct sqlite_conn *conn = user;
        if (clock_mono_ms() >= conn->deadline_ms)
                return 0;
        usleep(1000);
        return 1;
}

static int on_progress(void *user)
{
        const struct sqlite_conn *conn = user;
        return clock_mono_ms() >= conn->deadline_ms;
}

/* SQLite would make it with the umask's mode; its -wal and -shm files take the mode of the file. */
static enum rc make_file(struct op *op, const char *path)
{
        int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST)
                return op_fail(op, RC_CONFIG, "database: cannot make %s: %s", path, strerror(errno));
        fd_close(&fd);
        return RC_OK;
}

static enum rc set_up(struct op *op, struct sqlite_conn *conn, bool read)
{
        static const char *const write_pragmas[] = {
            "PRAGMA synchronous=FULL",   "PRAGMA foreign_keys=ON",
            "PRAGMA secure_delete=ON",   "PRAGMA temp_store=MEMORY",
            "PRAGMA cache_size=-1500",   "PRAGMA wal_autocheckpoint=2000",
            "PRAGMA trusted_schema=OFF", "PRAGMA journal_size_limit=16777216",
        };
        static const char *const read_pragmas[] = {
            "PRAGMA query_only=ON",
            "PRAGMA temp_store=MEMORY",
            "PRAGMA cache_size=-256",
            "PRAGMA trusted_schema=OFF",
        };
        const char *const *pragmas = read ? read_pragmas : write_pragmas;
        size_t len = read ? LEN(read_pragmas) : LEN(write_pragmas);
        for (size_t i = 0; i < len; i++)
                if (sqlite3_exec(conn->handle, pragmas[i], NULL, NULL, NULL) != SQLITE_OK)
                        return sqlite_conn_fail(op, conn, "set up");
        return RC_OK;
}

/* Two programs that change a new file to WAL at once lock each other out, and SQLite does not ask the busy
 * handler whether to wait: one of them is told so at once, and finds it done when it tries again. */
static enum rc use_wal(struct op *op, struct sqlite_conn *conn)
{
        struct db_rows rows;
        enum rc rc = sqlite_conn_run(op, conn, "PRAGMA journal_mode=WAL", NULL, 0, NULL, &rows);
        while (rc != RC_OK && (sqlite3_errcode(conn->handle) & 0xff) == SQLITE_BUSY && op_left_ms(op) > 0) {
                usleep(2000);
                op_forgive(op);
                rc = sqlite_conn_run(op, conn, "PRAGMA journal_mode=WAL", NULL, 0, NULL, &rows);
        }
        if (rc != RC_OK)
                return rc;
        if (rows.len != 1 || !str_equal(db_get_str(&rows, 0, 0), STR("wal")))
                return op_fail(op, RC_CONFIG, "database: the file system cannot keep a write-ahead log");
        return RC_OK;
}

/* Before the library starts: its figures of memory cost a lock at each allocation, and nobody reads them. */
static void configure(void)
{
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum rc sqlite_conn_open(struct op *op, const char *path, unsigned flags, struct sqlite_conn **ret)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;
        pthread_once(&once, configure);
        bool read = flags & SQLITE_CONN_READ;
        enum rc rc = flags & (SQLITE_CONN_MUST_EXIST | SQLITE_CONN_READ) ? RC_OK : make_file(op, path);
        if (rc != RC_OK)
                return rc;
        struct sqlite_conn *conn = x_new(1, sizeof(*conn));
        conn->deadline_ms = op->deadline_ms;
        int mode = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
        if (sqlite3_open_v2(path, &conn->handle, mode, sqlite_disk_name()) != SQLITE_OK) {
                rc = op_fail(op, read ? RC_UNAVAILABLE : RC_CONFIG, "database: cannot open %s: %s", path,
                             sqlite3_errmsg(conn->handle));
        } else {
                sqlite3_busy_handler(conn->handle, on_busy, conn);
                /* An interrupted write would roll back the whole batch, so only reading is. */
                if (read)
                        sqlite3_progress_handler(conn->handle, READ_STEPS, on_progress, conn);
                rc = set_up(op, conn, read);
                if (rc == RC_OK && !read)
                        rc = use_wal(op, conn);
        }
        if (rc != RC_OK) {
                sqlite_conn_close(&conn->base);
                return rc;
        }
        *ret = conn;
        return RC_OK;
}

static void drop_statement(void *user, void *handle)
{
        sqlite3_finalize(handle);
}

void sqlite_conn_close(struct db_conn *base)
{
        struct sqlite_conn *conn = (struct sqlite_conn *)base;
        statements_release(&conn->base.statements, drop_statement, NULL);
        sqlite3_close_v2(conn->handle);
        x_free(conn);
}

/*
 * Our SQL in SQLite's words. `$1` is a name to SQLite, numbered as it first appears, where `?1` is the number
 * one. A row lock means nothing where there is one writer, and is not in its grammar.
 */
static bool translate(const char *sql, char ret[SQL_MAX])
{
        static const struct str locks[] = {STR("FOR UPDATE SKIP LOCKED"), STR("FOR UPDATE")};
        bool quoted = false;
        size_t len = 0;
        for (struct str rest = str_from(sql); rest.len > 0;) {
                char c = rest.ptr[0];
                size_t skip = 0;
                quoted ^= c == '\'';
                for (size_t i = 0; i < LEN(locks) && !quoted && skip == 0; i++)
                        skip = str_starts_with(rest, locks[i]) ? locks[i].len : 0;
                if (skip == 0) {
                        if (len + 1 >= SQL_MAX)
                                return false;
                        bool param = c == '$' && !quoted && rest.len > 1 && isdigit((uint8_t)rest.ptr[1]);
                        ret[len++] = param ? '?' : c;
                        skip = 1;
                }
                rest = str_sub(rest, skip, rest.len);
        }
        ret[len] = '\0';
        return true;
}

static enum rc prepare(struct op *op, struct sqlite_conn *conn, const char *sql, sqlite3_stmt **ret)
{
        *ret = statements_get(&conn->base.statements, sql);
        if (*ret)
                return RC_OK;
        char text[SQL_MAX];
        if (!translate(sql, text))
                return op_fail(op, RC_INTERNAL, "database: statement of more than %d bytes", SQL_MAX);
        if (sqlite3_prepare_v3(conn->handle, text, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) != SQLITE_OK)
                return sqlite_conn_fail(op, conn, "prepare");
        statements_put(&conn->base.statements, sql, *ret, drop_statement, NULL);
        return RC_OK;
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct db_value *value)
{
        if (value->is_null)
                return sqlite3_bind_null(stmt, at);
        switch (value->kind) {
        case DB_INT:
                return sqlite3_bind_int64(stmt, at, value->number);
        case DB_REAL:
                return sqlite3_bind_double(stmt, at, value->real);
        case DB_TEXT:
                return sqlite3_bind_text64(stmt, at, value->bytes.ptr, value->bytes.len, SQLITE_STATIC,
                                           SQLITE_UTF8);
        case DB_BLOB:
                return sqlite3_bind_blob64(stmt, at, value->bytes.ptr, value->bytes.len, SQLITE_STATIC);
        }
        return SQLITE_MISUSE;
}

static bool column(struct op *op, sqlite3_stmt *stmt, int at, struct db_value *ret)
{
        const void *bytes = NULL;
        switch (sqlite3_column_type(stmt, at)) {
        case SQLITE_INTEGER:
                *ret = db_int(sqlite3_column_int64(stmt, at));
                return true;
        case SQLITE_FLOAT:
                *ret = db_real(sqlite3_column_double(stmt, at));
                return true;
        case SQLITE_TEXT:
                bytes = sqlite3_column_text(stmt, at);
                *ret = (struct db_value){.kind = DB_TEXT};
                break;
        case SQLITE_BLOB:
                bytes = sqlite3_column_blob(stmt, at);
                *ret = (struct db_value){.kind = DB_BLOB};
                break;
        default:
                *ret = (struct db_value){.kind = DB_TEXT, .is_null = true};
                return true;
        }
        /* A blob of no bytes has no pointer, yet is no null. */
        ret->bytes = arena_copy(&op->arena,
                                str_from_bytes(bytes ? bytes : "", (size_t)sqlite3_column_bytes(stmt, at)));
        return !str_is_null(ret->bytes);
}

static enum rc step_all(struct op *op, struct sqlite_conn *conn, sqlite3_stmt *stmt,
                        struct rows_builder *builder)
{
        for (;;) {
                int code = sqlite3_step(stmt);
                if (code == SQLITE_DONE)
                        return RC_OK;
                if (code != SQLITE_ROW)
                        return sqlite_conn_fail(op, conn, "run");
                if (builder == NULL)
                        continue;
                struct db_value *row = rows_add(builder);
                if (row == NULL)
                        return op->rc;
                for (size_t i = 0; i < builder->columns; i++)
                        if (!column(op, stmt, (int)i, &row[i]))
                                return op_fail(op, RC_UNAVAILABLE, "database: the answer is too large");
        }
}

enum rc sqlite_conn_run(struct op *op, struct sqlite_conn *conn, const char *sql,
                        const struct db_value *params, size_t len, int64_t *ret_changed,
                        struct db_rows *ret_rows)
{
        sqlite3_stmt *stmt;
        enum rc rc = prepare(op, conn, sql, &stmt);
        if (rc != RC_OK)
                return rc;
        for (size_t i = 0; i < len && rc == RC_OK; i++)
                if (bind_one(stmt, (int)i + 1, &params[i]) != SQLITE_OK)
                        rc = sqlite_conn_fail(op, conn, "bind");
        struct rows_builder builder = {.op = op, .columns = (size_t)sqlite3_column_count(stmt)};
        if (rc == RC_OK)
                rc = step_all(op, conn, stmt, ret_rows ? &builder : NULL);
        sqlite3_reset(stmt);
        sqlite3_clear_bindings(stmt);
        if (rc != RC_OK)
                return rc;
        if (ret_changed)
                *ret_changed = sqlite3_changes64(conn->handle);
        if (ret_rows)
                *ret_rows = rows_done(&builder);
        return RC_OK;
}

enum rc sqlite_conn_do(struct op *op, struct sqlite_conn *conn, const char *sql)
{
        return sqlite_conn_run(op, conn, sql, NULL, 0, NULL, NULL);
}
