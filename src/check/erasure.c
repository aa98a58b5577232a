#include "check/erasure.h"

#include "store/event.h"
#include "store/people.h"

static const int64_t day_ms = (int64_t)24 * 3600 * 1000;
static const char by_retention[] = "retention";

/* The receipt. */
static struct str receipt_of(struct op *op, const struct actor *who, const char *why,
                             const struct erased *erased)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 2048);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_text(&emit, "reason", why);
        emit_int(&emit, "images", (int64_t)erased->blobs.len);
        emit_int(&emit, "codes", erased->codes);
        emit_int(&emit, "documents", erased->documents);
        emit_int(&emit, "faces", erased->faces);
        emit_int(&emit, "templates", erased->templates);
        emit_int(&emit, "consents", erased->consents);
        emit_int(&emit, "jobs", erased->jobs);
        emit_int(&emit, "log_entries", erased->log_entries);
        actor_emit(&emit, who);
        emit_close(&emit);
        return buf_ok(&buf) ? arena_copy(&op->arena, buf_str(&buf)) : STR_NULL;
}

void erasure_remove_blobs(struct op *op, struct service *svc, const struct blob_names *blobs)
{
        for (size_t i = 0; i < blobs->len; i++)
                (void)!blob_remove(op, svc->blobs, arena_copy(&op->arena, blobs->names[i]).ptr);
}

/* All but the scrubbing. */
static enum rc erase(struct op *op, struct service *svc, struct str session_id, const struct actor *who,
                     const char *why)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct erased erased;
        bool before;
        const char *id = arena_copy(&op->arena, session_id).ptr;
        int64_t now = clock_wall_ms();
        if (!id_valid(session_id) || id == NULL)
                return op_fail(op, RC_SESSION_NOT_FOUND, "not the form of a session id");
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_is_erased(&tx, session_id, &before) != RC_OK ||
            session_erase(&tx, session_id, now, &erased) != RC_OK)
                return op->rc;
        /* Twice is fine, and told once. */
        if (!before && event_append(&tx, EVENT_PERSONAL_DATA_ERASED, id, receipt_of(op, who, why, &erased),
                                    now) != RC_OK)
                return op->rc;
        if (tx_commit(&tx) != RC_OK)
                return op->rc;
        service_changed(svc, id);
        erasure_remove_blobs(op, svc, &erased.blobs);
        return op->rc;
}

enum rc erasure_session(struct op *op, struct service *svc, struct str session_id, const struct actor *who,
                        const char *why)
{
        if (erase(op, svc, session_id, who, why) != RC_OK)
                return op->rc;
        return store_scrub(svc->store, op);
}

/* The receipt of what went before its session. */
static enum rc tell(struct tx *tx, const char *session_id, const char *what, size_t images, int64_t now_ms)
{
        struct str told = arena_printf(
            &tx->op->arena, "{\"reason\":\"%s\",\"what\":\"%s\",\"images\":%zu,\"who\":{\"kind\":\"%s\"}}",
            by_retention, what, images, actor_bonin.kind);
        return event_append(tx, EVENT_PERSONAL_DATA_ERASED, session_id, told, now_ms);
}

static enum rc drop_faces(struct tx *tx, struct str session_id, int64_t now_ms, struct blob_names *ret)
{
        if (session_drop_faces(tx, session_id, now_ms, ret) != RC_OK || ret->len == 0)
                return tx->op->rc;
        return tell(tx, session_id.ptr, "faces", ret->len, now_ms);
}

enum rc erasure_faces_at_end(struct tx *tx, struct service *svc, const char *session_id, int64_t now_ms,
                             struct blob_names *ret_blobs)
{
        *ret_blobs = (struct blob_names){0};
        if (svc->conf->face_retention_days > 0)
                return RC_OK;
        return drop_faces(tx, str_from(session_id), now_ms, ret_blobs);
}

static enum rc drop_retained_faces(struct op *op, struct service *svc, struct str session_id)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct blob_names blobs;
        struct str id = arena_copy(&op->arena, session_id);
        if (str_is_null(id))
                return op_fail(op, RC_UNAVAILABLE, "no memory left for more");
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            drop_faces(&tx, id, clock_wall_ms(), &blobs) != RC_OK || tx_commit(&tx) != RC_OK)
                return op->rc;
        erasure_remove_blobs(op, svc, &blobs);
        return op->rc;
}

