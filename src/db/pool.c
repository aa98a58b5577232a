#include "db/pool.h"

void pool_init(struct pool *pool, int max)
{
        *pool = (struct pool){.max = max};
        pthread_mutex_init(&pool->lock, NULL);
        cond_init(&pool->freed);
}

void pool_release(struct pool *pool, void (*close)(struct db_conn *conn))
{
        for (struct db_conn *conn = pool->idle; conn;) {
                struct db_conn *next = conn->next;
                close(conn);
                conn = next;
        }
        pthread_cond_destroy(&pool->freed);
        pthread_mutex_destroy(&pool->lock);
}

enum rc pool_take(struct pool *pool, struct op *op, struct db_conn **ret)
{
        bool in_time = true;
        pthread_mutex_lock(&pool->lock);
        while (pool->idle == NULL && pool->open >= pool->max && in_time)
                in_time = cond_wait_until(&pool->freed, &pool->lock, op->deadline_ms);
        struct db_conn *conn = pool->idle;
        bool may_open = conn == NULL && pool->open < pool->max;
        if (conn)
                pool->idle = conn->next;
        else if (may_open)
                pool->open++;
        pthread_mutex_unlock(&pool->lock);
        if (conn == NULL && !may_open)
                return op_fail(op, RC_UNAVAILABLE, "database: all %d connections are in use", pool->max);
        *ret = conn;
        return RC_OK;
}

void pool_give(struct pool *pool, struct db_conn *conn)
{
        pthread_mutex_lock(&pool->lock);
        conn->next = pool->idle;
        pool->idle = conn;
        pthread_cond_signal(&pool->freed);
        pthread_mutex_unlock(&pool->lock);
}

void pool_drop(struct pool *pool)
{
        pthread_mutex_lock(&pool->lock);
        pool->open--;
        pthread_cond_signal(&pool->freed);
        pthread_mutex_unlock(&pool->lock);
}
