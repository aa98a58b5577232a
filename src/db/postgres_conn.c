#include "db/postgres_conn.h"

#include "db/postgres_values.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_MS = 5000, COMMIT_MIN_MS = 1000, SERVER_VERSION_MIN = 140000 };

/* What may be mended by trying again later. Two digits stand for their whole class. */
static bool is_transient(const char *sqlstate)
{
        static const char *const classes[] = {"08", "40", "53", "55", "57", "58", "25006"};
        for (size_t i = 0; i < LEN(classes); i++)
                if (strncmp(sqlstate, classes[i], strlen(classes[i])) == 0)
                        return true;
        return false;
}

/* Only its first line, which tells no values. */
static enum rc fail_text(struct op *op, enum rc rc, const char *text)
{
        return op_fail(op, rc, "database: %.*s", (int)strcspn(text, "\n"), text);
}

static enum rc fail_result(struct op *op, const PGresult *result)
{
        const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
        if (sqlstate == NULL)
                return fail_text(op, RC_UNAVAILABLE, PQresultErrorMessage(result));
        /* Class 22 repeats the data that it does not like. */
        if (strncmp(sqlstate, "22", 2) == 0)
                message = "wrong data";
        return op_fail(op, is_transient(sqlstate) ? RC_UNAVAILABLE : RC_INTERNAL, "database: %s (%s)",
                       message ? message : "failed", sqlstate);
}

static enum rc fail_broken(struct op *op, struct postgres_conn *conn)
{
        conn->broken = true;
        const char *text = PQerrorMessage(conn->pg);
        return fail_text(op, RC_UNAVAILABLE, *text ? text : "the connection was lost");
}

/* Until the socket is ready, or the time is over. */
static bool wait_for(const PGconn *pg, short events, int64_t deadline_ms)
{
        for (;;) {
                int64_t left_ms = MAX(deadline_ms - clock_mono_ms(), (int64_t)0);
                struct pollfd fd = {.fd = PQsocket(pg), .events = events};
                int n = poll(&fd, 1, (int)MIN(left_ms, (int64_t)60000));
                if (n > 0)
                        return true;
                if ((n < 0 && errno != EINTR) || left_ms == 0)
                        return false;
        }
}

/* The next answer, which may be NULL. */
static enum rc next_result(struct op *op, struct postgres_conn *conn, int64_t deadline_ms, PGresult **ret)
{
        while (PQisBusy(conn->pg)) {
                int unsent = PQflush(conn->pg);
                if (unsent < 0)
                        return fail_broken(op, conn);
                if (!wait_for(conn->pg, (short)(POLLIN | (unsent ? POLLOUT : 0)), deadline_ms)) {
                        conn->broken = true;
                        return op_fail(op, RC_UNAVAILABLE, "database: no answer before the deadline");
                }
                if (!PQconsumeInput(conn->pg))
                        return fail_broken(op, conn);
        }
        *ret = PQgetResult(conn->pg);
        if (*ret == NULL && PQstatus(conn->pg) == CONNECTION_BAD)
                return fail_broken(op, conn);
        return RC_OK;
}

/* Read answers up to the end of what was sent. *ret (may be NULL) is the last one; the first failure counts.
 */
static enum rc collect(struct op *op, struct postgres_conn *conn, int64_t deadline_ms, PGresult **ret)
{
        enum rc rc = RC_OK;
        PGresult *last = NULL;
        for (bool end = false; !end && !conn->broken;) {
                PGresult *result = NULL;
                enum rc read = next_result(op, conn, deadline_ms, &result);
                if (read != RC_OK) {
                        rc = read;
                        break;
                }
                ExecStatusType status = result ? PQresultStatus(result) : PGRES_EMPTY_QUERY;
                end = status == PGRES_PIPELINE_SYNC;
                if (status == PGRES_FATAL_ERROR && rc == RC_OK)
                        rc = fail_result(op, result);
                if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
                        PQclear(last);
                        last = result;
                } else {
                        PQclear(result);
                }
        }
        if (rc == RC_OK && ret) {
                *ret = last;
                return RC_OK;
        }
        PQclear(last);
        return rc;
}

