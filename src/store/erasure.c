#include "store/erasure.h"
#include "store/event.h"
#include "store/internal.h"

#include <assert.h>

/* While the log is emptied nobody writes: who waits longer for old readers holds up the house. */
enum { SCRUB_MS = 3000, SCRUB_MEMORY = 8192 };

static const uint8_t no_hash[32];

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
            "NULL "
            "UNION SELECT frames_blob FROM face_verifications WHERE session_id = $1 AND frames_blob IS NOT "
            "NULL";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_text(id));
        return rc == RC_OK ? rows_texts(tx, &rows, &ret->names, &ret->len) : rc;
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

static enum rc erase_session(struct tx *tx, struct str id, int64_t now_ms)
{
        static const char sql[] =
            "UPDATE sessions SET wrapped_key = NULL, version = version + 1, "
            "erased_at = COALESCE(erased_at, $2), ip = NULL, phone_index = NULL, email_index = NULL, "
            "verified_phone_index = NULL, verified_email_index = NULL, expected_name = NULL, "
            "expected_birth_date = NULL, metadata = NULL, phone = NULL, email = NULL, verified_phone = NULL, "
            "verified_email = NULL, verified_name = NULL, verified_birth_date = NULL, result = NULL, "
            "risk_signals = NULL, token_hash = NULL, "
            "failure = CASE WHEN open = 0 THEN failure ELSE 'ERASED' "
            "END, "
            "failed_at = CASE WHEN open = 0 THEN failed_at ELSE $2 END, "
            "status = CASE WHEN open = 0 THEN status ELSE 'failed' END, open = 0 "
            "WHERE id = $1";
        int64_t changed;
        enum rc rc = TX_EXEC(tx, sql, &changed, db_text(id), db_int(now_ms));
        if (rc == RC_OK && changed == 0)
                rc = op_fail(tx->op, RC_SESSION_NOT_FOUND, "no such session");
        return rc;
}

/* $1 session, $2 now, $3 the hash of no code: who has SECRET_KEY could find a number by trying out what makes
 * the hash of its code. */
#define ERASE_CODES(table)                                                                                   \
        "UPDATE " table " SET address = NULL, link_hash = NULL, provider_ref = NULL, "                       \
        "code_hash = $3, voided_at = COALESCE(voided_at, $2) WHERE session_id = $1"

static enum rc erase_codes(struct tx *tx, struct str id, int64_t now_ms, int64_t *ret_count)
{
        static const char *const sql[] = {ERASE_CODES("phone_verifications"),
                                          ERASE_CODES("email_verifications")};
        int64_t changed;
        *ret_count = 0;
        for (size_t i = 0; i < LEN(sql); i++) {
                enum rc rc = TX_EXEC(tx, sql[i], &changed, db_text(id), db_int(now_ms),
                                     db_bytes(no_hash, sizeof(no_hash)));
                if (rc != RC_OK)
                        return rc;
                *ret_count += changed;
        }
        return RC_OK;
}

static enum rc erase_checks(struct tx *tx, struct str id, int64_t now_ms, struct erased *ret)
{
        static const char documents[] =
            "UPDATE id_card_verifications SET front_blob = NULL, back_blob = NULL, portrait_blob = NULL, "
            "portrait_key = NULL, numbers = NULL, extracted = NULL, details = NULL, "
            "confidence = NULL, name_match = NULL, birth_date_match = NULL, advice = NULL, "
            "finished_at = COALESCE(finished_at, $2), "
            "status = CASE WHEN status IN ('pending', 'processing') THEN 'failed' ELSE status END "
            "WHERE session_id = $1";
        static const char faces[] =
            "UPDATE face_verifications SET selfie_blob = NULL, selfie_key = NULL, frames_blob = NULL, "
            "details = NULL, similarity = NULL, liveness = NULL, is_live = NULL, selfie_repeated = NULL, "
            "finished_at = COALESCE(finished_at, $2), "
            "status = CASE WHEN status IN ('pending', 'processing') THEN 'failed' ELSE status END "
            "WHERE session_id = $1";
        static const char jobs[] =
            "UPDATE jobs SET payload = NULL, lease_owner = NULL, error = COALESCE(error, 'ERASED'), "
            "state = 'failed', due_at = $2 WHERE session_id = $1 AND state IN ('queued', 'leased')";
        static const char challenges[] = "DELETE FROM face_challenges WHERE session_id = $1";
        static const char frames[] = "DELETE FROM face_frames WHERE session_id = $1";
        enum rc rc = TX_EXEC(tx, documents, &ret->documents, db_text(id), db_int(now_ms));
        if (rc == RC_OK)
                rc = TX_EXEC(tx, faces, &ret->faces, db_text(id), db_int(now_ms));
        if (rc == RC_OK)
                rc = TX_EXEC(tx, jobs, &ret->jobs, db_text(id), db_int(now_ms));
        if (rc == RC_OK)
                rc = TX_EXEC(tx, challenges, NULL, db_text(id));
        if (rc == RC_OK)
                rc = TX_EXEC(tx, frames, NULL, db_text(id));
        return rc;
}

