#include "check/cleanup.h"

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
        struct session before CLEANUP(session_release) = {0};
        struct blob_names blobs;
        const char *id = arena_copy(&op->arena, session_id).ptr;
        int64_t now = clock_wall_ms();
        if (!id_valid(session_id) || id == NULL)
                return op_fail(op, RC_SESSION_NOT_FOUND, "not the form of a session id");
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_load(&tx, session_id, &before) != RC_OK ||
            session_erase(&tx, session_id, now, &blobs) != RC_OK)
                return op->rc;
        /* Twice is fine, and told once. */
        struct str told = arena_printf(&op->arena, "{\"reason\":\"%s\",\"images\":%zu}", why, blobs.len);
        if (!before.erased && event_append(&tx, EVENT_PERSONAL_DATA_ERASED, id, told, now) != RC_OK)
                return op->rc;
        if (tx_commit(&tx) != RC_OK)
                return op->rc;
        /* Their key is gone already: a file that stays behind by a failure here cannot be opened by anybody.
         */
        for (size_t i = 0; i < blobs.len; i++)
                if (blob_remove(op, svc->blobs, arena_copy(&op->arena, blobs.names[i]).ptr) != RC_OK)
                        return op->rc;
        service_changed(svc, id);
        return RC_OK;
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
        for (size_t i = 0; i < len; i++) {
                if (cleanup_erase(op, svc, ids[i], "retention") != RC_OK)
                        return op->rc;
                (*ret_count)++;
        }
        return RC_OK;
}

static enum rc sweep(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
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
                return op->rc;
        return sweep(op, svc, now, ret);
}
