#include "check/otp.h"
#include "api/field.h"
#include "notify/twilio.h"

struct body {
        struct str session_key, address, code;
};

enum { FIELDS_SEND = 2, FIELDS_VERIFY = 3, REPORT_FIELDS_MAX = 32 };

static const struct field phone_fields[] = {
    {"session_key", FIELD_TEXT, true, 128, offsetof(struct body, session_key)},
    {"phone_number", FIELD_TEXT, true, 64, offsetof(struct body, address)},
    {"verification_code", FIELD_TEXT, true, 32, offsetof(struct body, code)},
};

static const struct field email_fields[] = {
    {"session_key", FIELD_TEXT, true, 128, offsetof(struct body, session_key)},
    {"email", FIELD_TEXT, true, 320, offsetof(struct body, address)},
    {"verification_code", FIELD_TEXT, true, 32, offsetof(struct body, code)},
};

static enum rc send(struct call *call, enum code_channel channel, const struct field *fields)
{
        struct body body = {0};
        struct otp_sent sent;
        if (field_decode(call, fields, FIELDS_SEND, &body) != RC_OK ||
            otp_send(call->op, call->svc, channel, body.session_key, body.address, &sent) != RC_OK)
                return call->op->rc;
        struct emit emit = api_open_data(call);
        emit_text(&emit, fields[1].name, sent.address);
        emit_time(&emit, "expires_at", sent.expires_at_ms);
        emit_int(&emit, "attempts_remaining", sent.attempts_remaining);
        emit_bool(&emit, "can_resend", sent.can_resend);
        emit_time(&emit, "next_resend_at", sent.next_resend_at_ms);
        emit_text(&emit, "delivery", sent.queued ? "queued" : "sent");
        api_close_data(call, &emit);
        return RC_OK;
}

static enum rc verify(struct call *call, enum code_channel channel, const struct field *fields)
{
        struct body body = {0};
        struct session session CLEANUP(session_release) = {0};
        struct session_view view;
        if (field_decode(call, fields, FIELDS_VERIFY, &body) != RC_OK ||
            otp_verify(call->op, call->svc, channel, body.session_key, body.address, body.code, &session) !=
                RC_OK)
                return call->op->rc;
        session_view(&session, clock_wall_ms(), &view);
        struct emit emit = api_open_data(call);
        emit_bool(&emit, "verified", true);
        emit_int(&emit, "current_step", view.current_step);
        if (view.steps_done < view.steps_max)
                emit_text(&emit, "next_step", step_name((enum step)view.steps_done));
        else
                emit_null(&emit, "next_step");
        api_close_data(call, &emit);
        return RC_OK;
}

enum rc api_phone_send(struct call *call)
{
        return send(call, CODE_PHONE, phone_fields);
}

enum rc api_phone_verify(struct call *call)
{
        return verify(call, CODE_PHONE, phone_fields);
}

enum rc api_email_send(struct call *call)
{
        return send(call, CODE_EMAIL, email_fields);
}

enum rc api_email_verify(struct call *call)
{
        return verify(call, CODE_EMAIL, email_fields);
}

/* The provider's later word on an SMS: believed only with the signature over the address that we gave it. */
enum rc api_phone_report(struct call *call)
{
        struct http_pairs form;
        const struct conf *conf = call->svc->conf;
        struct twilio_field fields[REPORT_FIELDS_MAX];
        if (conf->sms_provider != CONF_SMS_TWILIO)
                return op_fail(call->op, RC_NOT_FOUND, "no provider that reports");
        if (http_request_form(call->request, &form) != RC_OK)
                return call->op->rc;
        if (form.len > LEN(fields))
                return op_fail(call->op, RC_INVALID_REQUEST, "too many fields");
        for (size_t i = 0; i < form.len; i++)
                fields[i] = (struct twilio_field){form.items[i].name, form.items[i].value};
        struct str url =
            arena_printf(&call->op->arena, "%s%s", call->svc->issuer, call->request->route->pattern);
        if (!twilio_signature_valid(str_from(conf->twilio_auth_token), url, fields, form.len,
                                    http_request_header(call->request, "X-Twilio-Signature")))
                return op_fail(call->op, RC_FORBIDDEN, "the signature is not Twilio's");
        enum twilio_state state = twilio_state_from(http_pairs_get(&form, "MessageStatus"));
        struct str sid = http_pairs_get(&form, "MessageSid");
        call->reply->status = 204;
        if (state == TWILIO_PENDING)
                return RC_OK;
        if (str_is_null(sid))
                return op_fail_field(call->op, RC_VALIDATION_FAILED, "MessageSid", "필수 항목입니다.",
                                     "This field is required.");
        return otp_delivery_report(call->op, call->svc, CODE_PHONE, sid,
                                   state == TWILIO_DELIVERED ? CODE_DELIVERED : CODE_UNDELIVERED);
}
