#include "store/job.h"
#include "store/internal.h"

#include <assert.h>

#define PLACE "jobs.payload"
#define COLUMNS                                                                                              \
        "id, kind, session_id, subject_id, state, due_at, attempts, attempts_max, lease_owner, error, "      \
        "created_at, payload"

static const char *const state_names[] = {
    [JOB_QUEUED] = "queued",
    [JOB_LEASED] = "leased",
    [JOB_DONE] = "done",
    [JOB_FAILED] = "failed",
};

static enum job_state state_of(struct str name)
{
        for (size_t i = 0; i < LEN(state_names); i++)
                if (str_equal(name, str_from(state_names[i])))
                        return (enum job_state)i;
        return JOB_FAILED;
}

static struct job job_of(const struct session *session, const struct job_new *new)
{
        bool leased = !str_is_null(new->lease_owner);
        int64_t run_after = new->run_after_ms ? new->run_after_ms : new->now_ms;
        struct job job = {
            .kind = str_from(new->kind),
            .session_id = session ? str_from(session->id) : STR_NULL,
            .subject_id = new->subject_id,
            .payload = new->payload,
            .state = leased ? JOB_LEASED : JOB_QUEUED,
            .attempts = leased ? 1 : 0,
            .attempts_max = new->attempts_max ? new->attempts_max : JOB_ATTEMPTS_MAX,
            .run_after_ms = run_after,
            .lease_until_ms = leased ? new->now_ms + new->lease_ms : 0,
            .created_at_ms = new->now_ms,
            .lease_owner = new->lease_owner,
        };
        id_make_ordered(new->now_ms, job.id);
        return job;
}

enum rc job_insert(struct tx *tx, const struct session *session, const struct job_new *new, struct job *ret)
{
        static const char sql[] =
            "INSERT INTO jobs (id, kind, session_id, subject_id, state, due_at, attempts, attempts_max, "
            "lease_owner, created_at, payload) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        assert(new->lease_owner.len < JOB_OWNER_MAX);
        struct job job = job_of(session, new);
        struct db_value payload = db_blob(new->payload);
        enum rc rc = RC_OK;
        if (session)
                rc = sealed_make(tx->op, session->data_key, PLACE, job.id, new->payload, &payload);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, sql, NULL, db_words(job.id), db_text(job.kind), db_text(job.session_id),
                             db_text(job.subject_id), db_words(state_names[job.state]),
                             db_int(job.state == JOB_LEASED ? job.lease_until_ms : job.run_after_ms),
                             db_int(job.attempts), db_int(job.attempts_max), db_text(job.lease_owner),
                             db_int(new->now_ms), payload);
        if (rc != RC_OK)
                return rc;
        /* The job may outlive the session that it was made for, which is lent to one writer. */
        job.session_id = arena_copy(&tx->op->arena, job.session_id);
        job.subject_id = arena_copy(&tx->op->arena, job.subject_id);
        *ret = job;
        return RC_OK;
}

/* All but the payload. */
static struct job from_row(const struct db_rows *rows, size_t row)
{
        int64_t due_at = db_get_int(rows, row, 5);
        struct job job = {
            .kind = db_get_str(rows, row, 1),
            .session_id = db_get_str(rows, row, 2),
            .subject_id = db_get_str(rows, row, 3),
            .state = state_of(db_get_str(rows, row, 4)),
            .attempts = db_get_int(rows, row, 6),
            .attempts_max = db_get_int(rows, row, 7),
            .lease_owner = db_get_str(rows, row, 8),
            .error = db_get_str(rows, row, 9),
            .created_at_ms = db_get_int(rows, row, 10),
        };
        id_copy(job.id, db_get_str(rows, row, 0));
        job.run_after_ms = job.state == JOB_QUEUED ? due_at : 0;
        job.lease_until_ms = job.state == JOB_LEASED ? due_at : 0;
        job.finished_at_ms = job.state >= JOB_DONE ? due_at : 0;
        job.exhausted = job.attempts > job.attempts_max;
        return job;
}

static enum rc open_payload(struct tx *tx, struct str payload, struct job *job)
{
        uint8_t key[SEAL_KEY_LEN];
        bool erased;
        job->payload = payload;
        if (str_is_null(payload) || str_is_null(job->session_id))
                return RC_OK;
        enum rc rc = session_key_load(tx, job->session_id, key, &erased);
        if (rc != RC_OK)
                return rc;
        job->payload = STR_NULL;
        if (!erased)
                rc = sealed_open(tx->op, key, PLACE, job->id, payload, &job->payload);
        explicit_bzero(key, sizeof(key));
        return rc;
}

enum rc job_claim(struct tx *tx, const struct job_claim *claim, struct job **ret, size_t *ret_len)
{
        static const char sql[] =
            "UPDATE jobs SET state = 'leased', attempts = attempts + 1, lease_owner = $1, due_at = $2 "
            "WHERE id IN (SELECT id FROM jobs WHERE state IN ('queued', 'leased') AND due_at <= $3 "
            "AND ($4 = '' OR kind = $4) ORDER BY due_at LIMIT $5 FOR UPDATE SKIP LOCKED) "
            "RETURNING " COLUMNS;
        assert(claim->owner.len > 0 && claim->owner.len < JOB_OWNER_MAX);
        struct db_rows rows;
        enum rc rc =
            TX_QUERY(tx, sql, &rows, db_text(claim->owner), db_int(claim->now_ms + claim->lease_ms),
                     db_int(claim->now_ms), db_words(claim->kind ? claim->kind : ""), db_int(claim->max));
        if (rc != RC_OK)
                return rc;
        struct job *jobs = arena_alloc(&tx->op->arena, MAX(rows.len, (size_t)1) * sizeof(*jobs));
        if (jobs == NULL)
                return arena_full(tx->op);
        for (size_t i = 0; i < rows.len && rc == RC_OK; i++) {
                jobs[i] = from_row(&rows, i);
                if (open_payload(tx, db_get_str(&rows, i, 11), &jobs[i]) != RC_OK) {
                        /* It runs without, and so comes to its end: refused, it would be first in the queue
                         * again, for ever. */
                        jobs[i].payload = STR_NULL;
                        op_forgive(tx->op);
                }
        }
        if (rc != RC_OK)
                return rc;
        *ret = jobs;
        *ret_len = rows.len;
        return RC_OK;
}

