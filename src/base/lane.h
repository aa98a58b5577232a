/*
 * A bounded queue of pointers between threads of one process: who commits work hands it to who does it,
 * without asking the store again. The store keeps the truth: what is lost here is found there when its lease
 * runs out.
 */
#pragma once

#include "base/util.h"

#include <pthread.h>

struct lane {
        pthread_mutex_t lock;
        pthread_cond_t filled;
        void **items;
        size_t first, len, max;
        bool closed;
};

void lane_init(struct lane *lane, size_t max);
/* Must be empty. */
void lane_release(struct lane *lane);
/* False where it is full or closed. */
bool lane_put(struct lane *lane, void *item);
/* Whether lane_put would take one now: a guess, others may be quicker. */
bool lane_has_room(struct lane *lane);
/* Sleep until there is an item, the time has come, the lane is closed or nudged: NULL in the last three
 * cases. */
void *lane_take(struct lane *lane, int64_t until_mono_ms);
/* Wake one sleeper for nothing, so that it looks elsewhere. */
void lane_nudge(struct lane *lane);
/* Wake everybody; from now on nothing is taken in. What is in it can still be taken. */
void lane_close(struct lane *lane);
bool lane_is_closed(struct lane *lane);
