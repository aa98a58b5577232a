#include "base/crew.h"

#include "base/clock.h"
#include "base/fiber.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

enum { STACK_BYTES = 512 * 1024, THREAD_STACK_BYTES = 128 * 1024, QUIET_MS = 30000 };

struct hand {
        struct hand *next;      /* in its thread's list of those that are ready, or free */
        struct hand *following; /* in its thread's list of all */
        struct crew_thread *thread;
        struct fiber *fiber;
        struct crew_task *task;
        int64_t until_ms;
        bool done; /* with its task */
        bool asleep, woken;
};

struct crew_thread {
        struct crew *crew;
        pthread_cond_t called;
        struct hand *all, *free, *ready, **ready_last;
        unsigned hands, busy;
        bool started, idle;
        struct crew_thread *next_idle;
};

/* One lock for all that is here: it is held for a few instructions at a time. */
struct crew {
        pthread_mutex_t lock;
        pthread_cond_t gone; /* the last thread has ended */
        struct crew_task *first, **last;
        unsigned waiting, waiting_max;
        unsigned threads_max, hands_max; /* hands of each thread */
        unsigned running;                /* threads */
        struct crew_thread *idle;        /* the last to fall idle first */
        bool closing;
        struct crew_thread threads[];
};

static _Thread_local struct hand *self;

struct hand *hand_self(void)
{
        return self;
}

static void make_ready(struct hand *hand)
{
        struct crew_thread *thread = hand->thread;
        hand->asleep = false;
        hand->next = NULL;
        *thread->ready_last = hand;
        thread->ready_last = &hand->next;
}

/* Take the thread off the list of the idle, to be signalled once the lock is free. */
static void call(struct crew_thread *thread)
{
        struct crew_thread **at = &thread->crew->idle;
        while (*at != thread)
                at = &(*at)->next_idle;
        *at = thread->next_idle;
        thread->idle = false;
}

bool hand_sleep(struct hand *hand, int64_t until_mono_ms)
{
        struct crew *crew = hand->thread->crew;
        pthread_mutex_lock(&crew->lock);
        if (!hand->woken) {
                hand->until_ms = until_mono_ms;
                hand->asleep = true;
                pthread_mutex_unlock(&crew->lock);
                fiber_leave();
                pthread_mutex_lock(&crew->lock);
        }
        bool woken = hand->woken;
        hand->woken = false;
        pthread_mutex_unlock(&crew->lock);
        return woken;
}

void hand_wake(struct hand *hand)
{
        struct crew_thread *thread = hand->thread;
        struct crew *crew = thread->crew;
        pthread_mutex_lock(&crew->lock);
        hand->woken = true;
        bool idle = false;
        if (hand->asleep) {
                make_ready(hand);
                idle = thread->idle;
                if (idle)
                        call(thread);
        }
        pthread_mutex_unlock(&crew->lock);
        if (idle) /* after the lock, so that who wakes does not run into it */
                pthread_cond_signal(&thread->called);
}

/* What runs on a fiber: one task after another, and away between them. */
static void be_hand(void *arg)
{
        struct hand *hand = arg;
        for (;;) {
                hand->task->run(hand->task);
                hand->done = true;
                fiber_leave();
        }
}

static struct hand *new_hand(struct crew_thread *thread)
{
        struct hand *hand = x_new(1, sizeof(*hand));
        hand->thread = thread;
        hand->fiber = fiber_new(STACK_BYTES, be_hand, hand);
        if (hand->fiber == NULL) {
                x_free(hand);
                return NULL;
        }
        hand->following = thread->all;
        thread->all = hand;
        thread->hands++;
        return hand;
}

static bool has_room(const struct crew_thread *thread)
{
        return thread->busy < thread->crew->hands_max;
}

/* The next task in the hands of somebody, or NULL. Under the lock. */
static struct hand *take(struct crew_thread *thread)
{
        struct crew *crew = thread->crew;
        struct crew_task *task = crew->first;
        if (task == NULL || !has_room(thread))
                return NULL;
        struct hand *hand = thread->free;
        if (hand)
                thread->free = hand->next;
        else
                hand = new_hand(thread);
        if (hand == NULL)
                return NULL;
        crew->first = task->next;
        if (crew->first == NULL)
                crew->last = &crew->first;
        crew->waiting--;
        thread->busy++;
        hand->task = task;
        hand->done = false;
        return hand;
}

static struct hand *pop_ready(struct crew_thread *thread)
{
        struct hand *hand = thread->ready;
        if (hand == NULL)
                return NULL;
        thread->ready = hand->next;
        if (thread->ready == NULL)
                thread->ready_last = &thread->ready;
        return hand;
}

/* Make ready who has slept long enough. *ret_next_ms: when that is so of the next, INT64_MAX for never. */
static void rouse(struct crew_thread *thread, int64_t now_ms, int64_t *ret_next_ms)
{
        *ret_next_ms = INT64_MAX;
        for (struct hand *hand = thread->all; hand; hand = hand->following) {
                if (!hand->asleep)
                        continue;
                if (hand->until_ms <= now_ms)
                        make_ready(hand);
                else
                        *ret_next_ms = MIN(*ret_next_ms, hand->until_ms);
        }
}

