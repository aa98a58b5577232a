/*
 * How a document or a face was judged.
 */
#include "api/api.h"
#include "api/message.h"
#include "base/json.h"
#include "check/people.h"
#include "check/signs.h"
#include "store/face.h"

#include <math.h>

enum { ERRORS_MAX = 1024, ADVICE_MAX = 2048 };

static struct str one_text(struct op *op, enum rc rc, const json_t *one)
{
        struct str field = json_get_str(one, "field");
        enum doc_side side = doc_side_from_name(field);
        return side == DOC_SIDE_COUNT
                   ? message_of_field(op, rc, doc_field_from_name(field), op->client.lang)
                   : message_of_side(op, side, doc_fault_from_name(json_get_str(one, "reason")),
                                     op->client.lang);
}

/* The first code, or RC_OK where there is none. */
static enum rc first_error(struct str errors)
{
        json_auto_t *root = NULL;
        const char *first = NULL;
        if (errors.ptr && json_parse(errors, ERRORS_MAX, &root))
                first = json_string_value(json_array_get(root, 0));
        return first ? rc_from_code(first) : RC_OK;
}

/* Of the field that the advice names with the code, if it names one. */
static struct str document_text(struct op *op, enum rc first, struct str advice)
{
        json_auto_t *root = NULL;
        if (advice.ptr)
                (void)!json_parse(advice, ADVICE_MAX, &root);
        for (size_t i = 0; i < json_array_size(root); i++) {
                const json_t *one = json_array_get(root, i);
                if (str_equal(json_get_str(one, "code"), str_from(rc_code(first))) &&
                    !json_get_bool(one, "optional"))
                        return one_text(op, first, one);
        }
        return str_from(message_text(first, op->client.lang));
}

/* The advice to what is wrong, in the reader's language, and the codes; null both where there are none. */
static void emit_errors(struct emit *emit, struct str text, struct str errors)
{
        emit_str(emit, "error_message", text);
        if (str_is_null(text))
                emit_null(emit, "errors");
        else
                emit_raw(emit, "errors", errors);
}

static void emit_duration(struct emit *emit, int64_t finished_at_ms, int64_t duration_ms)
{
        if (finished_at_ms == 0)
                emit_null(emit, "processing_duration");
        else
                emit_double(emit, "processing_duration", (double)duration_ms / 1000, 3);
}

/* The signs of forgery, which are sealed with the session's key; null to who may not know them. */
static enum rc emit_authenticity(const struct call *call, struct emit *emit, struct tx *tx,
                                 const struct document *document)
{
        struct session session CLEANUP(session_release) = {0};
        struct document opened = {0};
        if (call->apikey && session_load(tx, str_from(document->session_id), &session) != RC_OK)
                return tx->op->rc;
        if (call->apikey && api_may_know_signs(call, &session) &&
            document_load(tx, &session, str_from(document->id), &opened) != RC_OK)
                return tx->op->rc;
        signs_emit(emit, "authenticity", opened.details);
        return RC_OK;
}

enum rc api_id_card_status(struct call *call)
{
        struct document document;
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct str id = http_request_param(call->request, "verification_id");
        if (!id_valid(id))
                return op_fail(call->op, RC_VERIFICATION_NOT_FOUND, "not the form of an id");
        if (store_begin(call->svc->store, call->op, TX_READ, &tx) != RC_OK ||
            document_load(&tx, NULL, id, &document) != RC_OK)
                return call->op->rc;
        struct emit emit = emit_to(&call->reply->body);
        emit_open(&emit, NULL);
        emit_text(&emit, "verification_id", document.id);
        emit_text(&emit, "status", check_status_name(document.status));
        emit_score(&emit, "confidence_score", document.finished_at_ms ? document.confidence : -1);
        tri_emit(&emit, "name_match", document.name_match);
        tri_emit(&emit, "birth_date_match", document.birth_date_match);
        enum rc first = first_error(document.errors);
        emit_errors(&emit, first ? document_text(call->op, first, document.advice) : STR_NULL,
                    document.errors);
        if (document.advice.ptr)
                emit_raw(&emit, "advice", document.advice);
        else
                emit_null(&emit, "advice");
        if (emit_authenticity(call, &emit, &tx, &document) != RC_OK)
                return call->op->rc;
        emit_duration(&emit, document.finished_at_ms, document.duration_ms);
        emit_close(&emit);
        call->reply->status = 200;
        return RC_OK;
}

