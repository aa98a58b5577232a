#include "work/runner.h"

#include "base/log.h"
#include "work/kind.h"

enum {
        LEASE_SLACK_MS = 15000, /* beyond a job's own time: for writing down how it went */
        MEMORY_MAX = 4 * 1024 * 1024,
        ENDING_MS = 10000,
};

static const struct kind *kind_of(const struct job *job)
{
        for (size_t i = 0; i < kinds_len; i++)
                if (str_equal(job->kind, str_from(kinds[i].name)))
                        return &kinds[i];
        return NULL;
}

static void log_job(const struct op *op, const struct job *job, const char *kind, const char *outcome,
                    int64_t from_ms)
{
        log_line(op->rc == RC_OK ? LOG_INFO : LOG_WARN, "job", LOG_ID("id", job->id), LOG_WORD("kind", kind),
                 LOG_WORD("outcome", outcome), LOG_INT("attempt", job->attempts),
                 LOG_INT("ms", clock_mono_ms() - from_ms), LOG_WORD("rc", rc_code(op->rc)),
                 LOG_CAUSE(op->why));
}

static enum rc retry(struct op *op, struct service *svc, const struct kind *kind, const struct job *job,
                     enum rc why)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool held;
        int64_t wait_ms = kind->first_wait_ms << MIN(job->attempts - 1, (int64_t)6);
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            job_retry(&tx, job, clock_wall_ms() + wait_ms, rc_code(why), &held) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

/* The job failed with `why` after `took_ms`: queue it again, or end it. Where even that fails, its lease runs
 * out and another finds it. */
static void end_badly(const struct workers_deps *deps, const struct kind *kind, const struct job *job,
                      enum rc why, int64_t took_ms)
{
        struct op op;
        int64_t from_ms = clock_mono_ms();
        int64_t attempts_max =
            why == RC_TIMED_OUT ? MIN(job->attempts_max, kind->late_max) : job->attempts_max;
        bool again = rc_may_retry(why) && job->attempts < attempts_max && !job->exhausted;
        op_init(&op, NULL, MEMORY_MAX, ENDING_MS);
        if (again) {
                (void)!retry(&op, deps->svc, kind, job, why);
        } else if (kind->give_up(deps, &op, job, why, took_ms) == RC_OK) {
                bell_ring(&deps->svc->bell, job->id, (int)why);
        }
        if (op.rc != RC_OK)
                log_job(&op, job, kind->name, "unended", from_ms);
        op_release(&op);
}

static void run_job(const struct workers_deps *deps, const struct job *job)
{
        const struct kind *kind = kind_of(job);
        struct op op;
        int64_t from_ms = clock_mono_ms();
        if (kind == NULL) {
                log_line(LOG_ERROR, "job_of_unknown_kind", LOG_ID("id", job->id));
                return;
        }
        op_init(&op, NULL, MEMORY_MAX, kind->timeout_ms);
        enum rc rc = job->exhausted ? op_fail(&op, RC_TIMED_OUT, "each attempt's worker died")
                                    : kind->run(deps, &op, job);
        if (rc == RC_OK)
                bell_ring(&deps->svc->bell, job->id, RC_OK);
        log_job(&op, job, kind->name, rc == RC_OK ? "done" : "failed", from_ms);
        op_release(&op);
        if (rc != RC_OK)
                end_badly(deps, kind, job, rc, clock_mono_ms() - from_ms);
}

/* A job that has waited in the lane may be another's by now, or become so while it runs: renew its lease, and
 * do nothing where that fails. */
static bool is_ours(const struct workers_deps *deps, const struct job *job)
{
        const struct kind *kind = kind_of(job);
        int64_t from_ms = clock_mono_ms(), now = clock_wall_ms();
        if (kind == NULL || now + kind->timeout_ms + ENDING_MS <= job->lease_until_ms)
                return true;
        struct op op;
        op_init(&op, NULL, MEMORY_MAX, ENDING_MS);
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                bool held = false;
                if (store_begin(deps->svc->store, &op, TX_WRITE, &tx) == RC_OK &&
                    job_extend(&tx, job, now + kind->timeout_ms + LEASE_SLACK_MS, &held) == RC_OK && !held)
                        (void)!op_fail(&op, RC_UNAVAILABLE, "the lease was lost while the job waited");
                if (held)
                        (void)!tx_commit(&tx);
        }
        bool ours = op.rc == RC_OK;
        if (!ours)
                log_job(&op, job, kind->name, "left", from_ms);
        op_release(&op);
        return ours;
}

void runner_put_back(const struct workers_deps *deps, struct slip *slip)
{
        const struct job *job = &slip->job;
        struct op op;
        op_init(&op, NULL, MEMORY_MAX, ENDING_MS);
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                bool held;
                if (store_begin(deps->svc->store, &op, TX_WRITE, &tx) == RC_OK &&
                    job_put_back(&tx, job, clock_wall_ms(), &held) == RC_OK)
                        (void)!tx_commit(&tx);
        }
        if (op.rc != RC_OK)
                log_job(&op, job, "put_back", "unended", clock_mono_ms());
        op_release(&op);
        slip_free(slip);
}

void runner_run(const struct workers_deps *deps, struct slip *slip)
{
        if (is_ours(deps, &slip->job))
                run_job(deps, &slip->job);
        slip_free(slip);
}

struct slip *runner_claim(const struct workers_deps *deps, enum lane_kind lane)
{
        struct slip *slip = NULL;
        struct op op;
        op_init(&op, NULL, MEMORY_MAX, ENDING_MS);
        for (size_t i = 0; i < kinds_len && slip == NULL; i++) {
                struct tx tx CLEANUP(tx_rollback) = {0};
                struct job *jobs;
                size_t len;
                struct job_claim claim = {.owner = str_from(deps->svc->owner),
                                          .kind = kinds[i].name,
                                          .max = 1,
                                          .lease_ms = kinds[i].timeout_ms + LEASE_SLACK_MS,
                                          .now_ms = clock_wall_ms()};
                if (kinds[i].lane != lane)
                        continue;
                if (store_begin(deps->svc->store, &op, TX_WRITE, &tx) != RC_OK ||
                    job_claim(&tx, &claim, &jobs, &len) != RC_OK || tx_commit(&tx) != RC_OK)
                        break;
                if (len > 0)
                        slip = slip_new(&jobs[0]);
        }
        if (op.rc != RC_OK)
                log_line(LOG_WARN, "claim", LOG_WORD("rc", rc_code(op.rc)), LOG_CAUSE(op.why));
        op_release(&op);
        return slip;
}
