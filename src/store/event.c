#include "store/event.h"

#include "crypto/random.h"
#include "store/erasure.h"
#include "store/internal.h"

#define COLUMNS "number, type, session_id, ip, user_agent, metadata, created_at, salt"

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
        static const char sql[] =
            "INSERT INTO logs (type, session_id, ip, user_agent, metadata, created_at, salt) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7)";
        uint8_t salt[EVENT_SALT_LEN];
        random_bytes(salt, sizeof(salt));
        return TX_EXEC(tx, sql, NULL, db_words(names[type]), db_words(session_id), db_text(tx->op->client.ip),
                       db_text(tx->op->client.user_agent), db_text(metadata), db_int(now_ms),
                       db_bytes(salt, sizeof(salt)));
}

static enum rc from_row(struct tx *tx, const struct db_rows *rows, size_t row, struct event *ret)
{
        struct event event = {
            .number = db_get_int(rows, row, 0),
            .session_id = db_get_str(rows, row, 2),
            .ip = db_get_str(rows, row, 3),
            .user_agent = db_get_str(rows, row, 4),
            .metadata = db_get_str(rows, row, 5),
            .created_at_ms = db_get_int(rows, row, 6),
            .salt = db_get_str(rows, row, 7),
        };
        if (!event_type_parse(db_get_str(rows, row, 1), &event.type))
                return op_fail(tx->op, RC_INTERNAL, "store: log entry %lld is of no known type",
                               (long long)event.number);
        *ret = event;
        return RC_OK;
}

static enum rc from_rows(struct tx *tx, const struct db_rows *rows, struct event **ret, size_t *ret_len)
{
        struct event *events = arena_alloc(&tx->op->arena, MAX(rows->len, (size_t)1) * sizeof(*events));
        if (events == NULL)
                return arena_full(tx->op);
        for (size_t i = 0; i < rows->len; i++)
                if (from_row(tx, rows, i, &events[i]) != RC_OK)
                        return tx->op->rc;
        *ret = events;
        *ret_len = rows->len;
        return RC_OK;
}

enum rc event_list(struct tx *tx, const struct event_filter *filter, struct page page, struct event **ret,
                   size_t *ret_len, int64_t *ret_total)
{
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
        enum rc rc = where_page(&where, tx, "logs", COLUMNS, "number DESC", page, &rows, &total);
        if (rc == RC_OK)
                rc = from_rows(tx, &rows, ret, ret_len);
        if (rc == RC_OK)
                *ret_total = total;
        return rc;
}

enum rc event_load_after(struct tx *tx, int64_t after, int64_t max, struct event **ret, size_t *ret_len)
{
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, "SELECT " COLUMNS " FROM logs WHERE number > $1 ORDER BY number LIMIT $2",
                              &rows, db_int(after), db_int(max));
        return rc == RC_OK ? from_rows(tx, &rows, ret, ret_len) : rc;
}

/* The one number that a statement answers. */
static enum rc number_of(struct tx *tx, const char *sql, const struct db_value *params, size_t len,
                         int64_t *ret)
{
        struct db_rows rows;
        enum rc rc = tx_query(tx, sql, params, len, &rows);
        if (rc == RC_OK)
                *ret = db_get_int(&rows, 0, 0);
        return rc;
}

enum rc event_count(struct tx *tx, int64_t upto, int64_t *ret)
{
        return number_of(tx, "SELECT COUNT(*) FROM logs WHERE number <= $1",
                         (const struct db_value[]){db_int(upto)}, 1, ret);
}

enum rc event_last_of(struct tx *tx, struct str session_id, int64_t upto, int64_t *ret)
{
        return number_of(tx,
                         "SELECT COALESCE(MAX(number), 0) FROM logs WHERE session_id = $1 AND number <= $2",
                         (const struct db_value[]){db_text(session_id), db_int(upto)}, 2, ret);
}

enum rc event_settle(struct tx *tx, int64_t *ret)
{
        enum rc rc = tx_lock_table(tx, "logs");
        return rc == RC_OK ? number_of(tx, "SELECT COALESCE(MAX(number), 0) FROM logs", NULL, 0, ret) : rc;
}

