/*
 * Sessions as the back office sees them: listed, masked; unmasked for a reason; destroyed.
 */
#include "api/field.h"
#include "check/erasure.h"
#include "check/people.h"
#include "check/reading.h"
#include "doc/email.h"
#include "doc/mask.h"
#include "doc/phone.h"

enum { REASON_BYTES_MAX = 2000 };

static enum rc session_filter(struct call *call, struct session_filter *ret)
{
        struct str status = STR_NULL, phone_text = STR_NULL, email_text = STR_NULL;
        struct phone *phone = arena_alloc(&call->op->arena, sizeof(*phone));
        struct email *email = arena_alloc(&call->op->arena, sizeof(*email));
        *ret = (struct session_filter){0};
        if (phone == NULL || email == NULL)
                return op_fail(call->op, RC_UNAVAILABLE, "request memory is full");
        if (field_of_query(call->request, "status", &status) != RC_OK ||
            field_of_query(call->request, "phone_number", &phone_text) != RC_OK ||
            field_of_query(call->request, "email", &email_text) != RC_OK)
                return call->op->rc;
        ret->by_status = status.ptr != NULL;
        if (status.ptr && !session_status_parse(status, &ret->status))
                return api_bad_query(call, "status", "알 수 없는 상태입니다.", "No such status.");
        if (phone_text.ptr) {
                if (!phone_parse(phone_text, phone))
                        return op_fail_field(call->op, RC_INVALID_PHONE_NUMBER, "phone_number",
                                             "올바른 휴대폰 번호가 아닙니다.", "Not a Korean mobile number.");
                ret->phone = str_from(phone->e164);
        }
        if (email_text.ptr) {
                if (!email_parse(email_text, email))
                        return op_fail_field(call->op, RC_INVALID_EMAIL, "email",
                                             "올바른 이메일 주소가 아닙니다.", "Not an e-mail address.");
                ret->email = str_from(email->text);
        }
        if (api_query_time(call, "date_from", false, &ret->from_ms) != RC_OK ||
            api_query_time(call, "date_to", true, &ret->to_ms) != RC_OK)
                return call->op->rc;
        return RC_OK;
}

static void emit_masked(struct emit *emit, const char *key, struct str text,
                        struct masked (*mask)(struct str))
{
        struct masked masked;
        if (str_is_null(text)) {
                emit_null(emit, key);
                return;
        }
        masked = mask(text);
        emit_text(emit, key, masked.text);
}

static void emit_session(struct emit *emit, const struct session *session)
{
        struct session_view view;
        session_view(session, clock_wall_ms(), &view);
        emit_open(emit, NULL);
        api_emit_view(emit, session, &view);
        emit_masked(emit, "phone_number", session->verified_phone, mask_phone);
        emit_masked(emit, "email", session->verified_email, mask_email);
        emit_time(emit, "created_at", session->created_at_ms);
        emit_time(emit, "expires_at", session->expires_at_ms);
        emit_time(emit, "completed_at", session->completed_at_ms);
        if (session->metadata.ptr)
                emit_raw(emit, "metadata", session->metadata);
        else
                emit_null(emit, "metadata");
        people_emit_signals(emit, session);
        emit_time(emit, "faces_destroyed_at", session->faces_destroyed_at_ms);
        if (session->damaged)
                emit_bool(emit, "damaged", true);
        emit_close(emit);
}

/* What was looked for, and how much was seen. */
static struct str looked_for(struct op *op, const struct session_filter *filter, struct page page, size_t len)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1024);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_open(&emit, "filter");
        if (filter->by_status)
                emit_text(&emit, "status", session_status_name(filter->status));
        if (filter->from_ms)
                emit_time(&emit, "date_from", filter->from_ms);
        if (filter->to_ms)
                emit_time(&emit, "date_to", filter->to_ms);
        if (filter->phone.ptr)
                emit_masked(&emit, "phone_number", filter->phone, mask_phone);
        if (filter->email.ptr)
                emit_masked(&emit, "email", filter->email, mask_email);
        emit_close(&emit);
        emit_int(&emit, "page", page.number);
        emit_int(&emit, "count", (int64_t)len);
        emit_close(&emit);
        return arena_copy(&op->arena, buf_str(&buf));
}

static enum rc load(struct call *call, const struct session_filter *filter, struct page page,
                    struct session **ret, size_t *ret_len, int64_t *ret_total)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        enum rc rc = store_begin(call->svc->store, call->op, TX_READ, &tx);
        return rc == RC_OK ? session_list(&tx, filter, page, ret, ret_len, ret_total) : rc;
}

enum rc api_sessions(struct call *call)
{
        struct session_filter filter;
        struct page page;
        struct session *sessions;
        size_t len;
        int64_t total;
        if (session_filter(call, &filter) != RC_OK || api_page(call, &page) != RC_OK ||
            load(call, &filter, page, &sessions, &len, &total) != RC_OK ||
            api_note_list(call, STR_NULL, "list of sessions", looked_for(call->op, &filter, page, len)) !=
                RC_OK)
                return call->op->rc;
        struct emit emit = api_open_data(call);
        emit_open_array(&emit, "items");
        for (size_t i = 0; i < len; i++) {
                emit_session(&emit, &sessions[i]);
                session_release(&sessions[i]);
        }
        api_close_page(&emit, page, total);
        api_close_data(call, &emit);
        return RC_OK;
}

struct unmask_body {
        struct str reason;
        struct field_words fields;
};

static const struct field unmask_fields[] = {
    {"reason", FIELD_TEXT, true, REASON_BYTES_MAX, offsetof(struct unmask_body, reason)},
    {"fields", FIELD_WORDS, false, READING_FIELD_COUNT, offsetof(struct unmask_body, fields)},
};

static enum rc wanted_of(struct call *call, const struct field_words *words, unsigned *ret)
{
        enum reading_field field;
        *ret = READING_ALL;
        if (words->words == NULL)
                return RC_OK;
        *ret = 0;
        for (size_t i = 0; i < words->len; i++) {
                if (!reading_field_parse(words->words[i], &field))
                        return op_fail_field(call->op, RC_VALIDATION_FAILED, "fields",
                                             "알 수 없는 항목이 있습니다.", "There is no such field.");
                *ret |= 1u << field;
        }
        if (*ret == 0)
                return op_fail_field(call->op, RC_VALIDATION_FAILED, "fields", "하나 이상의 항목입니다.",
                                     "At least one field.");
        return RC_OK;
}

enum rc api_session_reveal(struct call *call)
{
        struct unmask_body body = {0};
        const struct actor who = api_actor(call);
        struct reading_request request = {.who = &who,
                                          .session_id = http_request_param(call->request, "session_id")};
        struct str json;
        if (field_decode(call, unmask_fields, LEN(unmask_fields), &body) != RC_OK ||
            wanted_of(call, &body.fields, &request.fields) != RC_OK)
                return call->op->rc;
        request.reason = body.reason;
        if (reading_unmask(call->op, call->svc, &request, &json) != RC_OK)
                return call->op->rc;
        api_data_raw(call, json);
        return RC_OK;
}

enum rc api_session_erase(struct call *call)
{
        const struct actor who = api_actor(call);
        struct str id = http_request_param(call->request, "session_id");
        if (erasure_session(call->op, call->svc, id, &who, "administrator") != RC_OK)
                return call->op->rc;
        struct emit emit = api_open_data(call);
        emit_str(&emit, "session_id", id);
        api_close_data(call, &emit);
        return RC_OK;
}
