#include "store/internal.h"

static enum rc where_from(struct where *where, struct tx *tx, const struct session_filter *filter)
{
        if (filter->by_status)
                where_add(where, "status = ?", db_words(session_status_name(filter->status)));
        if (filter->from_ms)
                where_add(where, "created_at >= ?", db_int(filter->from_ms));
        if (filter->to_ms)
                where_add(where, "created_at < ?", db_int(filter->to_ms));
        if (!str_is_null(filter->rp_id))
                where_add(where, "rp_id = ?", db_text(filter->rp_id));
        enum rc rc = RC_OK;
        if (!str_is_null(filter->phone))
                rc = where_add_index(where, tx, VAULT_PHONE, filter->phone, "phone_index",
                                     "verified_phone_index");
        if (rc == RC_OK && !str_is_null(filter->email))
                rc = where_add_index(where, tx, VAULT_EMAIL, filter->email, "email_index",
                                     "verified_email_index");
        return rc;
}

enum rc session_list(struct tx *tx, const struct session_filter *filter, struct page page,
                     struct session **ret, size_t *ret_len, int64_t *ret_total)
{
        struct where where CLEANUP(where_release);
        where_init(&where);
        struct db_rows rows;
        int64_t total;
        enum rc rc = where_from(&where, tx, filter);
        if (rc == RC_OK)
                rc = where_page(&where, tx, "sessions", session_columns, "created_at DESC, id DESC", page,
                                &rows, &total);
        if (rc != RC_OK)
                return rc;
        struct session *sessions = arena_alloc(&tx->op->arena, MAX(rows.len, (size_t)1) * sizeof(*sessions));
        if (sessions == NULL)
                return arena_full(tx->op);
        for (size_t i = 0; i < rows.len && rc == RC_OK; i++)
                rc = session_from_row_of_list(tx, &rows, i, &sessions[i]);
        if (rc != RC_OK)
                return rc;
        *ret = sessions;
        *ret_len = rows.len;
        *ret_total = total;
        return RC_OK;
}
