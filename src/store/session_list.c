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
                rc = session_from_row(tx, &rows, i, &sessions[i]);
        if (rc != RC_OK)
                return rc;
        *ret = sessions;
        *ret_len = rows.len;
        *ret_total = total;
        return RC_OK;
}

enum rc session_find_old(struct tx *tx, int64_t before_ms, int64_t max, struct str **ret_ids, size_t *ret_len)
{
        static const char sql[] = "SELECT id FROM sessions WHERE created_at < $1 AND wrapped_key IS NOT NULL "
                                  "AND open = 0 ORDER BY created_at LIMIT $2";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_int(before_ms), db_int(max));
        return rc == RC_OK ? rows_texts(tx, &rows, ret_ids, ret_len) : rc;
}

/* The blobs of documents and faces, before their names are destroyed. */
static enum rc blobs_of(struct tx *tx, struct str id, struct blob_names *ret)
{
        static const char sql[] =
            "SELECT front_blob FROM id_card_verifications WHERE session_id = $1 AND front_blob IS NOT NULL "
            "UNION SELECT back_blob FROM id_card_verifications WHERE session_id = $1 AND back_blob IS NOT "
            "NULL "
            "UNION SELECT portrait_blob FROM id_card_verifications "
            "WHERE session_id = $1 AND portrait_blob IS NOT NULL "
            "UNION SELECT selfie_blob FROM face_verifications WHERE session_id = $1 AND selfie_blob IS NOT "
            "NULL";
        struct db_rows rows;
        struct blob_names names;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_text(id));
        if (rc == RC_OK)
                rc = rows_texts(tx, &rows, &names.names, &names.len);
        if (rc == RC_OK)
                *ret = names;
        return rc;
}

enum rc session_is_erased(struct tx *tx, struct str id, bool *ret)
{
        struct db_rows rows;
        enum rc rc =
            TX_QUERY(tx, "SELECT wrapped_key FROM sessions WHERE id = $1 FOR UPDATE", &rows, db_text(id));
        if (rc != RC_OK)
                return rc;
        if (rows.len == 0)
                return op_fail(tx->op, RC_SESSION_NOT_FOUND, "no such session");
        *ret = db_get_null(&rows, 0, 0);
        return RC_OK;
}

enum rc session_erase(struct tx *tx, struct str id, int64_t now_ms, struct blob_names *ret)
{
        static const char of_session[] =
            "UPDATE sessions SET wrapped_key = NULL, version = version + 1, "
            "erased_at = COALESCE(erased_at, $2), ip = NULL, phone_index = NULL, email_index = NULL, "
            "verified_phone_index = NULL, verified_email_index = NULL, expected_name = NULL, "
            "expected_birth_date = NULL, metadata = NULL, phone = NULL, email = NULL, verified_phone = NULL, "
            "verified_email = NULL, verified_name = NULL, verified_birth_date = NULL, result = NULL, "
            "token_hash = NULL, "
            "failure = CASE WHEN open = 0 THEN failure ELSE 'ERASED' "
            "END, "
            "failed_at = CASE WHEN open = 0 THEN failed_at ELSE $2 END, "
            "status = CASE WHEN open = 0 THEN status ELSE 'failed' END, open = 0 "
            "WHERE id = $1";
        static const char *const of_others[] = {
            "UPDATE phone_verifications SET address = NULL, link_hash = NULL, "
            "provider_ref = NULL, voided_at = COALESCE(voided_at, $2) WHERE session_id = $1",
            "UPDATE email_verifications SET address = NULL, link_hash = NULL, "
            "provider_ref = NULL, voided_at = COALESCE(voided_at, $2) WHERE session_id = $1",
            "UPDATE id_card_verifications SET front_blob = NULL, back_blob = NULL, portrait_blob = NULL, "
            "id_number_index = NULL, extracted = NULL, details = NULL, finished_at = COALESCE(finished_at, "
            "$2), "
            "status = CASE WHEN status IN ('pending', 'processing') THEN 'failed' ELSE status END "
            "WHERE session_id = $1",
            "UPDATE face_verifications SET selfie_blob = NULL, details = NULL, "
            "finished_at = COALESCE(finished_at, $2), "
            "status = CASE WHEN status IN ('pending', 'processing') THEN 'failed' ELSE status END "
            "WHERE session_id = $1",
            "UPDATE jobs SET payload = NULL, lease_owner = NULL, error = COALESCE(error, 'ERASED'), "
            "state = 'failed', due_at = $2 WHERE session_id = $1 AND state IN ('queued', 'leased')",
        };
        struct blob_names names;
        int64_t changed;
        enum rc rc = blobs_of(tx, id, &names);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, of_session, &changed, db_text(id), db_int(now_ms));
        if (rc == RC_OK && changed == 0)
                rc = op_fail(tx->op, RC_SESSION_NOT_FOUND, "no such session");
        for (size_t i = 0; i < LEN(of_others) && rc == RC_OK; i++)
                rc = TX_EXEC(tx, of_others[i], NULL, db_text(id), db_int(now_ms));
        if (rc == RC_OK)
                *ret = names;
        return rc;
}