enum rc session_erase(struct tx *tx, struct str id, int64_t now_ms, struct erased *ret)
{
        static const char consents[] = "UPDATE consents SET ip = NULL WHERE session_id = $1";
        static const char people[] = "DELETE FROM people WHERE session_id = $1";
        struct erased erased = {0};
        enum rc rc = blobs_of(tx, id, &erased.blobs);
        if (rc == RC_OK)
                rc = erase_session(tx, id, now_ms);
        if (rc == RC_OK)
                rc = erase_codes(tx, id, now_ms, &erased.codes);
        if (rc == RC_OK)
                rc = erase_checks(tx, id, now_ms, &erased);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, consents, &erased.consents, db_text(id));
        if (rc == RC_OK)
                rc = TX_EXEC(tx, people, &erased.templates, db_text(id));
        if (rc == RC_OK)
                rc = event_redact_session(tx, id, &erased.log_entries);
        if (rc == RC_OK)
                rc = store_mark_scrub(tx);
        if (rc == RC_OK)
                *ret = erased;
        return rc;
}

enum rc session_drop_pictures(struct tx *tx, struct str id, struct blob_names *ret)
{
        static const char *const sql[] = {
            "UPDATE id_card_verifications SET front_blob = NULL, back_blob = NULL, portrait_blob = NULL, "
            "portrait_key = NULL WHERE session_id = $1",
            "UPDATE face_verifications SET selfie_blob = NULL, selfie_key = NULL, frames_blob = NULL "
            "WHERE session_id = $1",
        };
        struct blob_names names;
        enum rc rc = blobs_of(tx, id, &names);
        for (size_t i = 0; i < LEN(sql) && rc == RC_OK; i++)
                rc = TX_EXEC(tx, sql[i], NULL, db_text(id));
        if (rc == RC_OK)
                rc = store_mark_scrub(tx);
        if (rc == RC_OK)
                *ret = names;
        return rc;
}

enum rc session_drop_faces(struct tx *tx, struct str id, int64_t now_ms, struct blob_names *ret)
{
        static const char names[] = "SELECT portrait_blob FROM id_card_verifications WHERE session_id = $1 "
                                    "AND portrait_blob IS NOT NULL "
                                    "UNION SELECT selfie_blob FROM face_verifications WHERE session_id = $1 "
                                    "AND selfie_blob IS NOT NULL AND finished_at IS NOT NULL";
        static const char documents[] = "UPDATE id_card_verifications SET portrait_blob = NULL, "
                                        "portrait_key = NULL, numbers = NULL WHERE session_id = $1";
        static const char faces[] = "UPDATE face_verifications SET selfie_blob = NULL, selfie_key = NULL "
                                    "WHERE session_id = $1 AND finished_at IS NOT NULL";
        static const char sessions[] = "UPDATE sessions SET faces_destroyed_at = $2 WHERE id = $1";
        struct db_rows rows;
        struct blob_names found = {0};
        enum rc rc = TX_QUERY(tx, names, &rows, db_text(id));
        if (rc == RC_OK)
                rc = rows_texts(tx, &rows, &found.names, &found.len);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, documents, NULL, db_text(id));
        if (rc == RC_OK)
                rc = TX_EXEC(tx, faces, NULL, db_text(id));
        if (rc == RC_OK && found.len > 0)
                rc = TX_EXEC(tx, sessions, NULL, db_text(id), db_int(now_ms));
        if (rc == RC_OK)
                rc = store_mark_scrub(tx);
        if (rc == RC_OK)
                *ret = found;
        return rc;
}

enum rc session_find_old(struct tx *tx, int64_t before_ms, int64_t max, struct str **ret_ids, size_t *ret_len)
{
        static const char sql[] = "SELECT id FROM sessions WHERE created_at < $1 AND wrapped_key IS NOT NULL "
                                  "AND open = 0 ORDER BY created_at LIMIT $2";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_int(before_ms), db_int(max));
        return rc == RC_OK ? rows_texts(tx, &rows, ret_ids, ret_len) : rc;
}

enum rc session_find_pictured(struct tx *tx, int64_t before_ms, int64_t max, struct str **ret_ids,
                              size_t *ret_len)
{
#define ENDED " AND created_at < $1 AND session_id IN (SELECT id FROM sessions WHERE open = 0) "
        static const char sql[] =
            "SELECT session_id FROM id_card_verifications WHERE front_blob IS NOT NULL" ENDED
            "UNION SELECT session_id FROM face_verifications WHERE selfie_blob IS NOT NULL" ENDED "LIMIT $2";
#undef ENDED
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_int(before_ms), db_int(max));
        return rc == RC_OK ? rows_texts(tx, &rows, ret_ids, ret_len) : rc;
}

