#include "check/cleanup.h"

#include "base/log.h"
#include "check/erasure.h"
#include "store/challenge.h"
#include "store/code.h"
#include "store/erasure.h"
#include "store/event.h"
#include "store/face_frame.h"
#include "store/limit.h"

enum {
        BATCH = 200,
        LOG_BATCH = 1000,
        FRAME_BATCH = 5000,
        FIND_MEMORY = 64 * 1024,
        MINUTE_MS = 60000,
        HOUR_MS = 3600 * 1000,
        JOBS_KEPT_MS = 24 * HOUR_MS,
        CHALLENGES_KEPT_MS = HOUR_MS, /* to tell one that is over from one that never was */
};

static const int64_t day_ms = (int64_t)24 * HOUR_MS;

static enum rc expire(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
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
        ret->expired = (int64_t)len;
        return RC_OK;
}

static enum rc retain_sessions(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
{
        return erasure_retain_sessions(op, svc, now, BATCH, &ret->erased);
}

static enum rc retain_pictures(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
{
        return erasure_retain_pictures(op, svc, now, BATCH, &ret->pictured);
}

static enum rc retain_faces(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
{
        return erasure_retain_faces(op, svc, now, BATCH, &ret->faces);
}

static enum rc retain_people(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
{
        return erasure_retain_people(op, svc, now, BATCH, &ret->people);
}

static enum rc retain_log(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (svc->conf->log_retention_days == 0)
                return RC_OK;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            event_redact_before(&tx, now - svc->conf->log_retention_days * day_ms, LOG_BATCH,
                                &ret->redacted) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

/* Whatever was destroyed above, and what a process that died left undone. */
static enum rc scrub(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
{
        return store_scrub(svc->store, op);
}

static enum rc find_named(void *ctx, struct op *op, const struct str *ids, size_t len,
                          bool ret_named[BLOB_SWEEP_MAX])
{
        _Static_assert((int)BLOB_SWEEP_MAX == (int)BLOB_NAMES_MAX, "asked about in one statement");
        struct service *svc = ctx;
        struct op own CLEANUP(op_release); /* asked many times: each with memory of its own */
        op_init(&own, op->id, FIND_MEMORY, op_left_ms(op));
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, &own, TX_READ, &tx) != RC_OK ||
            blobs_find_named(&tx, ids, len, ret_named) != RC_OK)
                return op_fail(op, own.rc, "%s", own.why);
        return RC_OK;
}

/* Another part each minute, so that all are seen every four hours or so, and no run takes long. */
static enum rc sweep_blobs(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
{
        struct blob_sweep sweep = {.part = (unsigned)(now / MINUTE_MS % BLOB_PARTS),
                                   .before_ms = now - HOUR_MS,
                                   .find_named = find_named,
                                   .ctx = svc};
        bool ours;
        if (store_name(svc->store, op, &sweep.owner) != RC_OK ||
            blob_sweep(op, svc->blobs, &sweep, &ours, &ret->swept) != RC_OK)
                return op->rc;
        if (!ours)
                log_line(LOG_WARN, "blobs_of_another_store",
                         LOG_WORD("mend", "give each database a BLOB_URL of its own; nothing is swept here"));
        return RC_OK;
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
            code_void_made_after(tx, CODE_EMAIL, now + CLOCK_SLACK_MS, now) != RC_OK ||
            challenge_void_made_after(tx, now + CLOCK_SLACK_MS, now) != RC_OK)
                return tx->op->rc;
        return job_clock_set_back(tx, now, last_ms - now, LEASE_MAX_MS);
}

static enum rc free_rows(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK || watch_clock(&tx, now) != RC_OK ||
            job_free_expired_leases(&tx, now, &ret->freed) != RC_OK ||
            job_clean(&tx, now - JOBS_KEPT_MS, &ret->jobs) != RC_OK ||
            challenge_clean(&tx, now - CHALLENGES_KEPT_MS) != RC_OK ||
            limit_clean(&tx, now, &ret->limits) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

static enum rc forget_frames(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            face_frames_clean(&tx, now - svc->conf->frame_hash_days * day_ms, FRAME_BATCH, &ret->frames) !=
                RC_OK)
                return op->rc;
        return tx_commit(&tx);
}

/* In this order; none keeps those behind it from being done. */
static const struct chore {
        const char *name;
        enum rc (*run)(struct op *op, struct service *svc, int64_t now, struct cleanup_report *ret);
} chores[] = {
    {"expire", expire},
    {"free_rows", free_rows},
    {"forget_frames", forget_frames},
    {"retain_sessions", retain_sessions},
    {"retain_pictures", retain_pictures},
    {"retain_faces", retain_faces},
    {"retain_people", retain_people},
    {"retain_log", retain_log},
    {"scrub", scrub},
    {"sweep_blobs", sweep_blobs},
};

enum rc cleanup_run(struct op *op, struct service *svc, struct cleanup_report *ret)
{
        int64_t now = clock_wall_ms();
        enum rc first = RC_OK;
        *ret = (struct cleanup_report){0};
        for (size_t i = 0; i < LEN(chores); i++) {
                if (chores[i].run(op, svc, now, ret) == RC_OK)
                        continue;
                log_line(LOG_WARN, "cleanup", LOG_WORD("chore", chores[i].name),
                         LOG_WORD("rc", rc_code(op->rc)), LOG_CAUSE(op->why));
                first = first == RC_OK ? op->rc : first;
                op_forgive(op);
        }
        ret->more = ret->expired == BATCH || ret->erased == BATCH || ret->pictured == BATCH ||
                    ret->faces == BATCH || ret->people == BATCH || ret->redacted == LOG_BATCH ||
                    ret->frames == FRAME_BATCH;
        return first == RC_OK ? RC_OK : op_fail(op, first, "not all was cleaned up");
}
