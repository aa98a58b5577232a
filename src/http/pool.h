/*
 * Threads for work that blocks. They are started as tasks wait and none is free, and end after half a minute
 * without work, so that a quiet server holds little memory.
 */
#pragma once

#include "base/util.h"

/* Lives in what it works on, which must outlast the run. */
struct pool_task {
        void (*run)(struct pool_task *task);
        struct pool_task *next;
};

struct pool;

struct pool *pool_new(unsigned threads_max, unsigned queue_max);
/* Run the task on some thread. False where the queue is full, or the pool closed. From any thread. */
NODISCARD bool pool_push(struct pool *pool, struct pool_task *task);
/* Tasks that wait. */
unsigned pool_waiting(struct pool *pool);
/* Take no more tasks, wait for those that are here, end the threads. NULL is fine. */
void pool_close(struct pool *pool);
/* Closes it first. NULL is fine. */
void pool_free(struct pool *pool);