enum rc session_find_faces(struct tx *tx, int64_t before_ms, int64_t max, struct str **ret_ids,
                           size_t *ret_len)
{
        static const char sql[] =
            "SELECT id FROM sessions WHERE open = 0 AND wrapped_key IS NOT NULL "
            "AND COALESCE(completed_at, failed_at, expires_at) <= $1 AND id IN ("
            "SELECT session_id FROM id_card_verifications "
            "WHERE (portrait_blob IS NOT NULL OR numbers IS NOT NULL) AND created_at <= $1 "
            "UNION SELECT session_id FROM face_verifications "
            "WHERE selfie_blob IS NOT NULL AND finished_at IS NOT NULL AND created_at <= $1) LIMIT $2";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_int(before_ms), db_int(max));
        return rc == RC_OK ? rows_texts(tx, &rows, ret_ids, ret_len) : rc;
}

/* One text whatever the number of names, so that it is prepared once. */
static void add_named(struct buf *sql, const char *table, const char *column)
{
        buf_addf(sql, "%sSELECT %s FROM %s WHERE %s IN (", sql->len ? " UNION ALL " : "", column, table,
                 column);
        for (int i = 1; i <= BLOB_NAMES_MAX; i++)
                buf_addf(sql, "%s$%d", i > 1 ? ", " : "", i);
        buf_add_char(sql, ')');
}

enum rc blobs_find_named(struct tx *tx, const struct str *names, size_t len, bool ret_named[BLOB_NAMES_MAX])
{
        assert(len > 0 && len <= BLOB_NAMES_MAX);
        struct buf sql CLEANUP(buf_release);
        buf_init(&sql, 4096);
        add_named(&sql, "id_card_verifications", "front_blob");
        add_named(&sql, "id_card_verifications", "back_blob");
        add_named(&sql, "id_card_verifications", "portrait_blob");
        add_named(&sql, "face_verifications", "selfie_blob");
        add_named(&sql, "face_verifications", "frames_blob");
        struct db_value params[BLOB_NAMES_MAX];
        struct db_rows rows;
        for (size_t i = 0; i < LEN(params); i++)
                params[i] = db_text(names[MIN(i, len - 1)]);
        enum rc rc = tx_query(tx, buf_text(&sql), params, LEN(params), &rows);
        if (rc != RC_OK)
                return rc;
        for (size_t i = 0; i < len; i++) {
                ret_named[i] = false;
                for (size_t row = 0; row < rows.len; row++)
                        ret_named[i] |= str_equal(names[i], db_get_str(&rows, row, 0));
        }
        return RC_OK;
}

/* The mark's value is new each time, so that a scrub takes away no mark that was set while it ran. */
enum rc store_mark_scrub(struct tx *tx)
{
        static const char sql[] = "INSERT INTO settings (name, value) VALUES ('scrub', $1) "
                                  "ON CONFLICT (name) DO UPDATE SET value = $1";
        char mark[ID_MAX];
        id_make(mark);
        return TX_EXEC(tx, sql, NULL, db_blob(str_from(mark)));
}

static enum rc mark_load(struct store *store, struct op *op, struct str *ret)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct db_rows rows;
        enum rc rc = store_begin(store, op, TX_READ, &tx);
        if (rc == RC_OK)
                rc = tx_query(&tx, "SELECT value FROM settings WHERE name = 'scrub'", NULL, 0, &rows);
        if (rc == RC_OK)
                *ret = rows.len ? db_get_str(&rows, 0, 0) : STR_NULL;
        return rc;
}

static enum rc mark_remove(struct store *store, struct op *op, struct str mark)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        enum rc rc = store_begin(store, op, TX_WRITE, &tx);
        if (rc == RC_OK)
                rc = TX_EXEC(&tx, "DELETE FROM settings WHERE name = 'scrub' AND value = $1", NULL,
                             db_blob(mark));
        return rc == RC_OK ? tx_commit(&tx) : rc;
}

enum rc store_scrub(struct store *store, struct op *op)
{
        struct str mark;
        enum rc rc = mark_load(store, op, &mark);
        if (rc != RC_OK || str_is_null(mark))
                return rc;
        struct op own CLEANUP(op_release);
        op_init(&own, op->id, SCRUB_MEMORY, MIN(op_left_ms(op), (int64_t)SCRUB_MS));
        if (db_scrub(store->db, &own) != RC_OK)
                return op_fail(op, own.rc, "%s", own.why);
        return mark_remove(store, op, mark);
}
