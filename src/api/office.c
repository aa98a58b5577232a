/*
 * For those who run bonin: figures and the log, and what the lists of the back office share. What is personal
 * is masked, and each look at it is noted.
 */
#include "api/field.h"
#include "check/reading.h"
#include "store/event.h"
#include "store/stats.h"

enum { PAGE_SIZE = 20, PAGE_MAX = 1000000 };

static const int64_t day_ms = (int64_t)24 * 3600 * 1000;

enum rc api_bad_query(struct call *call, const char *name, const char *ko, const char *en)
{
        return op_fail_field(call->op, RC_VALIDATION_FAILED, name, ko, en);
}

enum rc api_query_time(struct call *call, const char *name, bool end, int64_t *ret_ms)
{
        struct str text = STR_NULL;
        *ret_ms = 0;
        if (field_of_query(call->request, name, &text) != RC_OK)
                return call->op->rc;
        if (str_is_null(text))
                return RC_OK;
        if (!clock_parse(text, ret_ms))
                return api_bad_query(call, name, "날짜 또는 시각이 아닙니다.", "Not a date or time.");
        if (end)
                *ret_ms += text.len == 10 ? day_ms : 1; /* the store's span ends before it */
        return RC_OK;
}

enum rc api_page(struct call *call, struct page *ret)
{
        struct str number = STR_NULL, size = STR_NULL;
        *ret = (struct page){.number = 1, .size = PAGE_SIZE};
        if (field_of_query(call->request, "page", &number) != RC_OK ||
            field_of_query(call->request, "page_size", &size) != RC_OK)
                return call->op->rc;
        if (number.ptr && !str_to_int(number, 1, PAGE_MAX, &ret->number))
                return api_bad_query(call, "page", "1 이상의 정수입니다.", "A whole number from 1.");
        if (size.ptr && !str_to_int(size, 1, STORE_PAGE_MAX, &ret->size))
                return api_bad_query(call, "page_size", "1에서 100 사이의 정수입니다.",
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

struct actor api_actor(const struct call *call)
{
        return (struct actor){.kind = "api_key",
                              .id = str_from(call->apikey->id),
                              .name = call->apikey->name,
                              .role = apikey_role_name(call->apikey->role)};
}

enum rc api_note_list(struct call *call, struct str session_id, const char *reason, struct str what)
{
        const struct actor who = api_actor(call);
        struct reading reading = {.who = &who,
                                  .how = "list",
                                  .session_id = id_valid(session_id) ? session_id.ptr : NULL,
                                  .reason = str_from(reason),
                                  .what = what};
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(call->svc->store, call->op, TX_WRITE, &tx) != RC_OK ||
            reading_note(&tx, &reading, clock_wall_ms()) != RC_OK)
                return call->op->rc;
        return tx_commit(&tx);
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
        struct str type = STR_NULL;
        *ret = (struct event_filter){0};
        if (field_of_query(call->request, "event_type", &type) != RC_OK ||
            field_of_query(call->request, "session_id", &ret->session_id) != RC_OK)
                return call->op->rc;
        ret->by_type = type.ptr != NULL;
        if (type.ptr && !event_type_parse(type, &ret->type))
                return api_bad_query(call, "event_type", "알 수 없는 이벤트입니다.", "No such event.");
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

/* What was looked for, and how much was seen. */
static struct str looked_for(struct op *op, const struct event_filter *filter, struct page page, size_t len)
{
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1024);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        emit_open(&emit, "filter");
        if (filter->by_type)
                emit_text(&emit, "event_type", event_type_name(filter->type));
        if (filter->from_ms)
                emit_time(&emit, "date_from", filter->from_ms);
        if (filter->to_ms)
                emit_time(&emit, "date_to", filter->to_ms);
        emit_close(&emit);
        emit_int(&emit, "page", page.number);
        emit_int(&emit, "count", (int64_t)len);
        emit_close(&emit);
        return arena_copy(&op->arena, buf_str(&buf));
}

static enum rc load(struct call *call, const struct event_filter *filter, struct page page,
                    struct event **ret, size_t *ret_len, int64_t *ret_total)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        enum rc rc = store_begin(call->svc->store, call->op, TX_READ, &tx);
        return rc == RC_OK ? event_list(&tx, filter, page, ret, ret_len, ret_total) : rc;
}

enum rc api_logs(struct call *call)
{
        struct event_filter filter;
        struct page page;
        struct event *events;
        size_t len;
        int64_t total;
        if (event_filter(call, &filter) != RC_OK || api_page(call, &page) != RC_OK ||
            load(call, &filter, page, &events, &len, &total) != RC_OK ||
            api_note_list(call, filter.session_id, "list of the log",
                          looked_for(call->op, &filter, page, len)) != RC_OK)
                return call->op->rc;
        struct emit emit = api_open_data(call);
        emit_open_array(&emit, "items");
        for (size_t i = 0; i < len; i++)
                emit_event(&emit, &events[i]);
        api_close_page(&emit, page, total);
        api_close_data(call, &emit);
        return RC_OK;
}
