#include "base/emit.h"
#include "check/people.h"
#include "check/picture.h"
#include "check/signs.h"
#include "store/attempt.h"
#include "store/event.h"

enum { EVENT_MAX = 4096 };

static enum rc tell_log(struct tx *tx, enum event_type type, const struct session *session,
                        const struct picture_verdict *verdict)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, EVENT_MAX);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_text(&emit, "step", step_name(verdict->step));
        emit_text(&emit, "status", check_status_name(verdict->status));
        emit_raw(&emit, "errors", verdict->errors.ptr ? verdict->errors : STR("[]"));
        if (verdict->details.ptr)
                signs_emit(&emit, "authenticity", verdict->details);
        if (session->risk_signals.ptr)
                people_emit_signals(&emit, session);
        emit_close(&emit);
        return event_append(tx, type, session->id, buf_str(&buf), verdict->now_ms);
}

/* Why the step that a picture has earned is not to be taken. */
static enum rc why_late(struct tx *tx, const char *session_id, enum step step, int64_t now_ms, enum rc *ret)
{
        struct session session CLEANUP(session_release) = {0};
        if (session_load(tx, str_from(session_id), &session) != RC_OK)
                return tx->op->rc;
        enum rc why = session_may(tx->op, &session, step, now_ms);
        op_forgive(tx->op);
        *ret = why != RC_OK ? why : RC_STEP_OUT_OF_ORDER; /* another document has come, for other faces */
        return RC_OK;
}

enum rc picture_take_step(struct tx *tx, struct session *session, struct picture_verdict *verdict)
{
        enum session_status to = (enum session_status)(verdict->step + 1);
        unsigned from = SESSION_IN(verdict->step);
        enum rc why = RC_OK;
        if (verdict->step == STEP_ID_CARD)
                from |= SESSION_IN(to); /* where the one before was withdrawn */
        if (verdict->status != CHECK_SUCCESS)
                return RC_OK;
        if (session_advance(tx, session, from, to, verdict->proof, verdict->now_ms, &verdict->took) != RC_OK)
                return tx->op->rc;
        if (verdict->took)
                return RC_OK;
        if (why_late(tx, session->id, verdict->step, verdict->now_ms, &why) != RC_OK)
                return tx->op->rc;
        verdict->late = why;
        verdict->status = CHECK_FAILED;
        verdict->errors = arena_printf(&tx->op->arena, "[\"%s\"]", rc_code(why));
        return RC_OK;
}

/* What was not taken may have been the last that could be. A session whose time is over expires. */
static enum rc end_if_exhausted(struct tx *tx, struct session *session, int64_t now_ms)
{
        bool left = true;
        if (now_ms < session->expires_at_ms &&
            attempts_are_left(tx, session, PICTURE_UPLOADS_MAX, &left) != RC_OK)
                return tx->op->rc;
        return left ? RC_OK : session_exhaust(tx, session, now_ms, NULL);
}

enum rc picture_settle(struct tx *tx, const struct job *job, struct session *session,
                       const struct picture_verdict *verdict)
{
        static const enum event_type verified[STEP_COUNT] = {
            [STEP_ID_CARD] = EVENT_ID_CARD_VERIFIED, [STEP_FACE] = EVENT_FACE_VERIFIED};
        struct op *op = tx->op;
        bool held;
        if (job_finish(tx, job, verdict->now_ms, &held) != RC_OK)
                return op->rc;
        if (!held)
                return op_fail(op, RC_UNAVAILABLE, "another worker was quicker");
        if (verdict->took && verdict->taken && verdict->taken(verdict->ctx, tx, session) != RC_OK)
                return op->rc;
        if (tell_log(tx, verdict->took ? verified[verdict->step] : EVENT_VERIFICATION_FAILED, session,
                     verdict) != RC_OK ||
            (!verdict->took && end_if_exhausted(tx, session, verdict->now_ms) != RC_OK))
                return op->rc;
        return tx_commit(tx);
}

enum rc picture_settle_failed(struct tx *tx, const struct job *job, struct session *session, enum step step,
                              enum rc why, int64_t now_ms)
{
        struct op *op = tx->op;
        bool held;
        if (job_fail(tx, job, rc_code(why), now_ms, &held) != RC_OK)
                return op->rc;
        if (!held)
                return op_fail(op, RC_UNAVAILABLE, "the lease was lost");
        struct str told = arena_printf(&op->arena, "{\"step\":\"%s\",\"status\":\"%s\",\"errors\":[\"%s\"]}",
                                       step_name(step), check_status_name(CHECK_FAILED), rc_code(why));
        if (event_append(tx, EVENT_VERIFICATION_FAILED, session->id, told, now_ms) != RC_OK ||
            end_if_exhausted(tx, session, now_ms) != RC_OK)
                return op->rc;
        return tx_commit(tx);
}

void picture_settled(struct op *op, struct service *svc, const struct session *session,
                     const struct picture_refs *refs)
{
        picture_remove(op, svc, refs);
        service_changed(svc, session->id);
}

void picture_settled_unread(struct op *op, struct service *svc, const struct session *session,
                            const struct job *job)
{
        struct picture_refs refs = {0};
        if (picture_payload_parse(op, job, &refs) != RC_OK)
                op_forgive(op); /* erased: then the blobs went with it */
        picture_settled(op, svc, session, &refs);
        explicit_bzero(&refs, sizeof(refs));
}