/* Who tries one picture after another must not see whether the last was a little better: to an applicant a
 * score that passed is cut to hundredths, one that did not to tenths. Cut, and not rounded, so that none
 * comes to lie on the other side of its threshold. */
static double told_score(double score, bool passed, bool exactly)
{
        double steps = passed ? 100 : 10;
        return exactly || score < 0 ? score : floor(score * steps + 1e-9) / steps;
}

static bool has_error(struct str errors, enum rc rc)
{
        json_auto_t *root = NULL;
        bool has = false;
        if (errors.ptr && json_parse(errors, ERRORS_MAX, &root))
                for (size_t i = 0; i < json_array_size(root); i++)
                        has = has || str_equal(str_from(json_string_value(json_array_get(root, i))),
                                               str_from(rc_code(rc)));
        return has;
}

/* Where the portrait is at fault the document is withdrawn, and a picture of another's document would do no
 * better: that they do not match is told, too. */
static struct str face_text(const struct call *call, enum rc first, struct str errors)
{
        enum lang lang = call->op->client.lang;
        const char *text = message_of_face(first, lang);
        if (!str_starts_with(str_from(rc_code(first)), STR("PORTRAIT_")) ||
            !has_error(errors, RC_FACE_MISMATCH))
                return str_from(text);
        return arena_printf(&call->op->arena, "%s %s", text, message_of_face(RC_FACE_MISMATCH, lang));
}

static void emit_face(const struct call *call, struct emit *emit, const struct face *face, bool exactly)
{
        bool judged = face->finished_at_ms != 0;
        double similarity = told_score(face->similarity, !has_error(face->errors, RC_FACE_MISMATCH), exactly);
        double liveness = told_score(face->liveness, face->is_live == TRI_YES, exactly);
        enum rc first = first_error(face->errors);
        emit_text(emit, "verification_id", face->id);
        emit_text(emit, "status", check_status_name(face->status));
        emit_score(emit, "similarity_score", judged ? similarity : -1);
        emit_score(emit, "liveness_score", judged ? liveness : -1);
        tri_emit(emit, "is_live_person", judged ? face->is_live : TRI_UNKNOWN);
        emit_str(emit, "liveness_method", str_from(face_method_name(face->method)));
        tri_emit(emit, "selfie_repeated", exactly ? face->selfie_repeated : TRI_UNKNOWN);
        emit_duration(emit, face->finished_at_ms, face->duration_ms);
        emit_errors(emit, first ? face_text(call, first, face->errors) : STR_NULL, face->errors);
}

enum rc api_face_status(struct call *call)
{
        struct face face;
        struct session session CLEANUP(session_release) = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct str id = http_request_param(call->request, "verification_id");
        if (!id_valid(id))
                return op_fail(call->op, RC_VERIFICATION_NOT_FOUND, "not the form of an id");
        if (store_begin(call->svc->store, call->op, TX_READ, &tx) != RC_OK ||
            face_load(&tx, NULL, id, &face) != RC_OK)
                return call->op->rc;
        if (call->apikey && session_load(&tx, str_from(face.session_id), &session) != RC_OK)
                return call->op->rc;
        /* What is known of the person from other sessions is sealed likewise, and for the same eyes. */
        bool exactly = api_may_know_signs(call, &session);
        if (!exactly)
                session.risk_signals = STR_NULL;
        struct emit emit = emit_to(&call->reply->body);
        emit_open(&emit, NULL);
        emit_face(call, &emit, &face, exactly);
        people_emit_signals(&emit, &session);
        emit_close(&emit);
        call->reply->status = 200;
        return RC_OK;
}
