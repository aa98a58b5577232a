/*
 * One connection to a PostgreSQL server, always in libpq's pipeline mode: what is asked goes out at once,
 * BEGIN together with the first statement, and nothing waits past the op's deadline. What takes longer, or
 * fails half-way, leaves the connection broken, to be closed.
 */
#pragma once

#include "db/pool.h"

#include <libpq-fe.h>

struct postgres_conn {
        struct db_conn base;
        PGconn *pg;
        unsigned prepared;
        const char *begin; /* goes out before the next statement; NULL: it has */
        int unread_ends;   /* ends of earlier transactions that were sent, their answers not read */
        bool broken;
};

/* `url` was checked. RC_CONFIG where the server refuses user, password or database; else RC_UNAVAILABLE. */
NODISCARD enum rc postgres_conn_open(struct op *op, const char *url, struct postgres_conn **ret);
void postgres_conn_close(struct db_conn *conn);
NODISCARD enum rc postgres_conn_run(struct op *op, struct postgres_conn *conn, const char *sql,
                                    const struct db_value *params, size_t len, int64_t *ret_changed,
                                    struct db_rows *ret_rows);
/* Several statements without parameters, answers thrown away. */
NODISCARD enum rc postgres_conn_script(struct op *op, struct postgres_conn *conn, const char *sql);
/* COMMIT, and its answer. */
NODISCARD enum rc postgres_conn_commit(struct op *op, struct postgres_conn *conn);
/* End a transaction whose end nobody waits for: `sql` is COMMIT or ROLLBACK. */
void postgres_conn_leave(struct postgres_conn *conn, const char *sql);
