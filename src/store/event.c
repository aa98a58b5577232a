#include "store/event.h"
#include "store/internal.h"

static const char *const names[] = {
#define X(name, text) [EVENT_##name] = text,
    EVENT_TABLE(X)
#undef X
};

const char *event_type_name(enum event_type type)
{
        return names[type];
}

bool event_type_parse(struct str name, enum event_type *ret)
{
        for (size_t i = 0; i < LEN(names); i++) {
                if (!str_equal(name, str_from(names[i])))
                        continue;
                *ret = (enum event_type)i;
                return true;
        }
        return false;
}

enum rc event_append(struct tx *tx, enum event_type type, const char *session_id, struct str metadata,
                     int64_t now_ms)
{
        static const char sql[] = "INSERT INTO logs (id, type, session_id, ip, user_agent, metadata, "
                                  "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        char id[ID_MAX];
        id_make_ordered(now_ms, id);
        return TX_EXEC(tx, sql, NULL, db_words(id), db_words(names[type]), db_words(session_id),
                       db_text(tx->op->client.ip), db_text(tx->op->client.user_agent), db_text(metadata),
                       db_int(now_ms));
}

static enum rc from_row(struct tx *tx, const struct db_rows *rows, size_t row, struct event *ret)
{
        struct event event = {
            .session_id = db_get_str(rows, row, 2),
            .ip = db_get_str(rows, row, 3),
            .user_agent = db_get_str(rows, row, 4),
            .metadata = db_get_str(rows, row, 5),
            .created_at_ms = db_get_int(rows, row, 6),
        };
        id_copy(event.id, db_get_str(rows, row, 0));
        if (!event_type_parse(db_get_str(rows, row, 1), &event.type))
                return op_fail(tx->op, RC_INTERNAL, "store: log entry %s is of no known type", event.id);
        *ret = event;
        return RC_OK;
}

enum rc event_list(struct tx *tx, const struct event_filter *filter, struct page page, struct event **ret,
                   size_t *ret_len, int64_t *ret_total)
{
        static const char columns[] = "id, type, session_id, ip, user_agent, metadata, created_at";
        struct where where CLEANUP(where_release);
        where_init(&where);
        if (!str_is_null(filter->session_id))
                where_add(&where, "session_id = ?", db_text(filter->session_id));
        if (filter->by_type)
                where_add(&where, "type = ?", db_words(names[filter->type]));
        if (filter->from_ms)
                where_add(&where, "created_at >= ?", db_int(filter->from_ms));
        if (filter->to_ms)
                where_add(&where, "created_at < ?", db_int(filter->to_ms));
        struct db_rows rows;
        int64_t total;
        enum rc rc = where_page(&where, tx, "logs", columns, "id DESC", page, &rows, &total);
        if (rc != RC_OK)
                return rc;
        struct event *events = arena_alloc(&tx->op->arena, MAX(rows.len, (size_t)1) * sizeof(*events));
        if (events == NULL)
                return arena_full(tx->op);
        for (size_t i = 0; i < rows.len && rc == RC_OK; i++)
                rc = from_row(tx, &rows, i, &events[i]);
        if (rc != RC_OK)
                return rc;
        *ret = events;
        *ret_len = rows.len;
        *ret_total = total;
        return RC_OK;
}
