/*
 * The one writing connection of a SQLite database, passed from story to story like a baton. Transactions of
 * those that wait for each other are savepoints of one SQLite transaction, a batch, and the one that nobody
 * waits behind commits it for all.
 */
#pragma once

#include "db/sqlite_conn.h"

struct writer {
        struct db *db;
        struct sqlite_conn *conn;

        pthread_mutex_t lock;
        struct waiter *first, *last; /* who waits for the baton, in order */
        bool held;
        const void *holder;  /* fiber_identity */
        struct batch *batch; /* the open SQLite transaction; touched by the holder only */
};

void writer_init(struct writer *writer, struct db *db, struct sqlite_conn *conn);
void writer_release(struct writer *writer);

/* Take the baton, in turn, and open a savepoint. RC_UNAVAILABLE at the op's deadline. */
NODISCARD enum rc writer_begin(struct writer *writer, struct op *op);
/* Give the baton on, and come back when the batch is on disk, or has failed. */
NODISCARD enum rc writer_commit(struct writer *writer, struct op *op);
/* Undo to the savepoint, give the baton on, and come back when what it saw of others is on disk, or has
 * failed. */
void writer_rollback(struct writer *writer);
/* Alone, between batches: move the write-ahead log into the database and empty it. */
NODISCARD enum rc writer_checkpoint(struct writer *writer, struct op *op);