/* Sleep until called, or until the time. False after a quiet time in which nobody was busy. */
static bool rest(struct crew_thread *thread, int64_t until_ms)
{
        struct crew *crew = thread->crew;
        bool busy = thread->busy > 0;
        if (!busy)
                until_ms = clock_mono_ms() + QUIET_MS;
        struct timespec until = {until_ms / 1000, (until_ms % 1000) * 1000000};
        thread->idle = true;
        thread->next_idle = crew->idle;
        crew->idle = thread;
        int error = 0;
        while (thread->idle && error == 0)
                error = until_ms == INT64_MAX
                            ? pthread_cond_wait(&thread->called, &crew->lock)
                            : pthread_cond_clockwait(&thread->called, &crew->lock, CLOCK_MONOTONIC, &until);
        bool called = !thread->idle;
        if (!called)
                call(thread);
        return called || busy;
}

static void enter(struct crew_thread *thread, struct hand *hand)
{
        struct crew *crew = thread->crew;
        pthread_mutex_unlock(&crew->lock);
        self = hand;
        fiber_enter(hand->fiber);
        self = NULL;
        pthread_mutex_lock(&crew->lock);
        if (!hand->done)
                return;
        thread->busy--;
        hand->next = thread->free;
        thread->free = hand;
}

static void dismiss(struct crew_thread *thread)
{
        for (struct hand *hand = thread->all, *following; hand; hand = following) {
                following = hand->following;
                fiber_free(hand->fiber);
                x_free(hand);
        }
        thread->all = thread->free = NULL;
        thread->hands = 0;
        thread->started = false;
        if (--thread->crew->running == 0)
                pthread_cond_signal(&thread->crew->gone);
}

static void *serve(void *arg)
{
        struct crew_thread *thread = arg;
        struct crew *crew = thread->crew;
        int64_t looked_ms = 0, next_ms = INT64_MAX;
        pthread_mutex_lock(&crew->lock);
        for (;;) {
                int64_t now = clock_mono_ms();
                if (now != looked_ms) {
                        looked_ms = now;
                        rouse(thread, now, &next_ms);
                }
                struct hand *hand = pop_ready(thread);
                if (hand == NULL)
                        hand = take(thread);
                if (hand) {
                        enter(thread, hand);
                        continue;
                }
                rouse(thread, now, &next_ms);
                if (thread->ready)
                        continue;
                if ((crew->closing && thread->busy == 0) || !rest(thread, next_ms))
                        break;
        }
        dismiss(thread);
        pthread_mutex_unlock(&crew->lock);
        return NULL;
}

/* Start one more thread, with all signals left to others. */
static bool start(struct crew *crew)
{
        struct crew_thread *thread = crew->threads;
        while (thread->started)
                thread++;
        pthread_attr_t attr;
        pthread_attr_init(&attr);
        pthread_attr_setstacksize(&attr, THREAD_STACK_BYTES);
        pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        pthread_t id;
        thread->started = pthread_create(&id, &attr, serve, thread) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        pthread_attr_destroy(&attr);
        crew->running += thread->started;
        return thread->started;
}

struct crew *crew_new(const struct crew_options *options)
{
        struct crew *crew = x_new(1, sizeof(*crew) + options->threads * sizeof(crew->threads[0]));
        pthread_mutex_init(&crew->lock, NULL);
        pthread_cond_init(&crew->gone, NULL);
        crew->last = &crew->first;
        crew->waiting_max = options->queue;
        crew->threads_max = options->threads;
        crew->hands_max = MAX(options->hands / options->threads, 1u);
        for (unsigned i = 0; i < options->threads; i++) {
                struct crew_thread *thread = &crew->threads[i];
                thread->crew = crew;
                thread->ready_last = &thread->ready;
                pthread_cond_init(&thread->called, NULL);
        }
        return crew;
}

/* One that sleeps and has a hand free, the last to fall asleep first. */
static struct crew_thread *find_idle(const struct crew *crew)
{
        struct crew_thread *thread = crew->idle;
        while (thread && !has_room(thread))
                thread = thread->next_idle;
        return thread;
}

bool crew_push(struct crew *crew, struct crew_task *task)
{
        pthread_mutex_lock(&crew->lock);
        bool taken = !crew->closing && crew->waiting < crew->waiting_max;
        struct crew_thread *idle = taken ? find_idle(crew) : NULL;
        if (idle)
                call(idle);
        else if (taken && crew->running < crew->threads_max)
                taken = start(crew) || crew->running > 0;
        if (taken) {
                task->next = NULL;
                *crew->last = task;
                crew->last = &task->next;
                crew->waiting++;
        }
        pthread_mutex_unlock(&crew->lock);
        if (idle)
                pthread_cond_signal(&idle->called);
        return taken;
}

unsigned crew_waiting(struct crew *crew)
{
        pthread_mutex_lock(&crew->lock);
        unsigned waiting = crew->waiting;
        pthread_mutex_unlock(&crew->lock);
        return waiting;
}

void crew_close(struct crew *crew)
{
        if (crew == NULL)
                return;
        pthread_mutex_lock(&crew->lock);
        crew->closing = true;
        while (crew->idle) {
                struct crew_thread *thread = crew->idle;
                call(thread);
                pthread_cond_signal(&thread->called);
        }
        while (crew->running > 0)
                pthread_cond_wait(&crew->gone, &crew->lock);
        pthread_mutex_unlock(&crew->lock);
}

void crew_free(struct crew *crew)
{
        if (crew == NULL)
                return;
        crew_close(crew);
        for (unsigned i = 0; i < crew->threads_max; i++)
                pthread_cond_destroy(&crew->threads[i].called);
        pthread_cond_destroy(&crew->gone);
        pthread_mutex_destroy(&crew->lock);
        x_free(crew);
}
