/*
 * A kind of job: one row in kinds.c, one file for those that belong together.
 */
#pragma once

#include "work/workers.h"

struct kind {
        const char *name;
        enum lane_kind lane;
        int64_t timeout_ms;
        int64_t first_wait_ms; /* before it is tried again; doubles each time */
        int64_t late_max;      /* attempts that may run out of time: what is too slow twice is so again */
        /* Do it and end the job in the transaction of its effect. Anything but RC_OK: the job is still ours,
         * and is tried again or given up. */
        enum rc (*run)(const struct workers_deps *deps, struct op *op, const struct job *job);
        /* It failed for good, with `why`, its last attempt having taken `took_ms`: undo, tell, and end the
         * job. */
        enum rc (*give_up)(const struct workers_deps *deps, struct op *op, const struct job *job, enum rc why,
                           int64_t took_ms);
};

extern const struct kind kinds[];
extern const size_t kinds_len;

enum rc send_run(const struct workers_deps *deps, struct op *op, const struct job *job);
enum rc send_give_up(const struct workers_deps *deps, struct op *op, const struct job *job, enum rc why,
                     int64_t took_ms);
enum rc document_run(const struct workers_deps *deps, struct op *op, const struct job *job);
enum rc document_give_up(const struct workers_deps *deps, struct op *op, const struct job *job, enum rc why,
                         int64_t took_ms);
enum rc face_run(const struct workers_deps *deps, struct op *op, const struct job *job);
enum rc face_give_up(const struct workers_deps *deps, struct op *op, const struct job *job, enum rc why,
                     int64_t took_ms);

/* End a job that has nothing left to do. */
NODISCARD enum rc kind_drop(struct op *op, struct service *svc, const struct job *job);
/* What an applicant is told of a picture that could not be judged because of `why`. */
enum rc kind_verdict(enum rc why);
