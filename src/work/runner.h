/*
 * One job on the thread that calls: leased, run, and ended, tried again or given up. What fails is logged and
 * left to the lease, which runs out.
 */
#pragma once

#include "work/workers.h"

/* Lease one due job of the lane. NULL where there is none, or the store is away. */
struct slip *runner_claim(const struct workers_deps *deps, enum lane_kind lane);
/* Run a job that is leased to us, to its end; does nothing where the lease was lost meanwhile. Frees the
 * slip. */
void runner_run(const struct workers_deps *deps, struct slip *slip);
/* We are to stop before its turn came: whoever runs next need not wait for our lease to end. Frees the slip.
 */
void runner_put_back(const struct workers_deps *deps, struct slip *slip);
