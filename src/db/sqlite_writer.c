#include "db/sqlite_writer.h"

#include "base/fiber.h"
#include "base/park.h"

#include <assert.h>
#include <stdio.h>

/* On the stack of who waits. Who grants writes him in as the baton's holder, so that he goes on without
 * taking the lock. */
struct waiter {
        struct waiter *next;
        const void *who;
        struct park turn;
        bool granted; /* under the lock: tells a late grant from a timeout */
};

/* Freed by the last that refers to it: those whose transactions it carries, and the baton's holder. */
struct batch {
        struct park done;
        _Atomic int refs;
        int64_t begun_ms;
        int members; /* released their savepoint */
        enum rc rc;  /* these two are written before `done` */
        char why[OP_WHY_MAX];
};

void writer_init(struct writer *writer, struct db *db, struct sqlite_conn *conn)
{
        *writer = (struct writer){.db = db, .conn = conn};
        pthread_mutex_init(&writer->lock, NULL);
}

void writer_release(struct writer *writer)
{
        assert(!writer->held && writer->first == NULL && writer->batch == NULL);
        pthread_mutex_destroy(&writer->lock);
        sqlite_conn_close(&writer->conn->base);
}

static struct batch *batch_new(void)
{
        struct batch *batch = x_new(1, sizeof(*batch));
        batch->begun_ms = clock_mono_ms();
        atomic_init(&batch->refs, 1);
        return batch;
}

static void batch_drop(struct batch *batch)
{
        if (atomic_fetch_sub(&batch->refs, 1) == 1)
                x_free(batch);
}

static void unlink_waiter(struct writer *writer, struct waiter *waiter)
{
        struct waiter **at = &writer->first, *before = NULL;
        while (*at != waiter) {
                before = *at;
                at = &before->next;
        }
        *at = waiter->next;
        if (writer->last == waiter)
                writer->last = before;
}

/* Queue up and sleep until the baton comes. Called under the lock, returns without it. */
static bool wait_turn(struct writer *writer, int64_t deadline_ms)
{
        struct waiter waiter = {.who = fiber_identity()};
        if (writer->last)
                writer->last->next = &waiter;
        else
                writer->first = &waiter;
        writer->last = &waiter;
        pthread_mutex_unlock(&writer->lock);
        if (park_wait(&waiter.turn, deadline_ms))
                return true;
        pthread_mutex_lock(&writer->lock);
        if (!waiter.granted)
                unlink_waiter(writer, &waiter);
        pthread_mutex_unlock(&writer->lock);
        return waiter.granted;
}

static enum rc take_baton(struct writer *writer, struct op *op)
{
        pthread_mutex_lock(&writer->lock);
        if (writer->held && writer->holder == fiber_identity()) {
                pthread_mutex_unlock(&writer->lock);
                return op_fail(op, RC_INTERNAL, "database: a second write transaction on one thread");
        }
        if (writer->held) {
                if (!wait_turn(writer, op->deadline_ms))
                        return op_fail(op, RC_UNAVAILABLE,
                                       "database: busy, no turn to write before the deadline");
        } else {
                writer->held = true;
                writer->holder = fiber_identity();
                pthread_mutex_unlock(&writer->lock);
        }
        writer->conn->deadline_ms = op->deadline_ms;
        return RC_OK;
}

/* Let the lock go, and the baton to who waits for it longest. */
static void give_baton(struct writer *writer)
{
        struct waiter *next = writer->first;
        writer->held = next != NULL;
        if (next) {
                unlink_waiter(writer, next);
                writer->holder = next->who;
                next->granted = true;
        }
        pthread_mutex_unlock(&writer->lock);
        if (next)
                park_wake(&next->turn);
}

/* The outcome is known: tell the members. Under the lock. */
static void end_batch(struct writer *writer, enum rc rc, const char *why)
{
        struct batch *batch = writer->batch;
        batch->rc = rc;
        snprintf(batch->why, sizeof(batch->why), "%s", why);
        writer->batch = NULL;
        park_wake(&batch->done);
        batch_drop(batch);
}

/* COMMIT for all, or learn that SQLite has undone all already. Keeps the baton, and returns under the lock.
 */
