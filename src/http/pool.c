#include "http/pool.h"

#include "base/clock.h"
#include "base/park.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>

enum { STACK_BYTES = 512 * 1024, QUIET_MS = 30000 };

/* A thread without work, on its own stack. The last to fall asleep is the first to be woken: its memory is
 * still near, and those that are not needed sleep long enough to end. */
struct idler {
        struct idler *next;
        struct pool_task *task; /* what it was woken for; NULL: to look at the pool */
        bool taken;             /* off the stack; under the lock */
        struct park woken;
};

struct pool {
        pthread_mutex_t lock;
        pthread_cond_t gone; /* the last thread has ended */
        struct pool_task *first;
        struct pool_task **last;
        unsigned waiting;
        unsigned waiting_max;
        unsigned threads;
        unsigned threads_max;
        struct idler *idle;
        bool closing;
};

struct pool *pool_new(unsigned threads_max, unsigned queue_max)
{
        struct pool *pool = x_new(1, sizeof(*pool));
        pthread_mutex_init(&pool->lock, NULL);
        pthread_cond_init(&pool->gone, NULL);
        pool->last = &pool->first;
        pool->threads_max = threads_max;
        pool->waiting_max = queue_max;
        return pool;
}

static struct pool_task *take(struct pool *pool)
{
        struct pool_task *task = pool->first;
        if (task == NULL)
                return NULL;
        pool->first = task->next;
        if (pool->first == NULL)
                pool->last = &pool->first;
        pool->waiting--;
        return task;
}

static void unlink_idler(struct pool *pool, struct idler *idler)
{
        struct idler **at = &pool->idle;
        while (*at != idler)
                at = &(*at)->next;
        *at = idler->next;
}

/* Take the last one off the stack, or NULL. Under the lock. */
static struct idler *pop_idler(struct pool *pool)
{
        struct idler *idler = pool->idle;
        if (idler) {
                pool->idle = idler->next;
                idler->taken = true;
        }
        return idler;
}

/* Sleep until there is work: *ret_task, or NULL where the pool is to be looked at. False after a quiet time.
 * Called and returns under the lock. */
static bool doze(struct pool *pool, struct pool_task **ret_task)
{
        struct idler idler = {.next = pool->idle};
        pool->idle = &idler;
        pthread_mutex_unlock(&pool->lock);
        bool woken = park_wait(&idler.woken, clock_mono_ms() + QUIET_MS);
        pthread_mutex_lock(&pool->lock);
        if (!idler.taken)
                unlink_idler(pool, &idler);
        *ret_task = idler.task;
        return woken || idler.taken;
}

static void *serve(void *arg)
{
        struct pool *pool = arg;
        pthread_mutex_lock(&pool->lock);
        for (;;) {
                struct pool_task *task = take(pool);
                if (task == NULL && (pool->closing || !doze(pool, &task)))
                        break;
                if (task == NULL)
                        continue;
                pthread_mutex_unlock(&pool->lock);
                task->run(task);
                pthread_mutex_lock(&pool->lock);
        }
        if (--pool->threads == 0)
                pthread_cond_signal(&pool->gone);
        pthread_mutex_unlock(&pool->lock);
        return NULL;
}

/* Start one more thread, with all signals left to others. */
static bool start(struct pool *pool)
{
        pthread_attr_t attr;
        pthread_attr_init(&attr);
        pthread_attr_setstacksize(&attr, STACK_BYTES);
        pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        pthread_t thread;
        bool started = pthread_create(&thread, &attr, serve, pool) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        pthread_attr_destroy(&attr);
        if (started)
                pool->threads++;
        return started;
}

bool pool_push(struct pool *pool, struct pool_task *task)
{
        pthread_mutex_lock(&pool->lock);
        bool taken = !pool->closing && pool->waiting < pool->waiting_max;
        struct idler *idler = taken ? pop_idler(pool) : NULL;
        if (idler)
                idler->task = task;
        else if (taken && pool->threads < pool->threads_max)
                taken = start(pool) || pool->threads > 0;
        if (taken && idler == NULL) {
                task->next = NULL;
                *pool->last = task;
                pool->last = &task->next;
                pool->waiting++;
        }
        pthread_mutex_unlock(&pool->lock);
        if (idler)
                park_wake(&idler->woken);
        return taken;
}

unsigned pool_waiting(struct pool *pool)
{
        pthread_mutex_lock(&pool->lock);
        unsigned waiting = pool->waiting;
        pthread_mutex_unlock(&pool->lock);
        return waiting;
}

void pool_close(struct pool *pool)
{
        if (pool == NULL)
                return;
        pthread_mutex_lock(&pool->lock);
        pool->closing = true;
        for (struct idler *idler = pop_idler(pool); idler; idler = pop_idler(pool))
                park_wake(&idler->woken);
        while (pool->threads > 0)
                pthread_cond_wait(&pool->gone, &pool->lock);
        pthread_mutex_unlock(&pool->lock);
}

void pool_free(struct pool *pool)
{
        if (pool == NULL)
                return;
        pool_close(pool);
        pthread_cond_destroy(&pool->gone);
        pthread_mutex_destroy(&pool->lock);
        x_free(pool);
}
