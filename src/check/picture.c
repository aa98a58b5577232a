#include "check/picture.h"

#include "base/emit.h"
#include "base/json.h"
#include "base/log.h"
#include "check/consent.h"
#include "store/attempt.h"

enum { PAYLOAD_MAX = 1024, RETRY_AFTER_NEVER_S = 60 };

enum rc picture_may(struct tx *tx, struct service *svc, const struct session *session, enum step step,
                    int64_t now_ms)
{
        bool left = true;
        if (session->status == SESSION_FAILED &&
            attempts_are_left(tx, session, PICTURE_UPLOADS_MAX, &left) != RC_OK)
                return tx->op->rc;
        if (!left)
                return picture_no_uploads_left(tx->op, session, now_ms);
        if (session_may(tx->op, session, step, now_ms) != RC_OK)
                return tx->op->rc;
        return consent_may(tx, svc, session, step);
}

enum rc picture_ask(struct op *op, struct service *svc, struct str session_key, enum step step)
{
        struct session session CLEANUP(session_release) = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK ||
            session_find(&tx, session_key, &session) != RC_OK)
                return op->rc;
        return picture_may(&tx, svc, &session, step, clock_wall_ms());
}

static void emit_ref(struct emit *emit, const struct upload *upload)
{
        CLEANUP(buf_release) struct buf hex;
        buf_init_secret(&hex, 2 * SEAL_KEY_LEN);
        buf_add_hex(&hex, upload->key, sizeof(upload->key));
        emit_open(emit, NULL);
        emit_text(emit, "id", upload->id);
        emit_str(emit, "key", buf_str(&hex));
        if (upload->frames) {
                emit_open_array(emit, "frames");
                for (size_t i = 0; i < upload->images; i++)
                        emit_int(emit, NULL, (int64_t)upload->lens[i]);
                emit_close_array(emit);
        }
        emit_close(emit);
}

struct str picture_payload(struct op *op, const struct upload *first, const struct upload *second)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init_secret(&buf, PAYLOAD_MAX);
        struct emit emit = emit_to(&buf);
        emit_open_array(&emit, NULL);
        emit_ref(&emit, first);
        if (second)
                emit_ref(&emit, second);
        emit_close_array(&emit);
        return buf_ok(&buf) ? arena_copy(&op->arena, buf_str(&buf)) : STR_NULL;
}

/* The lengths of the frames in a blob; none where it is of one image. */
static bool parse_frames(const json_t *lens, struct picture_refs *ret)
{
        ret->frames = json_array_size(lens);
        if (ret->frames > FRAMES_MAX)
                return false;
        for (size_t i = 0; i < ret->frames; i++) {
                json_int_t len = json_integer_value(json_array_get(lens, i));
                if (len <= 0 || len > UPLOAD_FRAME_BYTES_MAX)
                        return false;
                ret->frame_lens[i] = (size_t)len;
        }
        return true;
}

enum rc picture_payload_parse(struct op *op, const struct job *job, struct picture_refs *ret)
{
        json_auto_t *root = NULL;
        struct picture_refs refs = {0};
        if (str_is_null(job->payload) || !json_parse(job->payload, PAYLOAD_MAX, &root) ||
            json_array_size(root) > PICTURE_REFS_MAX)
                return op_fail(op, RC_NOT_FOUND, "the job has no payload any more");
        for (; refs.len < json_array_size(root); refs.len++) {
                const json_t *item = json_array_get(root, refs.len);
                struct picture_ref *ref = &refs.refs[refs.len];
                struct str id = json_get_str(item, "id");
                if (!random_id_valid(id) ||
                    !str_unhex(json_get_str(item, "key"), ref->key, sizeof(ref->key)) ||
                    !parse_frames(json_object_get(item, "frames"), &refs))
                        return op_fail(op, RC_INTERNAL, "the job's payload is malformed");
                memcpy(ref->id, id.ptr, id.len);
        }
        if (refs.len == 0)
                return op_fail(op, RC_INTERNAL, "the job's payload is empty");
        *ret = refs;
        return RC_OK;
}

void picture_key(const struct session *session, struct str own, uint8_t ret[SEAL_KEY_LEN])
{
        memcpy(ret, own.len == SEAL_KEY_LEN ? (const uint8_t *)own.ptr : session->data_key, SEAL_KEY_LEN);
}

enum rc picture_read(struct op *op, struct service *svc, const struct picture_ref *ref, struct buf *ret)
{
        buf_init_secret(ret, PICTURE_BYTES_MAX);
        return blob_read(op, svc->blobs, ref->id, ref->key, PICTURE_BYTES_MAX, ret);
}

void picture_remove(struct op *op, struct service *svc, const struct picture_refs *refs)
{
        bool was_fine = op->rc == RC_OK;
        for (size_t i = 0; i < refs->len; i++)
                if (blob_remove(op, svc->blobs, refs->refs[i].id) != RC_OK && was_fine) {
                        log_line(LOG_WARN, "blob_left", LOG_ID("blob", refs->refs[i].id), LOG_CAUSE(op->why));
                        op_forgive(op);
                }
}

enum rc picture_no_uploads_left(struct op *op, const struct session *session, int64_t now_ms)
{
        /* Only a new session helps: this one has until its end. */
        op->retry_after_s = MAX((session->expires_at_ms - now_ms) / 1000, (int64_t)RETRY_AFTER_NEVER_S);
        op->limit_type = "session";
        return op_fail(op, RC_MAX_ATTEMPTS_EXCEEDED, "all uploads of the session are used up");
}

bool picture_is_no_attempt(enum check_status status, const struct doc_errors *errors)
{
        /* With others beside it, it is of print that was too small to read, in a picture that was read. */
        bool small = errors->len == 1 && doc_errors_have(errors, RC_IMAGE_TOO_SMALL);
        return status == CHECK_FAILED && (small || doc_errors_have(errors, RC_INVALID_IMAGE));
}

struct str picture_errors(struct op *op, const struct doc_errors *errors)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1024);
        struct emit emit = emit_to(&buf);
        if (errors->len == 0)
                return STR_NULL;
        emit_open_array(&emit, NULL);
        for (size_t i = 0; i < errors->len; i++)
                emit_text(&emit, NULL, rc_code(errors->codes[i]));
        emit_close_array(&emit);
        return arena_copy(&op->arena, buf_str(&buf));
}

struct str picture_advice(struct op *op, const struct judgement *judgement, const struct doc_faults *faults)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 2048);
        struct emit emit = emit_to(&buf);
        if (!doc_has_advice(judgement, faults))
                return STR_NULL;
        doc_advice_emit(&emit, NULL, judgement, faults);
        return arena_copy(&op->arena, buf_str(&buf));
}
