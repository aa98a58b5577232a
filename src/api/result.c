#include "api/api.h"
#include "check/completion.h"
#include "check/people.h"

enum { SIGNALS_MAX = 1024 };

/* Beside what the applicant is given, for who has a key to see it. */
static enum rc add_signals(struct call *call, struct str *data)
{
        struct session session CLEANUP(session_release) = {0};
        struct tx tx CLEANUP(tx_rollback) = {0};
        CLEANUP(buf_release) struct buf buf;
        struct str key = http_request_param(call->request, "session_key");
        if (store_begin(call->svc->store, call->op, TX_READ, &tx) != RC_OK ||
            session_find(&tx, key, &session) != RC_OK)
                return call->op->rc;
        if (!api_may_know_signs(call, &session))
                return RC_OK;
        buf_init_secret(&buf, data->len + SIGNALS_MAX);
        buf_add(&buf, str_sub(*data, 0, data->len - 1)); /* an object that has members */
        struct emit emit = {&buf, true};
        people_emit_signals(&emit, &session);
        buf_add_char(&buf, '}');
        *data = buf_ok(&buf) ? arena_copy(&call->op->arena, buf_str(&buf)) : STR_NULL;
        return str_is_null(*data) ? op_fail(call->op, RC_UNAVAILABLE, "request memory is full") : RC_OK;
}

enum rc api_complete(struct call *call)
{
        struct str data;
        if (completion_make(call->op, call->svc, http_request_param(call->request, "session_key"), &data) !=
            RC_OK)
                return call->op->rc;
        if (call->apikey && add_signals(call, &data) != RC_OK)
                return call->op->rc;
        api_data_raw(call, data);
        return RC_OK;
}

enum rc api_introspect(struct call *call)
{
        struct http_pairs form;
        struct str body;
        if (http_request_form(call->request, &form) != RC_OK)
                return call->op->rc;
        struct str token = http_pairs_get(&form, "token");
        if (str_is_null(token))
                return op_fail_field(call->op, RC_VALIDATION_FAILED, "token", "필수 항목입니다.",
                                     "This field is required.");
        const struct actor who = api_actor(call);
        bool any_rp = call->apikey->role == APIKEY_ADMIN;
        if (completion_introspect(call->op, call->svc, token, &who, any_rp, &body) != RC_OK)
                return call->op->rc;
        buf_add(&call->reply->body, body);
        call->reply->status = 200;
        return RC_OK;
}
