#include "work/workers.h"

#include "base/log.h"
#include "check/cleanup.h"
#include "check/keys.h"
#include "check/ledger.h"
#include "work/runner.h"

#include <stdatomic.h>

enum {
        LANE_MAX = 256,
        LOOK_MS = 1000, /* how often the store is asked for jobs that nobody handed over, and the clock */
        CLEANUP_MS = 60000,
        CLEANUP_AGAIN_MS = 100, /* between batches: others want the store too */
        LEDGER_MS = 2000,       /* how often the log's tree takes up what is new */
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
                        runner_put_back(&workers->deps, slip);
                        continue;
                }
                if (slip) {
                        runner_run(&workers->deps, slip);
                        continue;
                }
                if (stopping)
                        return NULL;
                if (!my_turn(workers, worker->lane))
                        continue;
                while ((slip = runner_claim(&workers->deps, worker->lane)) && !lane_is_closed(lane))
                        runner_run(&workers->deps, slip);
                if (slip) /* leased, but we are to stop: do it still, it is one job */
                        runner_run(&workers->deps, slip);
        }
}

/* Whether the wall clock jumped since the last time; *ahead_ms tells by how much it is before the other. */
static bool jumped(int64_t *ahead_ms)
{
        int64_t before_ms = *ahead_ms;
        *ahead_ms = clock_wall_ms() - clock_mono_ms();
        return *ahead_ms < before_ms - CLOCK_SLACK_MS || *ahead_ms > before_ms + CLOCK_SLACK_MS;
}

/* Clean up; returns when to do it again. */
static int64_t clean_once(struct workers *workers)
{
        struct op op;
        struct cleanup_report report;
        op_init(&op, NULL, MEMORY_MAX, ENDING_MS);
        (void)!cleanup_run(&op, workers->deps.svc, &report);
        if (report.expired + report.erased + report.pictured + report.redacted + report.swept + report.freed >
            0)
                log_line(LOG_INFO, "cleanup", LOG_INT("expired", report.expired),
                         LOG_INT("erased", report.erased), LOG_INT("pictured", report.pictured),
                         LOG_INT("redacted", report.redacted), LOG_INT("swept", report.swept),
                         LOG_INT("freed", report.freed));
        if (keys_load(&op, workers->deps.svc) != RC_OK)
                log_line(LOG_WARN, "signing_keys", LOG_WORD("rc", rc_code(op.rc)), LOG_CAUSE(op.why));
        op_release(&op);
        return clock_mono_ms() + (report.more ? CLEANUP_AGAIN_MS : CLEANUP_MS);
}

static void *clean(void *arg)
{
        struct workers *workers = ((struct worker *)arg)->workers;
        int64_t ahead_ms = 0, due_ms = 0;
        while (!lane_is_closed(&workers->bedtime)) {
                if (jumped(&ahead_ms) || clock_mono_ms() >= due_ms)
                        due_ms = clean_once(workers);
                lane_take(&workers->bedtime, MIN(due_ms, clock_mono_ms() + LOOK_MS));
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
