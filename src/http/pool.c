#include "http/pool.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

enum { STACK_BYTES = 512 * 1024, QUIET_S = 30 };

struct pool {
        pthread_mutex_t lock;
        pthread_cond_t work; /* a task waits, or the pool is closing */
        pthread_cond_t gone; /* the last thread has ended */
        struct pool_task *first;
        struct pool_task **last;
        unsigned waiting;
        unsigned waiting_max;
        unsigned threads;
        unsigned threads_max;
        unsigned idle;
        bool closing;
};

struct pool *pool_new(unsigned threads_max, unsigned queue_max)
{
        struct pool *pool = x_new(1, sizeof(*pool));
        pthread_condattr_t attr;
        pthread_condattr_init(&attr);
        pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
        pthread_mutex_init(&pool->lock, NULL);
        pthread_cond_init(&pool->work, &attr);
        pthread_cond_init(&pool->gone, NULL);
        pthread_condattr_destroy(&attr);
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

/* Sleep until there may be work. False after a quiet time. */
static bool doze(struct pool *pool)
{
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += QUIET_S;
        pool->idle++;
        int error = pthread_cond_timedwait(&pool->work, &pool->lock, &until);
        pool->idle--;
        return error == 0;
}

static void *serve(void *arg)
{
        struct pool *pool = arg;
        pthread_mutex_lock(&pool->lock);
        for (;;) {
                struct pool_task *task = take(pool);
                if (task) {
                        pthread_mutex_unlock(&pool->lock);
                        task->run(task);
                        pthread_mutex_lock(&pool->lock);
                } else if (pool->closing || (!doze(pool) && pool->first == NULL)) {
                        break;
                }
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
        if (taken && pool->waiting >= pool->idle && pool->threads < pool->threads_max)
                taken = start(pool) || pool->threads > 0;
        bool wake = taken && pool->idle > 0;
        if (taken) {
                task->next = NULL;
                *pool->last = task;
                pool->last = &task->next;
                pool->waiting++;
        }
        pthread_mutex_unlock(&pool->lock);
        if (wake)
                pthread_cond_signal(&pool->work);
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
        pthread_cond_broadcast(&pool->work);
        while (pool->threads > 0)
                pthread_cond_wait(&pool->gone, &pool->lock);
        pthread_mutex_unlock(&pool->lock);
}

void pool_free(struct pool *pool)
{
        if (pool == NULL)
                return;
        pool_close(pool);
        pthread_cond_destroy(&pool->work);
        pthread_cond_destroy(&pool->gone);
        pthread_mutex_destroy(&pool->lock);
        x_free(pool);
}
