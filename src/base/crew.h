/*
 * A crew does tasks that block, many at a time, on few threads. Each task is taken by a hand, which has a
 * fiber (base/fiber.h): where it waits for others in a park (base/park.h), its thread goes on with another
 * hand. What blocks in the kernel (a file, a socket) holds up the hands of that thread, so a crew whose tasks
 * do that has more threads; with as many threads as hands it is a plain pool of threads.
 *
 * Threads are started as tasks wait and none is free, and end after half a minute without work, so that a
 * quiet server holds little memory. The last to fall idle is the first to be called: its memory is still
 * near.
 */
#pragma once

#include "base/util.h"

/* Lives in what it works on, which must outlast the run. */
struct crew_task {
        void (*run)(struct crew_task *task);
        struct crew_task *next;
};

struct crew_options {
        unsigned threads; /* at most */
        unsigned hands;   /* tasks at a time, shared out evenly among the threads */
        unsigned queue;   /* tasks that may wait for a hand */
};

struct crew;

struct crew *crew_new(const struct crew_options *options);
/* Have some hand run the task. False where the queue is full, or the crew closed. From any thread. */
NODISCARD bool crew_push(struct crew *crew, struct crew_task *task);
/* Tasks that wait. */
unsigned crew_waiting(struct crew *crew);
/* Take no more tasks, wait for those that are here, end the threads. NULL is fine. */
void crew_close(struct crew *crew);
/* Closes it first. NULL is fine. */
void crew_free(struct crew *crew);

/*
 * For park.c.
 */
struct hand;

/* Who runs here; NULL outside of crews. */
struct hand *hand_self(void);
/* Step aside until hand_wake (true) or until the time has come (false). A wake that came before counts. By
 * the hand itself. */
bool hand_sleep(struct hand *hand, int64_t until_mono_ms);
/* From any thread; once for each sleep at most. */
void hand_wake(struct hand *hand);