static void settle_batch(struct writer *writer)
{
        struct op op;
        op_init(&op, "commit", 4096, 0);
        enum rc rc = RC_OK;
        if (sqlite3_get_autocommit(writer->conn->handle))
                rc = op_fail(&op, RC_UNAVAILABLE, "database: the shared transaction was undone");
        else if (writer->batch->members > 0)
                rc = sqlite_conn_do(&op, writer->conn, "COMMIT");
        if (rc == RC_OK && writer->batch->members > 0)
                atomic_fetch_add(&writer->db->commits, 1);
        if (!sqlite3_get_autocommit(writer->conn->handle))
                sqlite3_exec(writer->conn->handle, "ROLLBACK", NULL, NULL, NULL);
        pthread_mutex_lock(&writer->lock);
        end_batch(writer, rc, op.why);
        op_release(&op);
}

static void commit_batch(struct writer *writer)
{
        settle_batch(writer);
        give_baton(writer);
}

/* Whether the next waiter is to go on in this batch. Under the lock. */
static bool batch_goes_on(const struct writer *writer)
{
        const struct batch *batch = writer->batch;
        const struct db_options *options = &writer->db->options;
        if (writer->first == NULL || sqlite3_get_autocommit(writer->conn->handle))
                return false;
        return batch->members < options->batch_max && clock_mono_ms() - batch->begun_ms < options->batch_ms;
}

/* Give the baton on without a member of one's own. Who leaves has seen what the members wrote, and may act on
 * it, so he stays until it is on disk. */
static void leave(struct writer *writer)
{
        pthread_mutex_lock(&writer->lock);
        struct batch *batch = writer->batch;
        bool goes_on = batch && batch_goes_on(writer), stay = batch && batch->members > 0;
        if (stay)
                atomic_fetch_add(&batch->refs, 1);
        if (batch == NULL || goes_on)
                give_baton(writer);
        else
                pthread_mutex_unlock(&writer->lock);
        if (batch && !goes_on)
                commit_batch(writer);
        if (stay) {
                park_wait(&batch->done, INT64_MAX);
                batch_drop(batch);
        }
}

enum rc writer_begin(struct writer *writer, struct op *op)
{
        enum rc rc = take_baton(writer, op);
        if (rc != RC_OK)
                return rc;
        if (writer->batch == NULL) {
                rc = sqlite_conn_do(op, writer->conn, "BEGIN IMMEDIATE");
                if (rc == RC_OK)
                        writer->batch = batch_new();
        }
        if (rc == RC_OK)
                rc = sqlite_conn_do(op, writer->conn, "SAVEPOINT member");
        if (rc != RC_OK)
                leave(writer);
        return rc;
}

enum rc writer_commit(struct writer *writer, struct op *op)
{
        enum rc rc = sqlite_conn_do(op, writer->conn, "RELEASE member");
        if (rc != RC_OK) {
                writer_rollback(writer);
                return rc;
        }
        struct batch *batch = writer->batch;
        pthread_mutex_lock(&writer->lock);
        batch->members++;
        atomic_fetch_add(&batch->refs, 1);
        if (batch_goes_on(writer)) {
                give_baton(writer);
        } else {
                pthread_mutex_unlock(&writer->lock);
                commit_batch(writer);
        }

        /* Beyond the deadline too: to leave now would be not to know. Those ahead all have deadlines. */
        park_wait(&batch->done, INT64_MAX);
        rc = batch->rc;
        if (rc != RC_OK)
                rc = op_fail(op, rc, "%s", batch->why);
        batch_drop(batch);
        return rc;
}

void writer_rollback(struct writer *writer)
{
        struct op op;
        op_init(&op, "rollback", 4096, 0);
        enum rc rc = RC_OK;
        if (!sqlite3_get_autocommit(writer->conn->handle)) {
                rc = sqlite_conn_do(&op, writer->conn, "ROLLBACK TO member");
                if (rc == RC_OK)
                        rc = sqlite_conn_do(&op, writer->conn, "RELEASE member");
        }
        if (rc != RC_OK) /* what cannot be undone in part must not be committed at all */
                sqlite3_exec(writer->conn->handle, "ROLLBACK", NULL, NULL, NULL);
        op_release(&op);
        leave(writer);
}

enum rc writer_checkpoint(struct writer *writer, struct op *op)
{
        enum rc rc = take_baton(writer, op);
        if (rc != RC_OK)
                return rc;
        if (writer->batch) { /* of others, who wait for it; the next in line would open another at once */
                settle_batch(writer);
                pthread_mutex_unlock(&writer->lock);
        }
        if (sqlite3_wal_checkpoint_v2(writer->conn->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) !=
            SQLITE_OK)
                rc = sqlite_conn_fail(op, writer->conn, "checkpoint");
        leave(writer);
        return rc;
}