/* What the last user of the connection did not wait for. */
static enum rc read_end(struct op *op, struct postgres_conn *conn, int64_t deadline_ms)
{
        enum rc rc = RC_OK;
        for (; conn->unread_ends > 0 && rc == RC_OK; conn->unread_ends--)
                rc = collect(op, conn, deadline_ms, NULL);
        return rc;
}

static bool send_plain(struct postgres_conn *conn, const char *sql)
{
        return PQsendQueryParams(conn->pg, sql, 0, NULL, NULL, NULL, NULL, 1) == 1;
}

static void drop_statement(void *user, void *handle)
{
        x_free(handle);
}

/* On the server it is forgotten with the connection. */
static bool send_statement(struct postgres_conn *conn, const char *sql, const struct postgres_params *params,
                           size_t len)
{
        char name[16];
        char *known = statements_get(&conn->base.statements, sql);
        if (known == NULL) {
                snprintf(name, sizeof(name), "s%u", ++conn->prepared);
                if (!PQsendPrepare(conn->pg, name, sql, (int)len, params->types))
                        return false;
        }
        return PQsendQueryPrepared(conn->pg, known ? known : name, (int)len, params->values, params->lens,
                                   params->formats, 1) == 1;
}

enum rc postgres_conn_run(struct op *op, struct postgres_conn *conn, const char *sql,
                          const struct db_value *params, size_t len, int64_t *ret_changed,
                          struct db_rows *ret_rows)
{
        struct postgres_params with;
        postgres_params_from(params, len, &with);
        unsigned prepared = conn->prepared;
        bool sent = conn->begin == NULL || send_plain(conn, conn->begin);
        sent = sent && send_statement(conn, sql, &with, len) && PQpipelineSync(conn->pg);
        if (!sent)
                return fail_broken(op, conn);
        enum rc rc = read_end(op, conn, op->deadline_ms);
        PGresult *result = NULL;
        if (rc == RC_OK)
                rc = collect(op, conn, op->deadline_ms, &result);
        if (rc != RC_OK)
                return rc;
        conn->begin = NULL;
        if (conn->prepared != prepared) {
                char name[16];
                snprintf(name, sizeof(name), "s%u", conn->prepared);
                statements_put(&conn->base.statements, sql, x_copy(name), drop_statement, NULL);
        }
        int64_t changed = 0;
        if (ret_changed && !str_to_int(str_from(PQcmdTuples(result)), 0, INT64_MAX, &changed))
                changed = 0;
        if (ret_rows)
                rc = postgres_rows_from(op, result, ret_rows);
        PQclear(result);
        if (rc == RC_OK && ret_changed)
                *ret_changed = changed;
        return rc;
}

enum rc postgres_conn_script(struct op *op, struct postgres_conn *conn, const char *sql)
{
        enum rc rc = RC_OK;
        if (conn->begin)
                rc = postgres_conn_run(op, conn, "SELECT 1", NULL, 0, NULL, NULL);
        if (rc == RC_OK)
                rc = read_end(op, conn, op->deadline_ms);
        if (rc != RC_OK)
                return rc;
        if (!PQexitPipelineMode(conn->pg) || !PQsendQuery(conn->pg, sql))
                return fail_broken(op, conn);
        for (;;) {
                PGresult *result = NULL;
                enum rc read = next_result(op, conn, op->deadline_ms, &result);
                if (read != RC_OK)
                        return read;
                if (result == NULL)
                        break;
                if (PQresultStatus(result) == PGRES_FATAL_ERROR && rc == RC_OK)
                        rc = fail_result(op, result);
                PQclear(result);
        }
        if (!PQenterPipelineMode(conn->pg))
                return fail_broken(op, conn);
        return rc;
}

/* An answer to COMMIT is worth waiting for a little longer: without it nobody knows. */
enum rc postgres_conn_commit(struct op *op, struct postgres_conn *conn)
{
        if (!send_plain(conn, "COMMIT") || !PQpipelineSync(conn->pg))
                return fail_broken(op, conn);
        int64_t deadline_ms = MAX(op->deadline_ms, clock_mono_ms() + COMMIT_MIN_MS);
        PGresult *result = NULL;
        enum rc rc = collect(op, conn, deadline_ms, &result);
        /* COMMIT of a failed transaction is answered by a friendly ROLLBACK. */
        if (rc == RC_OK && strcmp(PQcmdStatus(result), "COMMIT") != 0)
                rc = op_fail(op, RC_INTERNAL, "database: the transaction was rolled back");
        PQclear(result);
        return rc;
}