/* What of an entry is personal, and with it what ties it to its hash in the tree. */
#define BLANK "ip = NULL, user_agent = NULL, metadata = NULL, salt = NULL"
/* Of whoever works with the applicant's data: kept to be answered for. */
#define OF_HANDLERS "('personal_data_read', 'personal_data_erased', 'review_decided', 'token_introspected')"

enum rc event_redact_session(struct tx *tx, struct str session_id, int64_t *ret_count)
{
        return TX_EXEC(tx, "UPDATE logs SET " BLANK " WHERE session_id = $1 AND type NOT IN " OF_HANDLERS,
                       ret_count, db_text(session_id));
}

/* The number up to which all are blank: an index of those that are not would cost each entry a write. */
static enum rc redacted_load(struct tx *tx, int64_t *ret)
{
        struct db_rows rows;
        enum rc rc = tx_query(tx, "SELECT value FROM settings WHERE name = 'logs_redacted' FOR UPDATE", NULL,
                              0, &rows);
        if (rc == RC_OK && (rows.len == 0 || !str_to_int(db_get_str(&rows, 0, 0), 0, INT64_MAX, ret)))
                *ret = 0;
        return rc;
}

static enum rc redacted_store(struct tx *tx, int64_t number)
{
        static const char sql[] = "INSERT INTO settings (name, value) VALUES ('logs_redacted', $1) "
                                  "ON CONFLICT (name) DO UPDATE SET value = $1";
        return TX_EXEC(tx, sql, NULL, db_blob(arena_printf(&tx->op->arena, "%lld", (long long)number)));
}

enum rc event_redact_before(struct tx *tx, int64_t before_ms, int64_t max, int64_t *ret_count)
{
        int64_t from, last;
        struct db_rows rows;
        enum rc rc = redacted_load(tx, &from);
        if (rc == RC_OK)
                rc = TX_QUERY(
                    tx, "SELECT number, created_at FROM logs WHERE number > $1 ORDER BY number LIMIT $2",
                    &rows, db_int(from), db_int(max));
        if (rc != RC_OK)
                return rc;
        size_t due = 0;
        while (due < rows.len && db_get_int(&rows, due, 1) < before_ms)
                due++;
        *ret_count = (int64_t)due;
        if (due == 0)
                return RC_OK;
        last = db_get_int(&rows, due - 1, 0);
        rc = TX_EXEC(tx, "UPDATE logs SET " BLANK " WHERE number > $1 AND number <= $2", NULL, db_int(from),
                     db_int(last));
        if (rc == RC_OK)
                rc = store_mark_scrub(tx);
        return rc == RC_OK ? redacted_store(tx, last) : rc;
}

/* A receipt tells how many entries it blanked; that of pictures alone does not. */
enum rc event_find_unduly_blank(struct tx *tx, int64_t after, int64_t upto, int64_t since_ms, int64_t **ret,
                                size_t *ret_len)
{
        static const char sql[] =
            "SELECT number FROM logs WHERE number > $1 AND number <= $2 AND created_at >= $3 AND salt IS "
            "NULL "
            "AND (type IN " OF_HANDLERS " OR NOT EXISTS (SELECT 1 FROM logs AS receipt "
            "WHERE receipt.session_id = logs.session_id AND receipt.type = 'personal_data_erased' "
            "AND (receipt.metadata IS NULL OR receipt.metadata LIKE '%\"log_entries\":%'))) ORDER BY number";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_int(after), db_int(upto), db_int(since_ms));
        if (rc != RC_OK)
                return rc;
        int64_t *numbers = arena_alloc(&tx->op->arena, MAX(rows.len, (size_t)1) * sizeof(*numbers));
        if (numbers == NULL)
                return arena_full(tx->op);
        for (size_t i = 0; i < rows.len; i++)
                numbers[i] = db_get_int(&rows, i, 0);
        *ret = numbers;
        *ret_len = rows.len;
        return RC_OK;
}
