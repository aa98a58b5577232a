#include "check/cleanup.h"

#include "base/log.h"
#include "store/code.h"
#include "store/event.h"
#include "store/limit.h"

enum { BATCH = 200, JOBS_KEPT_MS = 24 * 3600 * 1000 };

static enum rc expire(struct op *op, struct service *svc, int64_t now, int64_t *ret_count)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct str *ids;
        size_t len;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_expire_due(&tx, now, BATCH, &ids, &len) != RC_OK)
                return op->rc;
        for (size_t i = 0; i < len; i++)
                if (event_append(&tx, EVENT_SESSION_EXPIRED, arena_copy(&op->arena, ids[i]).ptr, STR_NULL,
                                 now) != RC_OK)
                        return op->rc;
        if (tx_commit(&tx) != RC_OK)
                return op->rc;
        for (size_t i = 0; i < len; i++)
                service_changed(svc, arena_copy(&op->arena, ids[i]).ptr);
        *ret_count += (int64_t)len;
        return RC_OK;
}

enum rc cleanup_erase(struct op *op, struct service *svc, struct str session_id, const char *why)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct blob_names blobs;
        bool erased;
        const char *id = arena_copy(&op->arena, session_id).ptr;
        int64_t now = clock_wall_ms();
        if (!id_valid(session_id) || id == NULL)
                return op_fail(op, RC_SESSION_NOT_FOUND, "not the form of a session id");
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_is_erased(&tx, session_id, &erased) != RC_OK ||
            session_erase(&tx, session_id, now, &blobs) != RC_OK)
                return op->rc;
        /* Twice is fine, and told once. */
        struct str told = arena_printf(&op->arena, "{\"reason\":\"%s\",\"images\":%zu}", why, blobs.len);
        if (!erased && event_append(&tx, EVENT_PERSONAL_DATA_ERASED, id, told, now) != RC_OK)
                return op->rc;
        if (tx_commit(&tx) != RC_OK)
                return op->rc;
        service_changed(svc, id);
        /* Their key is gone already: a file that stays behind by a failure here cannot be opened by anybody.
         */
        for (size_t i = 0; i < blobs.len; i++)
                (void)!blob_remove(op, svc->blobs, arena_copy(&op->arena, blobs.names[i]).ptr);
        return op->rc;
}

static enum rc retain(struct op *op, struct service *svc, int64_t now, int64_t *ret_count)
{
        struct str *ids;
        size_t len;
        if (svc->conf->retention_days == 0)
                return RC_OK;
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                int64_t before = now - svc->conf->retention_days * 24 * 3600 * 1000;
                if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK ||
                    session_find_old(&tx, before, BATCH, &ids, &len) != RC_OK)
                        return op->rc;
        }
        enum rc first = RC_OK;
        for (size_t i = 0; i < len && op_left_ms(op) > 0; i++) {
                op_forgive(op); /* one that cannot be destroyed keeps no other alive */
                if (cleanup_erase(op, svc, ids[i], "retention") == RC_OK)
                        (*ret_count)++;
                else if (first == RC_OK)
                        first = op->rc;
        }
        return first;
}

/* What was made after now, by a clock that has been set back since, would begin its life again. */
static enum rc watch_clock(struct tx *tx, int64_t now)
{
        int64_t last_ms;
        if (store_note_clock(tx, now, &last_ms) != RC_OK)
                return tx->op->rc;
        if (last_ms <= now + CLOCK_SLACK_MS)
                return RC_OK;
        log_line(LOG_WARN, "clock_set_back", LOG_INT("ms", last_ms - now));
        if (code_void_made_after(tx, CODE_PHONE, now + CLOCK_SLACK_MS, now) != RC_OK ||
            code_void_made_after(tx, CODE_EMAIL, now + CLOCK_SLACK_MS, now) != RC_OK)
                return tx->op->rc;
        return job_clock_set_back(tx, now, last_ms - now, LEASE_MAX_MS);
}

static enum rc sweep(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK || watch_clock(&tx, now) != RC_OK ||
            job_free_expired_leases(&tx, now, &ret->freed) != RC_OK ||
            job_clean(&tx, now - JOBS_KEPT_MS, &ret->jobs) != RC_OK ||
            limit_clean(&tx, now, &ret->limits) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

enum rc cleanup_run(struct op *op, struct service *svc, struct cleanup_report *ret)
{
        int64_t now = clock_wall_ms();
        *ret = (struct cleanup_report){0};
        if (expire(op, svc, now, &ret->expired) != RC_OK || retain(op, svc, now, &ret->erased) != RC_OK)
                log_line(LOG_WARN, "cleanup", LOG_WORD("rc", rc_code(op->rc)), LOG_CAUSE(op->why));
        op_forgive(op); /* neither keeps leases from being freed */
        ret->more = ret->expired == BATCH || ret->erased == BATCH;
        return sweep(op, svc, now, ret);
}