void postgres_conn_leave(struct postgres_conn *conn, const char *sql)
{
        if (conn->begin == NULL && !conn->broken) {
                bool sent = send_plain(conn, sql) && PQpipelineSync(conn->pg) && PQflush(conn->pg) == 0;
                conn->unread_ends++;
                conn->broken = !sent;
        }
}

static void ignore_notice(void *user, const char *message)
{
}

static enum rc connect_failed(struct op *op, PGconn *pg)
{
        /* Verbose messages name the SQLSTATE: 28…: user or password, 3D000: no such database. */
        const char *text = PQerrorMessage(pg);
        bool refused =
            strstr(text, "FATAL:  28") || strstr(text, "FATAL:  3D000") || PQconnectionNeedsPassword(pg);
        return fail_text(op, refused ? RC_CONFIG : RC_UNAVAILABLE, *text ? text : "cannot connect");
}

static enum rc connect_now(struct op *op, PGconn *pg)
{
        int64_t deadline_ms = MIN(op->deadline_ms, clock_mono_ms() + CONNECT_MS);
        if (PQstatus(pg) == CONNECTION_BAD)
                return connect_failed(op, pg);
        PQsetErrorVerbosity(pg, PQERRORS_VERBOSE);
        PQsetNoticeProcessor(pg, ignore_notice, NULL);
        PostgresPollingStatusType next = PGRES_POLLING_WRITING;
        while (next != PGRES_POLLING_OK) {
                if (next == PGRES_POLLING_FAILED)
                        return connect_failed(op, pg);
                if (!wait_for(pg, next == PGRES_POLLING_WRITING ? POLLOUT : POLLIN, deadline_ms))
                        return op_fail(op, RC_UNAVAILABLE, "database: the server does not answer");
                next = PQconnectPoll(pg);
        }
        PQsetErrorVerbosity(pg, PQERRORS_DEFAULT);
        if (PQserverVersion(pg) < SERVER_VERSION_MIN)
                return op_fail(op, RC_CONFIG, "database: PostgreSQL 14 or later is needed");
        const char *encoding = PQparameterStatus(pg, "server_encoding");
        if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
                return op_fail(op, RC_CONFIG, "database: its encoding must be UTF8");
        return RC_OK;
}

/* The server's own bounds, for where we can no longer tell it to stop; and commits that are on disk. */
static const char set_up_sql[] = "SET lock_timeout = '5s'; SET statement_timeout = '20s'; SET "
                                 "idle_in_transaction_session_timeout = '60s'; "
                                 "SELECT set_config('synchronous_commit', 'on', false) WHERE "
                                 "current_setting('synchronous_commit') = 'off'";

enum rc postgres_conn_open(struct op *op, const char *url, struct postgres_conn **ret)
{
        /* What is named after the URL takes precedence. */
        const char *const names[] = {"fallback_application_name", "tcp_user_timeout", "dbname",
                                     "client_encoding", NULL};
        const char *const values[] = {"bonin", "4000", url, "UTF8", NULL};
        struct postgres_conn *conn = x_new(1, sizeof(*conn));
        conn->pg = PQconnectStartParams(names, values, 1);
        if (conn->pg == NULL)
                abort(); /* out of memory */
        enum rc rc = connect_now(op, conn->pg);
        if (rc == RC_OK && (PQsetnonblocking(conn->pg, 1) != 0 || !PQenterPipelineMode(conn->pg)))
                rc = fail_broken(op, conn);
        if (rc == RC_OK)
                rc = postgres_conn_script(op, conn, set_up_sql);
        if (rc != RC_OK) {
                postgres_conn_close(&conn->base);
                return rc;
        }
        *ret = conn;
        return RC_OK;
}

void postgres_conn_close(struct db_conn *base)
{
        struct postgres_conn *conn = (struct postgres_conn *)base;
        statements_release(&conn->base.statements, drop_statement, NULL);
        PQfinish(conn->pg);
        x_free(conn);
}
