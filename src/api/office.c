/*
 * For those who run bonin: figures, the log, sessions, destroying one. What is personal is masked.
 */
#include "api/api.h"
#include "check/cleanup.h"
#include "doc/email.h"
#include "doc/mask.h"
#include "doc/phone.h"
#include "store/event.h"
#include "store/stats.h"

enum { PAGE_SIZE = 20, PAGE_MAX = 1000000 };

static const int64_t day_ms = (int64_t)24 * 3600 * 1000;

static enum rc bad_query(struct call *call, const char *name, const char *ko, const char *en)
{
        return op_fail_field(call->op, RC_VALIDATION_FAILED, name, ko, en);
}

enum rc api_query_time(struct call *call, const char *name, bool end, int64_t *ret_ms)
{
        struct str text = http_request_query(call->request, name);
        *ret_ms = 0;
        if (str_is_null(text))
                return RC_OK;
        if (!clock_parse(text, ret_ms))
                return bad_query(call, name, "날짜 또는 시각이 아닙니다.", "Not a date or time.");
        if (end)
                *ret_ms += text.len == 10 ? day_ms : 1; /* the store's span ends before it */
        return RC_OK;
}

enum rc api_page(struct call *call, struct page *ret)
{
        struct str number = http_request_query(call->request, "page");
        struct str size = http_request_query(call->request, "page_size");
        *ret = (struct page){.number = 1, .size = PAGE_SIZE};
        if (number.ptr && !str_to_int(number, 1, PAGE_MAX, &ret->number))
                return bad_query(call, "page", "1 이상의 정수입니다.", "A whole number from 1.");
        if (size.ptr && !str_to_int(size, 1, STORE_PAGE_MAX, &ret->size))
                return bad_query(call, "page_size", "1에서 100 사이의 정수입니다.",
                                 "A whole number from 1 to 100.");
        return RC_OK;
}

void api_close_page(struct emit *emit, struct page page, int64_t total)
{
        int64_t pages = (total + page.size - 1) / page.size;
        emit_close_array(emit);
        emit_int(emit, "total", total);
        emit_int(emit, "page", page.number);
        emit_int(emit, "page_size", page.size);
        emit_int(emit, "total_pages", pages);
        emit_bool(emit, "has_next", page.number < pages);
        emit_bool(emit, "has_previous", page.number > 1);
}

enum rc api_stats(struct call *call)
{
        struct stats stats;
        int64_t from, to;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (api_query_time(call, "date_from", false, &from) != RC_OK ||
            api_query_time(call, "date_to", true, &to) != RC_OK ||
            store_begin(call->svc->store, call->op, TX_READ, &tx) != RC_OK ||
            stats_load(&tx, from, to, clock_wall_ms(), &stats) != RC_OK)
                return call->op->rc;
        struct emit emit = api_open_data(call);
        emit_int(&emit, "total_sessions", stats.total_sessions);
        emit_int(&emit, "completed_sessions", stats.completed_sessions);
        emit_double(&emit, "success_rate", stats.success_rate, 4);
        emit_double(&emit, "average_completion_time", stats.average_completion_time_s, 3);
        emit_double(&emit, "phone_success_rate", stats.phone_success_rate, 4);
        emit_double(&emit, "email_success_rate", stats.email_success_rate, 4);
        emit_double(&emit, "id_card_success_rate", stats.id_card_success_rate, 4);
        emit_double(&emit, "face_success_rate", stats.face_success_rate, 4);
        emit_int(&emit, "recent_completions", stats.recent_completions);
        emit_int(&emit, "recent_failures", stats.recent_failures);
        api_close_data(call, &emit);
        return RC_OK;
}

static enum rc event_filter(struct call *call, struct event_filter *ret)
{
        struct str type = http_request_query(call->request, "event_type");
        *ret = (struct event_filter){.session_id = http_request_query(call->request, "session_id"),
                                     .by_type = type.ptr != NULL};
        if (type.ptr && !event_type_parse(type, &ret->type))
                return bad_query(call, "event_type", "알 수 없는 이벤트입니다.", "No such event.");
        if (api_query_time(call, "date_from", false, &ret->from_ms) != RC_OK ||
            api_query_time(call, "date_to", true, &ret->to_ms) != RC_OK)
                return call->op->rc;
        return RC_OK;
}

static void emit_event(struct emit *emit, const struct event *event)
{
        CLEANUP(buf_release) struct buf words;
        buf_init(&words, 128);
        buf_add(&words, str_from(event_type_name(event->type)));
        for (size_t i = 0; i < words.len; i++)
                if (words.ptr[i] == '_')
                        words.ptr[i] = ' ';
        emit_open(emit, NULL);
        emit_int(emit, "id", event->number);
        emit_str(emit, "session_id", event->session_id);
        emit_text(emit, "event_type", event_type_name(event->type));
        emit_str(emit, "description", buf_str(&words));
        emit_time(emit, "created_at", event->created_at_ms);
        emit_str(emit, "ip_address", event->ip);
        if (event->metadata.ptr)
                emit_raw(emit, "metadata", event->metadata);
        else
                emit_null(emit, "metadata");
        emit_close(emit);
}

enum rc api_logs(struct call *call)
{
        struct event_filter filter;
        struct page page;
        struct event *events;
        size_t len;
        int64_t total;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (event_filter(call, &filter) != RC_OK || api_page(call, &page) != RC_OK ||
            store_begin(call->svc->store, call->op, TX_READ, &tx) != RC_OK ||
            event_list(&tx, &filter, page, &events, &len, &total) != RC_OK)
                return call->op->rc;
        struct emit emit = api_open_data(call);
        emit_open_array(&emit, "items");
        for (size_t i = 0; i < len; i++)
                emit_event(&emit, &events[i]);
        api_close_page(&emit, page, total);
        api_close_data(call, &emit);
        return RC_OK;
}

static enum rc session_filter(struct call *call, struct session_filter *ret)
{
        struct str status = http_request_query(call->request, "status");
        struct str phone_text = http_request_query(call->request, "phone_number");
        struct str email_text = http_request_query(call->request, "email");
        struct phone *phone = arena_alloc(&call->op->arena, sizeof(*phone));
        struct email *email = arena_alloc(&call->op->arena, sizeof(*email));
        if (phone == NULL || email == NULL)
                return op_fail(call->op, RC_UNAVAILABLE, "request memory is full");
        *ret = (struct session_filter){.by_status = status.ptr != NULL};
        if (status.ptr && !session_status_parse(status, &ret->status))
                return bad_query(call, "status", "알 수 없는 상태입니다.", "No such status.");
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
        emit_close(emit);
}

enum rc api_sessions(struct call *call)
{
        struct session_filter filter;
        struct page page;
        struct session *sessions;
        size_t len;
        int64_t total;
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (session_filter(call, &filter) != RC_OK || api_page(call, &page) != RC_OK ||
            store_begin(call->svc->store, call->op, TX_READ, &tx) != RC_OK ||
            session_list(&tx, &filter, page, &sessions, &len, &total) != RC_OK)
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

enum rc api_session_erase(struct call *call)
{
        struct str id = http_request_param(call->request, "session_id");
        if (cleanup_erase(call->op, call->svc, id, "administrator") != RC_OK)
                return call->op->rc;
        struct emit emit = api_open_data(call);
        emit_str(&emit, "session_id", id);
        api_close_data(call, &emit);
        return RC_OK;
}