/* One owner may lease the same job twice, so the lease is told by its number too. */
#define HELD " WHERE id = $1 AND state = 'leased' AND lease_owner = $2 AND attempts = $3"

#define UPDATE_HELD(tx, sql, job, ret_held, ...)                                                             \
        update_held((tx), (sql), (job), (const struct db_value[]){__VA_ARGS__},                              \
                    LEN(((const struct db_value[]){__VA_ARGS__})), (ret_held))

/* `more` are the parameters from $4. */
static enum rc update_held(struct tx *tx, const char *sql, const struct job *job, const struct db_value *more,
                           size_t len, bool *ret_held)
{
        struct db_value params[8] = {db_words(job->id), db_text(job->lease_owner), db_int(job->attempts)};
        int64_t changed;
        assert(len <= LEN(params) - 3);
        memcpy(params + 3, more, len * sizeof(*more));
        enum rc rc = tx_exec(tx, sql, params, len + 3, &changed);
        if (rc == RC_OK)
                *ret_held = changed == 1;
        return rc;
}

enum rc job_finish(struct tx *tx, const struct job *job, int64_t now_ms, bool *ret_held)
{
        return UPDATE_HELD(tx,
                           "UPDATE jobs SET state = 'done', due_at = $4, payload = NULL, error = NULL" HELD,
                           job, ret_held, db_int(now_ms));
}

enum rc job_fail(struct tx *tx, const struct job *job, const char *error, int64_t now_ms, bool *ret_held)
{
        return UPDATE_HELD(tx,
                           "UPDATE jobs SET state = 'failed', due_at = $4, payload = NULL, error = $5" HELD,
                           job, ret_held, db_int(now_ms), db_words(error));
}

enum rc job_retry(struct tx *tx, const struct job *job, int64_t run_after_ms, const char *error,
                  bool *ret_held)
{
        return UPDATE_HELD(
            tx, "UPDATE jobs SET state = 'queued', lease_owner = NULL, due_at = $4, error = $5" HELD, job,
            ret_held, db_int(run_after_ms), db_words(error));
}

enum rc job_put_back(struct tx *tx, const struct job *job, int64_t now_ms, bool *ret_held)
{
        return UPDATE_HELD(tx,
                           "UPDATE jobs SET state = 'queued', lease_owner = NULL, due_at = $4, "
                           "attempts = attempts - 1" HELD,
                           job, ret_held, db_int(now_ms));
}

enum rc job_extend(struct tx *tx, const struct job *job, int64_t lease_until_ms, bool *ret_held)
{
        return UPDATE_HELD(tx, "UPDATE jobs SET due_at = $4" HELD, job, ret_held, db_int(lease_until_ms));
}

enum rc job_load(struct tx *tx, struct str id, struct job *ret)
{
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, "SELECT " COLUMNS " FROM jobs WHERE id = $1", &rows, db_text(id));
        if (rc != RC_OK)
                return rc;
        if (rows.len == 0)
                return op_fail(tx->op, RC_NOT_FOUND, "no such job");
        *ret = from_row(&rows, 0);
        return RC_OK;
}

enum rc job_free_expired_leases(struct tx *tx, int64_t now_ms, int64_t *ret_freed)
{
        return TX_EXEC(tx,
                       "UPDATE jobs SET state = 'queued', lease_owner = NULL "
                       "WHERE state = 'leased' AND due_at <= $1",
                       ret_freed, db_int(now_ms));
}

enum rc job_clock_set_back(struct tx *tx, int64_t now_ms, int64_t back_ms, int64_t lease_ms)
{
        static const char sql[] =
            "UPDATE jobs SET due_at = CASE WHEN state = 'queued' THEN due_at - $1 WHEN due_at > $2 THEN $2 "
            "ELSE due_at END WHERE state IN ('queued', 'leased')";
        return TX_EXEC(tx, sql, NULL, db_int(back_ms), db_int(now_ms + lease_ms));
}

enum rc job_clean(struct tx *tx, int64_t before_ms, int64_t *ret_deleted)
{
        return TX_EXEC(tx, "DELETE FROM jobs WHERE state IN ('done', 'failed') AND due_at < $1", ret_deleted,
                       db_int(before_ms));
}

enum rc job_count(struct tx *tx, int64_t *ret_queued, int64_t *ret_leased, int64_t *ret_next_ms)
{
        static const char sql[] =
            "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'queued' THEN 1 ELSE 0 END), 0) AS BIGINT), "
            "CAST(COALESCE(SUM(CASE WHEN state = 'leased' THEN 1 ELSE 0 END), 0) AS BIGINT), "
            "COALESCE(MIN(due_at), 0) FROM jobs WHERE state IN ('queued', 'leased')";
        struct db_rows rows;
        enum rc rc = tx_query(tx, sql, NULL, 0, &rows);
        if (rc != RC_OK)
                return rc;
        *ret_queued = db_get_int(&rows, 0, 0);
        *ret_leased = db_get_int(&rows, 0, 1);
        *ret_next_ms = db_get_int(&rows, 0, 2);
        return RC_OK;
}
