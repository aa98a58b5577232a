#include "work/workers.h"

#include "base/log.h"
#include "check/cleanup.h"
#include "check/keys.h"
#include "check/ledger.h"
#include "work/kind.h"

#include <stdatomic.h>
#include <stdio.h>

enum {
        LANE_MAX = 256,
        LOOK_MS = 1000, /* how often the store is asked for jobs that nobody handed over */
        CLEANUP_MS = 60000,
        CLEANUP_AGAIN_MS = 100, /* between batches: others want the store too */
        LEDGER_MS = 2000,       /* how often the log's tree takes up what is new */
        LEASE_SLACK_MS = 15000, /* beyond a job's own time: for writing down how it went */
        MEMORY_MAX = 4 * 1024 * 1024,
        STACK_BYTES = 512 * 1024,
        ENDING_MS = 10000,
};

struct worker {
        struct workers *workers;
        enum lane_kind lane;
        pthread_t thread;
        bool started;
};

struct workers {
        struct workers_deps deps;
        struct lane lanes[LANE_COUNT];
        _Atomic int64_t look_at_ms[LANE_COUNT]; /* one thread a lane asks the store at a time */
        struct worker *list;
        size_t len;
        struct worker cleaner, keeper; /* the latter of the log's tree */
        struct lane bedtime;           /* closed to wake both */
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

/* The job failed with `why`: queue it again, or end it. Where even that fails, its lease runs out and another
 * finds it. */
static void end_badly(const struct workers_deps *deps, const struct kind *kind, const struct job *job,
                      enum rc why)
{
        struct op op;
        int64_t from_ms = clock_mono_ms();
        bool again = rc_may_retry(why) && job->attempts < job->attempts_max && !job->exhausted;
        op_init(&op, NULL, MEMORY_MAX, ENDING_MS);
        if (again) {
                (void)!retry(&op, deps->svc, kind, job, why);
        } else if (kind->give_up(deps, &op, job, why) == RC_OK) {
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
                end_badly(deps, kind, job, rc);
}

/* A job that has waited in the lane may be another's by now, or become so while it runs: renew its lease, and
 * do nothing where that fails. */
static bool is_ours(const struct workers_deps *deps, const struct job *job)
{
        const struct kind *kind = kind_of(job);
        int64_t from_ms = clock_mono_ms(), now = clock_wall_ms();
        if (kind == NULL || now + kind->timeout_ms <= job->lease_until_ms)
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

/* We are to stop before its turn came: whoever runs next need not wait for our lease to end. */
static void put_back(const struct workers_deps *deps, const struct job *job)
{
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
}

static void run_slip(const struct workers_deps *deps, struct slip *slip)
{
        if (is_ours(deps, &slip->job))
                run_job(deps, &slip->job);
        slip_free(slip);
}

/* Lease one due job of the lane. NULL where there is none, or the store is away. */
static struct slip *claim(const struct workers_deps *deps, enum lane_kind lane)
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

/* Whether it is this thread's turn to ask the store. */
static bool my_turn(struct workers *workers, enum lane_kind lane)
{
        int64_t now = clock_mono_ms(), due = atomic_load(&workers->look_at_ms[lane]);
        return now >= due && atomic_compare_exchange_strong(&workers->look_at_ms[lane], &due, now + LOOK_MS);
}

static void *work(void *arg)
{
        struct worker *worker = arg;
        struct workers *workers = worker->workers;
        struct lane *lane = &workers->lanes[worker->lane];
        for (;;) {
                struct slip *slip = lane_take(lane, clock_mono_ms() + LOOK_MS);
                bool stopping = lane_is_closed(lane);
                if (slip && stopping) {
                        put_back(&workers->deps, &slip->job);
                        slip_free(slip);
                        continue;
                }
                if (slip) {
                        run_slip(&workers->deps, slip);
                        continue;
                }
                if (stopping)
                        return NULL;
                if (!my_turn(workers, worker->lane))
                        continue;
                while ((slip = claim(&workers->deps, worker->lane)) && !lane_is_closed(lane))
                        run_slip(&workers->deps, slip);
                if (slip) /* leased, but we are to stop: do it still, it is one job */
                        run_slip(&workers->deps, slip);
        }
}

static void *clean(void *arg)
{
        struct workers *workers = ((struct worker *)arg)->workers;
        while (!lane_is_closed(&workers->bedtime)) {
                struct op op;
                struct cleanup_report report;
                op_init(&op, NULL, MEMORY_MAX, ENDING_MS);
                if (cleanup_run(&op, workers->deps.svc, &report) != RC_OK)
                        log_line(LOG_WARN, "cleanup", LOG_WORD("rc", rc_code(op.rc)), LOG_CAUSE(op.why));
                else if (report.expired + report.erased + report.freed > 0)
                        log_line(LOG_INFO, "cleanup", LOG_INT("expired", report.expired),
                                 LOG_INT("erased", report.erased), LOG_INT("freed", report.freed));
                op_forgive(&op);
                if (keys_load(&op, workers->deps.svc) != RC_OK)
                        log_line(LOG_WARN, "signing_keys", LOG_WORD("rc", rc_code(op.rc)), LOG_CAUSE(op.why));
                op_release(&op);
                lane_take(&workers->bedtime, clock_mono_ms() + (report.more ? CLEANUP_AGAIN_MS : CLEANUP_MS));
        }
        return NULL;
}

/* Take up what was appended to the log, all of it. */
static void grow_ledger(const struct workers_deps *deps)
{
        for (bool more = true; more;) {
                struct op op;
                op_init(&op, NULL, MEMORY_MAX, ENDING_MS);
                if (ledger_grow(&op, deps->svc, &more) != RC_OK) {
                        log_line(LOG_WARN, "ledger", LOG_WORD("rc", rc_code(op.rc)), LOG_CAUSE(op.why));
                        more = false;
                }
                op_release(&op);
        }
}

static void *keep(void *arg)
{
        struct workers *workers = ((struct worker *)arg)->workers;
        pthread_setname_np(pthread_self(), "ledger");
        while (!lane_is_closed(&workers->bedtime)) {
                grow_ledger(&workers->deps);
                lane_take(&workers->bedtime, clock_mono_ms() + LEDGER_MS);
        }
        return NULL;
}

static bool start(struct worker *worker, struct workers *workers, enum lane_kind lane, void *(*run)(void *))
{
        pthread_attr_t attr;
        *worker = (struct worker){.workers = workers, .lane = lane};
        pthread_attr_init(&attr);
        pthread_attr_setstacksize(&attr, STACK_BYTES);
        worker->started = pthread_create(&worker->thread, &attr, run, worker) == 0;
        pthread_attr_destroy(&attr);
        return worker->started;
}

enum rc workers_open(struct op *op, const struct workers_deps *deps, size_t image_threads,
                     struct workers **ret)
{
        struct workers *workers = x_new(1, sizeof(*workers));
        workers->deps = *deps;
        workers->len = WORKERS_SEND + image_threads;
        workers->list = x_new(workers->len, sizeof(*workers->list));
        for (int i = 0; i < LANE_COUNT; i++)
                lane_init(&workers->lanes[i], LANE_MAX);
        lane_init(&workers->bedtime, 1);
        bool ok = start(&workers->cleaner, workers, LANE_SEND, clean) &&
                  start(&workers->keeper, workers, LANE_SEND, keep);
        for (size_t i = 0; i < workers->len && ok; i++)
                ok = start(&workers->list[i], workers, i < WORKERS_SEND ? LANE_SEND : LANE_IMAGE, work);
        if (!ok) {
                workers_close(workers);
                return op_fail(op, RC_UNAVAILABLE, "cannot start the worker threads");
        }
        for (int i = 0; i < LANE_COUNT; i++)
                deps->svc->lanes[i] = &workers->lanes[i];
        *ret = workers;
        return RC_OK;
}

static void join(struct worker *worker)
{
        if (worker->started)
                pthread_join(worker->thread, NULL);
}

void workers_close(struct workers *workers)
{
        if (workers == NULL)
                return;
        for (int i = 0; i < LANE_COUNT; i++)
                lane_close(&workers->lanes[i]);
        lane_close(&workers->bedtime);
        for (size_t i = 0; i < workers->len; i++)
                join(&workers->list[i]);
        join(&workers->cleaner);
        join(&workers->keeper);
        grow_ledger(&workers->deps); /* nobody appends any more: the last checkpoint vouches for all */
        for (int i = 0; i < LANE_COUNT; i++)
                lane_release(&workers->lanes[i]);
        lane_release(&workers->bedtime);
        x_free(workers->list);
        x_free(workers);
}
