/*
 * A pool of connections with a maximum. Drivers put `struct db_conn` first in their own connections.
 */
#pragma once

#include "db/driver.h"
#include "db/statements.h"

struct db_conn {
        struct db_conn *next;
        struct statements statements;
};

struct pool {
        pthread_mutex_t lock;
        pthread_cond_t freed;
        struct db_conn *idle; /* last used first */
        int open, max;
};

void pool_init(struct pool *pool, int max);
/* Every connection must have been given back; they are handed to `close`. */
void pool_release(struct pool *pool, void (*close)(struct db_conn *conn));
/* An idle connection, or NULL in *ret where the caller is to open one (and then pool_give or pool_drop).
 * RC_UNAVAILABLE where all are in use until the op's deadline. */
NODISCARD enum rc pool_take(struct pool *pool, struct op *op, struct db_conn **ret);
void pool_give(struct pool *pool, struct db_conn *conn);
/* One fewer is open: it could not be opened, or was closed. */
void pool_drop(struct pool *pool);
