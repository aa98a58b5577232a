#include "vision/pool.h"

#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

/* Pictures that one child may see. Forty cards and 175 pairs of faces grew a child by nothing that lasted (it
 * stands at 230 to 275 MB, or 58), so this is not for memory: it bounds how long one that was taken over by a
 * picture could watch others. */
enum { SERVED_MAX = 200 };

struct slot {
        struct child child; /* first: a child's address is its slot's */
        bool busy;
};

struct vision_pool {
        struct vision_options options;
        char *texts[5]; /* owns the options' */
        pthread_mutex_t mutex;
        pthread_cond_t changed;
        struct slot *slots;
        size_t busy;
        bool closing;
};

static const char *keep(struct vision_pool *pool, size_t at, const char *text)
{
        pool->texts[at] = text ? x_copy(text) : NULL;
        return pool->texts[at];
}

/* Start the slot's child anew; called under the lock. Failing is not final: the next taker tries
 * again. */
static enum rc start(struct vision_pool *pool, struct op *op, struct child *child)
{
        child_end(child);
        enum rc rc = child_start(op, &pool->options, child);
        if (rc != RC_OK)
                *child = (struct child){.fd = -1};
        return rc;
}

static void start_unasked(struct vision_pool *pool, struct child *child)
{
        struct op op;
        op_init(&op, "vision", 4096, 1000);
        if (start(pool, &op, child) != RC_OK)
                log_line(LOG_WARN, "vision_not_started", LOG_CAUSE(op.why));
        op_release(&op);
}

struct vision_pool *vision_pool_open(const struct vision_options *options)
{
        struct vision_pool *pool = x_new(1, sizeof(*pool));
        pool->options = (struct vision_options){.program = keep(pool, 0, options->program),
                                                .model_dir = keep(pool, 1, options->model_dir),
                                                .manifest = keep(pool, 2, options->manifest),
                                                .tessdata_dir = keep(pool, 3, options->tessdata_dir),
                                                .roles = keep(pool, 4, options->roles),
                                                .children = MAX(options->children, 1)};
        pthread_condattr_t monotonic;
        pthread_condattr_init(&monotonic);
        pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        pthread_cond_init(&pool->changed, &monotonic);
        pthread_condattr_destroy(&monotonic);
        pthread_mutex_init(&pool->mutex, NULL);
        pool->slots = x_new(pool->options.children, sizeof(*pool->slots));
        for (size_t i = 0; i < pool->options.children; i++) {
                pool->slots[i].child.fd = -1;
                start_unasked(pool, &pool->slots[i].child);
        }
        return pool;
}

void vision_pool_end_calls(struct vision_pool *pool)
{
        pthread_mutex_lock(&pool->mutex);
        pool->closing = true;
        for (size_t i = 0; i < pool->options.children; i++)
                if (pool->slots[i].child.fd >= 0)
                        shutdown(pool->slots[i].child.fd, SHUT_RDWR);
        pthread_cond_broadcast(&pool->changed);
        pthread_mutex_unlock(&pool->mutex);
}

void vision_pool_close(struct vision_pool *pool)
{
        if (pool == NULL)
                return;
        vision_pool_end_calls(pool);
        pthread_mutex_lock(&pool->mutex);
        while (pool->busy > 0)
                pthread_cond_wait(&pool->changed, &pool->mutex);
        pthread_mutex_unlock(&pool->mutex);
        for (size_t i = 0; i < pool->options.children; i++)
                child_end(&pool->slots[i].child);
        pthread_cond_destroy(&pool->changed);
        pthread_mutex_destroy(&pool->mutex);
        for (size_t i = 0; i < LEN(pool->texts); i++)
                x_free(pool->texts[i]);
        x_free(pool->slots);
        x_free(pool);
}

/* How soon a free child can serve: 0 now, 1 it is loading, 2 it must be started. */
static int readiness(const struct child *child)
{
        if (child->fd < 0)
                return 2;
        return child->ready || child_has_spoken(child) ? 0 : 1;
}

