/*
 * A bounded queue of ids between threads of one process: who commits work hands its id to who does it,
 * without asking the store again. The store keeps the truth: an id that is lost here is found there when its
 * lease runs out.
 */
#pragma once

#include "base/op.h"

#include <pthread.h>

struct lane {
        pthread_mutex_t lock;
        pthread_cond_t filled;
        char (*ids)[OP_ID_MAX];
        size_t first, len, max;
        bool closed;
};

void lane_init(struct lane *lane, size_t max);
void lane_release(struct lane *lane);
/* False where it is full or closed. */
bool lane_put(struct lane *lane, const char *id);
/* Whether lane_put would take one now: nobody may rely on it for longer than it takes to use it. */
bool lane_has_room(struct lane *lane);
/* Sleep until there is an id (true), the time has come or the lane is closed (false). */
bool lane_take(struct lane *lane, int64_t until_mono_ms, char ret_id[OP_ID_MAX]);
/* Wake one sleeper for nothing: its lane_take answers false. */
void lane_nudge(struct lane *lane);
/* Wake everybody; from now on nothing is taken in. What is in it can still be taken. */
void lane_close(struct lane *lane);
bool lane_is_closed(struct lane *lane);
