/*
 * What applicants are asked to agree to, and that they have.
 */
#include "check/consent.h"
#include "api/field.h"

enum { RETENTION_MAX = 36500 };

enum rc api_consent_text(struct call *call)
{
        api_data_raw(call, call->svc->consent->json);
        return RC_OK;
}

struct consent_body {
        struct str version, text_sha256, purpose;
        struct field_words items;
        int64_t retention_days;
};

static const struct field fields[] = {
    {"version", FIELD_TEXT, true, 64, offsetof(struct consent_body, version)},
    {"text_sha256", FIELD_TEXT, true, 64, offsetof(struct consent_body, text_sha256)},
    {"items", FIELD_WORDS, true, CONSENT_ITEMS, offsetof(struct consent_body, items)},
    {"purpose", FIELD_TEXT, true, 300, offsetof(struct consent_body, purpose)},
    {"retention_days", FIELD_INT, true, RETENTION_MAX, offsetof(struct consent_body, retention_days)},
};

static enum rc items_of(struct call *call, const struct field_words *words, unsigned *ret)
{
        unsigned item;
        *ret = 0;
        for (size_t i = 0; i < words->len; i++) {
                if (!consent_item_parse(words->words[i], &item))
                        return op_fail_field(call->op, RC_VALIDATION_FAILED, "items",
                                             "알 수 없는 항목이 있습니다.", "There is no such item.");
                *ret |= CONSENT_OF(item);
        }
        return RC_OK;
}

enum rc api_consent_give(struct call *call)
{
        struct consent_body body = {0};
        struct session session CLEANUP(session_release) = {0};
        struct consent_state state;
        struct consent_request request = {.session_key = http_request_param(call->request, "session_key")};
        if (field_decode(call, fields, LEN(fields), &body) != RC_OK ||
            items_of(call, &body.items, &request.items) != RC_OK)
                return call->op->rc;
        request.version = body.version;
        request.text_sha256 = body.text_sha256;
        request.purpose = body.purpose;
        request.retention_days = body.retention_days;
        if (consent_give(call->op, call->svc, &request, &session, &state) != RC_OK)
                return call->op->rc;
        struct emit emit = api_open_data(call);
        emit_text(&emit, "session_id", session.id);
        emit_open_array(&emit, "items");
        for (unsigned i = 0; i < CONSENT_ITEMS; i++)
                if (state.given & CONSENT_OF(i))
                        emit_text(&emit, NULL, consent_item(i));
        emit_close_array(&emit);
        emit_time(&emit, "consented_at", state.last_at_ms);
        emit_bool(&emit, "consent_required", state.missing);
        api_close_data(call, &emit);
        return RC_OK;
}
