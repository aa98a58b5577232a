/*
 * What is done every minute without being asked: sessions past their time expire, what retention says is
 * destroyed, leases of dead workers are freed, and old counters and jobs go. A clock that was set back is
 * noticed: what a later time has promised to codes and jobs is taken back. Harmless when several machines do
 * it at once.
 */
#pragma once

#include "check/service.h"

struct cleanup_report {
        int64_t expired, erased, freed, jobs, limits;
        bool more; /* there was more to do than one run takes on: run again soon */
};

NODISCARD enum rc cleanup_run(struct op *op, struct service *svc, struct cleanup_report *ret);

/* Destroy what is held about the person of a session: by an administrator, or by retention. */
NODISCARD enum rc cleanup_erase(struct op *op, struct service *svc, struct str session_id, const char *why);
