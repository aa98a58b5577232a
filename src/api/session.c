#include "api/field.h"
#include "base/json.h"
#include "check/consent.h"

enum { NAME_MAX_BYTES = 400, METADATA_MAX = 8192, SSE_POLL_MS = 2000 };

struct create_body {
        struct str phone_number, email, expected, metadata;
        bool full_verification;
};

struct expected_body {
        struct str name, birth_date;
};

static const struct field create_fields[] = {
    {"phone_number", FIELD_TEXT, false, 64, offsetof(struct create_body, phone_number)},
    {"email", FIELD_TEXT, false, 320, offsetof(struct create_body, email)},
    {"full_verification", FIELD_BOOL, false, 0, offsetof(struct create_body, full_verification)},
    {"expected", FIELD_OBJECT, false, 0, offsetof(struct create_body, expected)},
    {"metadata", FIELD_OBJECT, false, 0, offsetof(struct create_body, metadata)},
};

static const struct field expected_fields[] = {
    {"name", FIELD_TEXT, false, NAME_MAX_BYTES, offsetof(struct expected_body, name)},
    {"birth_date", FIELD_TEXT, false, 32, offsetof(struct expected_body, birth_date)},
};

void api_emit_view(struct emit *emit, const struct session *session, const struct session_view *view)
{
        emit_text(emit, "session_id", session->id);
        emit_text(emit, "status", session_status_name(view->status));
        emit_int(emit, "current_step", view->current_step);
        emit_int(emit, "max_step", view->steps_max);
        emit_open_array(emit, "completed_steps");
        for (int i = 0; i < STEP_COUNT; i++)
                if (view->verified[i])
                        emit_text(emit, NULL, step_name((enum step)i));
        emit_close_array(emit);
        emit_int(emit, "verification_score", view->score);
}

/* What /status tells, and what it is told from. */
struct state {
        struct session session;
        struct consent_state consent;
};

static void state_release(struct state *state)
{
        session_release(&state->session);
}

static const char *const liveness_modes[] = {[CONF_LIVENESS_EITHER] = "either",
                                             [CONF_LIVENESS_ACTIVE] = "active",
                                             [CONF_LIVENESS_PASSIVE] = "passive"};

static void emit_status(struct buf *buf, const struct service *svc, const struct state *state)
{
        const struct session *session = &state->session;
        struct session_view view;
        struct emit emit = emit_to(buf);
        session_view(session, clock_wall_ms(), &view);
        emit_open(&emit, NULL);
        api_emit_view(&emit, session, &view);
        emit_bool(&emit, "phone_verified", view.verified[STEP_PHONE]);
        emit_bool(&emit, "email_verified", view.verified[STEP_EMAIL]);
        emit_bool(&emit, "id_card_verified", view.verified[STEP_ID_CARD]);
        emit_bool(&emit, "face_verified", view.verified[STEP_FACE]);
        emit_time(&emit, "expires_at", session->expires_at_ms);
        emit_bool(&emit, "is_expired", view.status == SESSION_EXPIRED);
        emit_text(&emit, "liveness_mode", liveness_modes[svc->conf->liveness_mode]);
        if (svc->conf->consent_required)
                emit_bool(&emit, "consent_required", state->consent.missing);
        emit_close(&emit);
}

