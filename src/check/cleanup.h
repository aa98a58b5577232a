/*
 * What is done every minute without being asked: sessions past their time expire, what retention says is
 * destroyed, blobs that nobody speaks of are swept, leases of dead workers are freed, and old counters and
 * jobs go. A clock that was set back is noticed: what a later time has promised to codes and jobs is taken
 * back. Harmless when several machines do it at once.
 */
#pragma once

#include "check/service.h"

struct cleanup_report {
        int64_t expired;
        int64_t erased, pictured; /* sessions of which all, or the pictures, were destroyed */
        int64_t faces, people;    /* sessions of which the faces, or the template, were destroyed */
        int64_t redacted;         /* entries of the log */
        int64_t swept;            /* blobs */
        int64_t frames;           /* forgotten */
        int64_t freed, jobs, limits;
        bool more; /* there was more to do than one run takes on: run again soon */
};

/* What fails is logged, keeps nothing else from being done, and is tried again by the next run; then it also
 * fails, with the first reason. */
NODISCARD enum rc cleanup_run(struct op *op, struct service *svc, struct cleanup_report *ret);
