#include "api/api.h"
#include "check/completion.h"

enum rc api_complete(struct call *call)
{
        struct str data;
        if (completion_make(call->op, call->svc, http_request_param(call->request, "session_key"), &data) !=
            RC_OK)
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