static enum rc drop_pictures(struct op *op, struct service *svc, struct str session_id)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct blob_names blobs;
        const char *id = arena_copy(&op->arena, session_id).ptr;
        if (id == NULL)
                return op_fail(op, RC_UNAVAILABLE, "no memory left for more");
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_drop_pictures(&tx, session_id, &blobs) != RC_OK ||
            tell(&tx, id, "images", blobs.len, clock_wall_ms()) != RC_OK || tx_commit(&tx) != RC_OK)
                return op->rc;
        erasure_remove_blobs(op, svc, &blobs);
        return op->rc;
}

static enum rc erase_retained(struct op *op, struct service *svc, struct str session_id)
{
        return erase(op, svc, session_id, &actor_bonin, by_retention);
}

struct retention {
        bool off;
        int64_t days;
        enum rc (*find)(struct tx *tx, int64_t before_ms, int64_t max, struct str **ret_ids, size_t *ret_len);
        enum rc (*destroy)(struct op *op, struct service *svc, struct str session_id);
};

static enum rc retain(struct op *op, struct service *svc, const struct retention *retention, int64_t now_ms,
                      int64_t max, int64_t *ret_count)
{
        struct str *ids;
        size_t len;
        *ret_count = 0;
        if (retention->off)
                return RC_OK;
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK ||
                    retention->find(&tx, now_ms - retention->days * day_ms, max, &ids, &len) != RC_OK)
                        return op->rc;
        }
        enum rc first = RC_OK;
        char why[OP_WHY_MAX];
        for (size_t i = 0; i < len && op_left_ms(op) > 0; i++) {
                if (retention->destroy(op, svc, ids[i]) == RC_OK) {
                        (*ret_count)++;
                        continue;
                }
                if (first == RC_OK) {
                        first = op->rc;
                        memcpy(why, op->why, sizeof(why));
                }
                op_forgive(op); /* one that cannot be destroyed keeps no other alive */
        }
        return first == RC_OK ? RC_OK : op_fail(op, first, "%s", why);
}

enum rc erasure_retain_sessions(struct op *op, struct service *svc, int64_t now_ms, int64_t max,
                                int64_t *ret_count)
{
        const int64_t days = svc->conf->retention_days;
        const struct retention sessions = {days == 0, days, session_find_old, erase_retained};
        return retain(op, svc, &sessions, now_ms, max, ret_count);
}

enum rc erasure_retain_pictures(struct op *op, struct service *svc, int64_t now_ms, int64_t max,
                                int64_t *ret_count)
{
        const int64_t days = svc->conf->image_retention_days;
        const struct retention pictures = {days == 0, days, session_find_pictured, drop_pictures};
        return retain(op, svc, &pictures, now_ms, max, ret_count);
}

enum rc erasure_retain_faces(struct op *op, struct service *svc, int64_t now_ms, int64_t max,
                             int64_t *ret_count)
{
        const struct retention faces = {false, svc->conf->face_retention_days, session_find_faces,
                                        drop_retained_faces};
        return retain(op, svc, &faces, now_ms, max, ret_count);
}

enum rc erasure_retain_people(struct op *op, struct service *svc, int64_t now_ms, int64_t max,
                              int64_t *ret_count)
{
        const int64_t days = svc->conf->duplicate_face_days;
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct str *ids;
        size_t len;
        *ret_count = 0;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            people_forget_old(&tx, now_ms, days ? now_ms - days * day_ms : INT64_MAX, max, &ids, &len) !=
                RC_OK)
                return op->rc;
        for (size_t i = 0; i < len; i++)
                if (tell(&tx, arena_copy(&op->arena, ids[i]).ptr, "template", 0, now_ms) != RC_OK)
                        return op->rc;
        if (tx_commit(&tx) != RC_OK)
                return op->rc;
        *ret_count = (int64_t)len;
        return RC_OK;
}