static struct slot *choose(struct vision_pool *pool)
{
        struct slot *best = NULL;
        for (size_t i = 0; i < pool->options.children; i++) {
                struct slot *slot = &pool->slots[i];
                if (!slot->busy && (!best || readiness(&slot->child) < readiness(&best->child)))
                        best = slot;
        }
        return best;
}

static enum rc wait_for_slot(struct vision_pool *pool, struct op *op, struct slot **ret)
{
        struct timespec until = {.tv_sec = op->deadline_ms / 1000,
                                 .tv_nsec = op->deadline_ms % 1000 * 1000000};
        struct slot *slot = NULL;
        bool late = false;
        pthread_mutex_lock(&pool->mutex);
        while (!pool->closing && (slot = choose(pool)) == NULL && !late)
                late = pthread_cond_timedwait(&pool->changed, &pool->mutex, &until) == ETIMEDOUT;
        bool closing = pool->closing;
        if (slot && !closing) {
                slot->busy = true;
                pool->busy++;
        }
        pthread_mutex_unlock(&pool->mutex);
        if (closing)
                return op_fail(op, RC_UNAVAILABLE, "pictures are not read any more: it is being stopped");
        if (slot == NULL)
                return op_fail(op, RC_TIMED_OUT,
                               "all who read pictures were busy until the time was over; see WORKERS");
        *ret = slot;
        return RC_OK;
}

/* Children are started and ended under the lock, so that closing the pool never meets a stale descriptor. */
static enum rc revive(struct vision_pool *pool, struct op *op, struct child *child)
{
        if (child->fd >= 0 && !(child->ready && child_has_spoken(child)))
                return RC_OK;
        pthread_mutex_lock(&pool->mutex);
        enum rc rc = pool->closing
                         ? op_fail(op, RC_UNAVAILABLE, "pictures are not read any more: it is being stopped")
                         : start(pool, op, child);
        pthread_mutex_unlock(&pool->mutex);
        return rc;
}

static void give_back(struct vision_pool *pool, struct child *child)
{
        ((struct slot *)child)->busy = false;
        pool->busy--;
        pthread_cond_broadcast(&pool->changed);
}

enum rc vision_pool_take(struct vision_pool *pool, struct op *op, struct child **ret)
{
        struct slot *slot = NULL;
        enum rc rc = wait_for_slot(pool, op, &slot);
        if (rc != RC_OK)
                return rc;
        struct child *child = &slot->child;
        rc = revive(pool, op, child);
        if (rc == RC_OK)
                rc = child_wait_ready(op, child);
        if (rc == RC_OK) {
                *ret = child;
                return RC_OK;
        }
        /* One that is merely slow to load is left to it. One that ended is not started again unasked: a
         * broken installation would be started for ever. */
        pthread_mutex_lock(&pool->mutex);
        if (rc != RC_TIMED_OUT)
                child_end(child);
        give_back(pool, child);
        pthread_mutex_unlock(&pool->mutex);
        return rc;
}

void vision_pool_give(struct vision_pool *pool, struct child *child, bool fit)
{
        pthread_mutex_lock(&pool->mutex);
        if (pool->closing)
                child_end(child);
        else if (!fit || child->served >= SERVED_MAX)
                start_unasked(pool, child);
        give_back(pool, child);
        pthread_mutex_unlock(&pool->mutex);
}

bool vision_pool_ready(struct vision_pool *pool)
{
        bool ready = false;
        pthread_mutex_lock(&pool->mutex);
        for (size_t i = 0; i < pool->options.children; i++)
                ready = ready || pool->slots[i].busy || readiness(&pool->slots[i].child) == 0;
        pthread_mutex_unlock(&pool->mutex);
        return ready;
}

enum rc vision_pool_status(struct vision_pool *pool, struct op *op, struct vision_status *ret)
{
        struct child *child;
        enum rc rc = vision_pool_take(pool, op, &child);
        if (rc != RC_OK)
                return rc;
        *ret = child->status;
        vision_pool_give(pool, child, true);
        return RC_OK;
}
