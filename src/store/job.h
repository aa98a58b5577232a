/*
 * The job queue: work that is done after the response, committed with the state that asks for it. A job is
 * leased by a worker for a while; when the worker dies the lease runs out and another takes over. Whoever has
 * the lease, and only he, can finish the job (job_finish and its sisters tell by *ret_held), so commit the
 * job's effect in the same transaction and roll back where the lease was lost: then no effect comes twice.
 */
#pragma once

#include "store/session.h"

enum job_state { JOB_QUEUED, JOB_LEASED, JOB_DONE, JOB_FAILED };

enum { JOB_OWNER_MAX = 64, JOB_ATTEMPTS_MAX = 3 };

struct job {
        char id[ID_MAX];
        struct str kind;       /* a row of work's table */
        struct str session_id; /* or null */
        struct str subject_id; /* the code, document or face; or null */
        struct str payload;    /* opened; null where the session was erased, and once the job is over */
        enum job_state state;
        int64_t attempts; /* leases so far, this one included */
        int64_t attempts_max;
        int64_t run_after_ms, lease_until_ms, created_at_ms, finished_at_ms;
        struct str lease_owner;
        struct str error; /* machine code of the last failure, or null */
        /* Every attempt's worker died: do not run it, conclude it as failed (job_fail). */
        bool exhausted;
};

struct job_new {
        const char *kind;
        struct str subject_id;
        struct str payload;   /* small; sealed with the session's key where there is a session */
        int64_t run_after_ms; /* 0: now */
        int64_t attempts_max; /* 0: JOB_ATTEMPTS_MAX */
        /* Already leased by this worker (saves a commit); null: queued. */
        struct str lease_owner;
        int64_t lease_ms;
        int64_t now_ms;
};

/* `session` may be NULL. *ret is the job as a claim would give it. */
NODISCARD enum rc job_insert(struct tx *tx, const struct session *session, const struct job_new *new,
                             struct job *ret);

struct job_claim {
        struct str owner; /* names process and worker, at most JOB_OWNER_MAX - 1 bytes */
        const char *kind; /* NULL: any */
        int64_t max;      /* how many at most */
        int64_t lease_ms;
        int64_t now_ms;
};

/* Lease what is due, oldest first, expired leases of others included; an array in the arena. */
NODISCARD enum rc job_claim(struct tx *tx, const struct job_claim *claim, struct job **ret, size_t *ret_len);

/* Over, well. The payload is destroyed. */
NODISCARD enum rc job_finish(struct tx *tx, const struct job *job, int64_t now_ms, bool *ret_held);
/* Over, badly. `error`: machine code. */
NODISCARD enum rc job_fail(struct tx *tx, const struct job *job, const char *error, int64_t now_ms,
                           bool *ret_held);
/* Queue it again for `run_after_ms`. Check job->attempts < job->attempts_max before: else job_fail. */
NODISCARD enum rc job_retry(struct tx *tx, const struct job *job, int64_t run_after_ms, const char *error,
                            bool *ret_held);
/* Leased, but not begun: as if it had not been. For who stops. */
NODISCARD enum rc job_put_back(struct tx *tx, const struct job *job, int64_t now_ms, bool *ret_held);
/* Keep the lease until `lease_until_ms`. */
NODISCARD enum rc job_extend(struct tx *tx, const struct job *job, int64_t lease_until_ms, bool *ret_held);

/* By id, its payload left null. RC_NOT_FOUND. */
NODISCARD enum rc job_load(struct tx *tx, struct str id, struct job *ret);
/* Cleanup: queue jobs whose lease ran out (job_claim would also find them). */
NODISCARD enum rc job_free_expired_leases(struct tx *tx, int64_t now_ms, int64_t *ret_freed);
/* Cleanup, after the clock was set back by `back_ms`: what is queued comes as much earlier, and no lease
 * lasts longer than `lease_ms` from now. */
NODISCARD enum rc job_clock_set_back(struct tx *tx, int64_t now_ms, int64_t back_ms, int64_t lease_ms);
/* Cleanup: delete jobs that were over before `before_ms`. */
NODISCARD enum rc job_clean(struct tx *tx, int64_t before_ms, int64_t *ret_deleted);
/* Unfinished jobs, and when the next is due (0: none). */
NODISCARD enum rc job_count(struct tx *tx, int64_t *ret_queued, int64_t *ret_leased, int64_t *ret_next_ms);
