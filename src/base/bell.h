/*
 * Threads of one process that wait for news of one thing, named by its id: a request for the outcome of its
 * job, an event stream for a change of its session. News for which nobody waits is dropped: whoever waits
 * also asks the store from time to time, since the news may be born in another process.
 */
#pragma once

#include "base/op.h"
#include "base/park.h"

#include <pthread.h>

struct bell_wait {
        char id[OP_ID_MAX];
        int value; /* of the first ring */
        struct park rung;
        struct bell_wait *next;
};

struct bell {
        pthread_mutex_t lock;
        struct bell_wait *waits;
};

void bell_init(struct bell *bell);
void bell_release(struct bell *bell);

/* Begin to listen for `id`; do this before the thing that may ring is set going. */
void bell_listen(struct bell *bell, const char *id, struct bell_wait *ret);
/* Sleep until it rang for the first time (true, its value in *ret_value) or the time has come (false). */
bool bell_wait(struct bell_wait *wait, int64_t until_mono_ms, int *ret_value);
void bell_leave(struct bell *bell, struct bell_wait *wait);
/* Tell all that listen for `id`. */
void bell_ring(struct bell *bell, const char *id, int value);
