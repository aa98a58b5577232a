/*
 * What must be true of the store at any moment between two calls: counters, states, events, jobs and blobs
 * agree with each other. A transaction that was half done would break one of them.
 */
#pragma once

#include "unit/work/stage.h"

/* Fails the running test with the words of the first one that does not hold. */
void invariants_check(struct stage *stage);
/* How many blobs are on disk. */
int invariants_blobs(struct stage *stage);