enum rc api_session_create(struct call *call)
{
        struct create_body body = {.full_verification = true};
        struct expected_body expected = {0};
        if (field_decode(call, create_fields, LEN(create_fields), &body) != RC_OK)
                return call->op->rc;
        if (body.expected.ptr) {
                json_auto_t *object = NULL;
                if (!json_parse(body.expected, METADATA_MAX, &object))
                        return op_fail_field(call->op, RC_VALIDATION_FAILED, "expected", "너무 깁니다.",
                                             "Too long.");
                if (field_decode_object(call, object, expected_fields, LEN(expected_fields), &expected) !=
                    RC_OK)
                        return call->op->rc;
        }
        struct session_request request = {
            .full = body.full_verification,
            .phone = body.phone_number,
            .email = body.email,
            .expected_name = expected.name,
            .expected_birth_date = expected.birth_date,
            .metadata = body.metadata,
            .rp_id = call->apikey ? str_from(call->apikey->id) : STR_NULL,
        };
        struct session session CLEANUP(session_release) = {0};
        char key[TOKEN_MAX];
        if (session_create(call->op, call->svc, &request, &session, key) != RC_OK)
                return call->op->rc;
        struct emit emit = api_open_data(call);
        emit_text(&emit, "session_id", session.id);
        emit_text(&emit, "session_key", key);
        emit_text(&emit, "status", session_status_name(session.status));
        emit_int(&emit, "current_step", 1);
        emit_int(&emit, "max_step", session.full ? 4 : 2);
        emit_time(&emit, "created_at", session.created_at_ms);
        emit_time(&emit, "expires_at", session.expires_at_ms);
        api_close_data(call, &emit);
        explicit_bzero(key, sizeof(key));
        return RC_OK;
}

static enum rc load_consent(struct tx *tx, const struct service *svc, struct state *state)
{
        return svc->conf->consent_required ? consent_state(tx, svc, &state->session, &state->consent) : RC_OK;
}

static enum rc load(struct op *op, struct service *svc, struct str key, struct state *ret)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(svc->store, op, TX_READ, &tx) != RC_OK ||
            session_find(&tx, key, &ret->session) != RC_OK)
                return op->rc;
        return load_consent(&tx, svc, ret);
}

enum rc api_session_status(struct call *call)
{
        struct state state CLEANUP(state_release) = {0};
        if (load(call->op, call->svc, http_request_param(call->request, "session_key"), &state) != RC_OK)
                return call->op->rc;
        emit_status(&call->reply->body, call->svc, &state);
        call->reply->status = 200;
        return RC_OK;
}

/* An open event stream: what it last told. Lies in the request's arena. */
struct watch {
        struct service *svc;
        char id[ID_MAX];
        int64_t version;
        bool over;
};

/* Tells the status when it has changed; over once it can change no more. */
static bool watch_next(void *ctx, struct op *op, struct buf *buf)
{
        struct watch *watch = ctx;
        struct state state CLEANUP(state_release) = {0};
        struct session_view view;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (watch->over)
                return false;
        if (store_begin(watch->svc->store, op, TX_READ, &tx) != RC_OK ||
            session_load(&tx, str_from(watch->id), &state.session) != RC_OK ||
            load_consent(&tx, watch->svc, &state) != RC_OK)
                return op->rc != RC_SESSION_NOT_FOUND; /* a store that is away may come back */
        session_view(&state.session, clock_wall_ms(), &view);
        watch->over = view.status >= SESSION_COMPLETED;
        if (state.session.version == watch->version && !watch->over)
                return true;
        watch->version = state.session.version;
        CLEANUP(buf_release) struct buf data;
        buf_init(&data, 4096);
        emit_status(&data, watch->svc, &state);
        http_event(buf, "status", buf_str(&data));
        return true;
}

static void watch_close(void *ctx)
{
        (void)ctx; /* it lies in the request's arena */
}

enum rc api_session_events(struct call *call)
{
        struct state state CLEANUP(state_release) = {0};
        if (load(call->op, call->svc, http_request_param(call->request, "session_key"), &state) != RC_OK)
                return call->op->rc;
        struct watch *watch = arena_alloc(&call->op->arena, sizeof(*watch));
        if (watch == NULL)
                return op_fail(call->op, RC_UNAVAILABLE, "request memory is full");
        *watch = (struct watch){.svc = call->svc, .version = -1};
        memcpy(watch->id, state.session.id, sizeof(watch->id));
        call->reply->status = 200;
        call->reply->stream = (struct http_stream){
            .next = watch_next, .close = watch_close, .ctx = watch, .poll_ms = SSE_POLL_MS};
        memcpy(call->reply->stream.topic, state.session.id, sizeof(state.session.id));
        return RC_OK;
}
