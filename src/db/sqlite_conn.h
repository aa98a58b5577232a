/*
 * One SQLite connection: opened as we want it, statements, values, and failures in our words.
 */
#pragma once

#include "db/pool.h"

#include <sqlite3.h>

struct sqlite_conn {
        struct db_conn base;
        sqlite3 *handle;
        int64_t deadline_ms; /* of who uses it now: bounds waiting for other programs, and reading */
};

enum { SQLITE_CONN_READ = 1, SQLITE_CONN_MUST_EXIST = 2 };

NODISCARD enum rc sqlite_conn_open(struct op *op, const char *path, unsigned flags, struct sqlite_conn **ret);
void sqlite_conn_close(struct db_conn *conn);
/* Fail the op with what the connection last said. `doing`: a few words. */
enum rc sqlite_conn_fail(struct op *op, const struct sqlite_conn *conn, const char *doing);
/* A statement without parameters and answer. */
NODISCARD enum rc sqlite_conn_do(struct op *op, struct sqlite_conn *conn, const char *sql);
NODISCARD enum rc sqlite_conn_run(struct op *op, struct sqlite_conn *conn, const char *sql,
                                  const struct db_value *params, size_t len, int64_t *ret_changed,
                                  struct db_rows *ret_rows);
