#include "check/completion.h"

#include "base/emit.h"
#include "base/json.h"
#include "check/claims.h"
#include "check/erasure.h"
#include "check/keys.h"
#include "check/people.h"
#include "check/signs.h"
#include "store/event.h"

enum { DATA_MAX = 48 * 1024, SIGNS_MAX = 2048 };

/* What completing needs, read before the transaction that writes: signing takes longer than a lock should be
 * held. */
struct material {
        struct session session;
        struct document document;
        struct face face;
        bool has_document; /* and so a face */
        struct claims claims;
        char token[TOKEN_MAX];
        char jti[ID_MAX];
};

static void material_release(struct material *m)
{
        session_release(&m->session);
        explicit_bzero(m->token, sizeof(m->token));
}

static enum session_status last_step(const struct session *session)
{
        return session->full ? SESSION_FACE_VERIFIED : SESSION_EMAIL_VERIFIED;
}

static enum rc load(struct op *op, struct service *svc, struct str session_key, struct material *m)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK ||
            session_find(&tx, session_key, &m->session) != RC_OK)
                return op->rc;
        if (m->session.status == SESSION_COMPLETED)
                return RC_OK;
        if (session_is_open(op, &m->session, clock_wall_ms()) != RC_OK)
                return op->rc;
        if (m->session.status != last_step(&m->session))
                return op_fail(op, RC_INCOMPLETE_VERIFICATION, "status is %s",
                               session_status_name(m->session.status));
        m->has_document = m->session.full;
        if (m->has_document && document_load_accepted(&tx, &m->session, &m->document) == RC_OK)
                return face_load_accepted(&tx, &m->session, &m->face);
        return op->rc;
}

/* The reply's `data`, and beside it what introspection tells, so that both are read from one sealed row. */
static enum rc write_result(struct op *op, struct service *svc, struct material *m, int64_t now_ms,
                            struct str *ret)
{
        CLEANUP(buf_release) struct buf claims, jwt, out;
        buf_init_secret(&claims, DATA_MAX);
        buf_init_secret(&jwt, DATA_MAX);
        buf_init_secret(&out, DATA_MAX);
        struct emit emit = emit_to(&claims);
        claims_emit_id_token(&emit, svc, &m->claims);
        if (!buf_ok(&claims) || jws_sign(op, svc->keyring, "JWT", buf_str(&claims), &jwt) != RC_OK ||
            !buf_ok(&jwt))
                return op_fail(op, RC_INTERNAL, "the result cannot be signed");
        const struct session *session = &m->session;
        emit = emit_to(&out);
        emit_open(&emit, NULL);
        emit_text(&emit, "session_id", session->id);
        emit_text(&emit, "verification_token", m->token);
        emit_time(&emit, "verified_at", now_ms);
        emit_int(&emit, "verification_score", 100);
        emit_str(&emit, "verified_phone", session->verified_phone);
        emit_str(&emit, "verified_email", session->verified_email);
        emit_str(&emit, "verified_name", session->verified_name);
        emit_str(&emit, "verified_birth_date", session->verified_birth_date);
        emit_str(&emit, "liveness_method",
                 m->has_document ? str_from(face_method_name(m->face.method)) : STR_NULL);
        claims_emit_personal_data(&emit, m->has_document ? &m->document : NULL);
        emit_str(&emit, "id_token", buf_str(&jwt));
        emit_close(&emit);
        *ret = buf_ok(&out) ? arena_copy(&op->arena, buf_str(&out)) : STR_NULL;
        return str_is_null(*ret) ? op_fail(op, RC_INTERNAL, "the result is too large") : RC_OK;
}

static enum rc commit(struct op *op, struct service *svc, struct material *m, struct str data, int64_t now_ms,
                      struct blob_names *ret_blobs, bool *ret_moved)
{
        struct session_result result = {
            .token = str_from(m->token), .token_expires_at_ms = m->claims.expires_at_ms, .json = data};
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK ||
            session_complete(&tx, &m->session, SESSION_IN(last_step(&m->session)), &result, now_ms,
                             ret_moved) != RC_OK)
                return op->rc;
        if (!*ret_moved)
                return RC_OK;
        if (event_append(&tx, EVENT_VERIFICATION_COMPLETED, m->session.id, STR_NULL, now_ms) != RC_OK ||
            (m->has_document && erasure_faces_at_end(&tx, svc, m->session.id, now_ms, ret_blobs) != RC_OK))
                return op->rc;
        return tx_commit(&tx);
}

static enum rc answer_from_row(struct op *op, const struct session *session, struct str *ret_data)
{
        if (str_is_null(session->result)) /* erased since */
                return op_fail(op, RC_SESSION_NOT_FOUND, "the result was erased");
        *ret_data = session->result;
        return RC_OK;
}

enum rc completion_make(struct op *op, struct service *svc, struct str session_key, struct str *ret_data)
{
        struct material m CLEANUP(material_release) = {0};
        int64_t now = clock_wall_ms();
        bool moved = false;
        if (load(op, svc, session_key, &m) != RC_OK)
                return op->rc;
        if (m.session.status == SESSION_COMPLETED)
                return answer_from_row(op, &m.session, ret_data);
        token_new(TOKEN_RESULT, m.token);
        id_make(m.jti);
        m.claims = (struct claims){.session = &m.session,
                                   .document = m.has_document ? &m.document : NULL,
                                   .face = m.has_document ? &m.face : NULL,
                                   .extracted = m.has_document ? m.document.extracted : STR_NULL,
                                   .verified_at_ms = now,
                                   .expires_at_ms = now + svc->conf->token_hours * 3600 * 1000,
                                   .jti = m.jti};
        struct str data;
        struct blob_names blobs = {0};
        if (write_result(op, svc, &m, now, &data) != RC_OK ||
            commit(op, svc, &m, data, now, &blobs, &moved) != RC_OK)
                return op->rc;
        if (moved) {
                service_changed(svc, m.session.id);
                erasure_remove_blobs(op, svc, &blobs);
                op_forgive(op); /* what could not be removed has no key any more */
                *ret_data = data;
                return RC_OK;
        }
        /* Another was first: his answer is the one. */
        struct material again CLEANUP(material_release) = {0};
        if (load(op, svc, session_key, &again) != RC_OK)
                return op->rc;
        if (again.session.status != SESSION_COMPLETED)
                return op_fail(op, RC_UNAVAILABLE, "the session changed while it was completed");
        return answer_from_row(op, &again.session, ret_data);
}

/* Beside the claims what is not in the id_token, which applicants are given, too. */
static bool add_signs(json_t *payload, const struct session *session, const struct document *document)
{
        json_auto_t *signs = NULL;
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, SIGNS_MAX);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        signs_emit(&emit, "authenticity", document->details);
        people_emit_signals(&emit, session);
        emit_close(&emit);
        return json_parse(buf_str(&buf), SIGNS_MAX, &signs) && json_object_update(payload, signs) == 0;
}

/* `document`: NULL in the basic flow. */
static enum rc write_active(struct op *op, struct service *svc, const struct session *session,
                            const struct document *document, struct str *ret_body)
{
        json_auto_t *result = NULL, *payload = NULL;
        CLEANUP(buf_release) struct buf claims;
        buf_init_secret(&claims, DATA_MAX);
        if (!json_parse(session->result, DATA_MAX, &result) ||
            keys_verify(op, svc, json_get_str(result, "id_token"), &claims) != RC_OK ||
            !json_parse(buf_str(&claims), DATA_MAX, &payload) ||
            (document && !add_signs(payload, session, document)))
                return op_fail(op, RC_INTERNAL, "a stored result cannot be read");
        json_object_set_new(payload, "active", json_true());
        json_object_set_new(payload, "token_type", json_string("verification_token"));
        char *text = json_dumps(payload, JSON_COMPACT);
        *ret_body = text ? arena_copy(&op->arena, str_from(text)) : STR_NULL;
        if (text) {
                explicit_bzero(text, strlen(text));
                x_free(text);
        }
        return str_is_null(*ret_body) ? op_fail(op, RC_UNAVAILABLE, "request memory is full") : RC_OK;
}

/* A reading of personal data like any other. */
static enum rc note_introspection(struct tx *tx, const char *session_id, const struct actor *who, int64_t now)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1024);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_text(&emit, "reason", "introspection");
        actor_emit(&emit, who);
        emit_close(&emit);
        return event_append(tx, EVENT_TOKEN_INTROSPECTED, session_id, buf_str(&buf), now);
}

enum rc completion_introspect(struct op *op, struct service *svc, struct str token, const struct actor *who,
                              bool any_rp, struct str *ret_body)
{
        struct session session CLEANUP(session_release) = {0};
        struct document document;
        struct tx tx CLEANUP(tx_rollback) = {0};
        int64_t now = clock_wall_ms();
        *ret_body = STR("{\"active\":false}");
        if (!token_valid(TOKEN_RESULT, token))
                return RC_OK;
        if (store_begin(svc->store, op, TX_WRITE, &tx) != RC_OK)
                return op->rc;
        if (session_load_by_token(&tx, token, &session) != RC_OK) {
                if (op->rc != RC_SESSION_NOT_FOUND)
                        return op->rc;
                op_forgive(op);
                return RC_OK;
        }
        bool mine = any_rp || str_equal(session.rp_id, who->id);
        if (!mine || now >= session.token_expires_at_ms || str_is_null(session.result))
                return RC_OK;
        if ((session.full && document_load_accepted(&tx, &session, &document) != RC_OK) ||
            note_introspection(&tx, session.id, who, now) != RC_OK || tx_commit(&tx) != RC_OK)
                return op->rc;
        return write_active(op, svc, &session, session.full ? &document : NULL, ret_body);
}
