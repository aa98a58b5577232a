#include "store/internal.h"

#include <assert.h>

/* One column that changes once, so that moving from step to step leaves the index of what is due alone. */
#define UNFINISHED "open = 1"

/* The set of states is one text, ",pending,phone_verified,": a list would be sorted into a table at each
 * call. */
#define STATUS_IN(param) param " LIKE '%,' || status || ',%' "

/* How a step is noted: the time's column, in SQL and in the struct, and what else must hold. */
#define ADVANCE(column, also)                                                                                \
        "UPDATE sessions SET status = $2, version = version + 1, " column " = $3, "                          \
        "verified_phone = COALESCE($4, verified_phone), verified_email = COALESCE($5, verified_email), "     \
        "verified_name = COALESCE($6, verified_name), "                                                      \
        "verified_birth_date = COALESCE($7, verified_birth_date), "                                          \
        "verified_phone_index = COALESCE($8, verified_phone_index), "                                        \
        "verified_email_index = COALESCE($9, verified_email_index), "                                        \
        "document_id = COALESCE($11, document_id) "                                                          \
        "WHERE id = $1 AND expires_at > $3 AND wrapped_key IS NOT NULL "                                     \
        "AND " STATUS_IN("$10") also "RETURNING version"

/* A document is taken where none is yet, or where it was withdrawn; a face counts for the document that it
 * was compared with, and no other that has come since. */
#define NO_DOCUMENT   "AND id_card_verified_at IS NULL "
#define SAME_DOCUMENT "AND COALESCE(document_id, '') = COALESCE($11, '') "

static const struct {
        const char *sql;
        size_t at;
} steps[SESSION_STATUS_COUNT] = {
    [SESSION_PHONE_VERIFIED] = {ADVANCE("phone_verified_at", ""),
                                offsetof(struct session, phone_verified_at_ms)},
    [SESSION_EMAIL_VERIFIED] = {ADVANCE("email_verified_at", ""),
                                offsetof(struct session, email_verified_at_ms)},
    [SESSION_ID_CARD_VERIFIED] = {ADVANCE("id_card_verified_at", NO_DOCUMENT),
                                  offsetof(struct session, id_card_verified_at_ms)},
    [SESSION_FACE_VERIFIED] = {ADVANCE("face_verified_at", SAME_DOCUMENT),
                               offsetof(struct session, face_verified_at_ms)},
};

static struct db_value set_of(struct op *op, unsigned from)
{
        CLEANUP(buf_release) struct buf set;
        buf_init(&set, 256);
        buf_add_char(&set, ',');
        for (unsigned i = 0; i < SESSION_STATUS_COUNT; i++)
                if (from & SESSION_IN(i))
                        buf_addf(&set, "%s,", session_status_name((enum session_status)i));
        return db_text(arena_copy(&op->arena, buf_str(&set)));
}

/* The answer of an UPDATE … RETURNING version: nothing, or the one row that moved. */
static bool moved_to(const struct db_rows *rows, enum session_status to, struct session *session)
{
        if (rows->len == 0)
                return false;
        session->status = to;
        session->version = db_get_int(rows, 0, 0);
        return true;
}

static void note(struct session *session, enum session_status to, const struct session_proof *proof,
                 int64_t now_ms)
{
        *(int64_t *)(void *)((char *)session + steps[to].at) = now_ms;
        if (!str_is_null(proof->phone))
                session->verified_phone = proof->phone;
        if (!str_is_null(proof->email))
                session->verified_email = proof->email;
        if (!str_is_null(proof->name))
                session->verified_name = proof->name;
        if (!str_is_null(proof->birth_date))
                session->verified_birth_date = proof->birth_date;
}

enum rc session_advance(struct tx *tx, struct session *session, unsigned from, enum session_status to,
                        const struct session_proof *proof, int64_t now_ms, bool *ret_moved)
{
        assert(steps[to].sql);
        struct session_proof proved = proof ? *proof : (struct session_proof){0};
        const struct {
                const char *column;
                struct str plain;
        } seal[] = {
            {"sessions.verified_phone", proved.phone},
            {"sessions.verified_email", proved.email},
            {"sessions.verified_name", proved.name},
            {"sessions.verified_birth_date", proved.birth_date},
        };
        enum { SEALED = 3, INDEX = 7, SET = 9, DOCUMENT, PARAMS };
        struct db_value params[PARAMS] = {db_words(session->id), db_words(session_status_name(to)),
                                          db_int(now_ms)};
        struct db_rows rows;
        enum rc rc = RC_OK;
        for (size_t i = 0; i < LEN(seal) && rc == RC_OK; i++)
                rc = sealed_make(tx->op, session->data_key, seal[i].column, session->id, seal[i].plain,
                                 &params[SEALED + i]);
        if (rc == RC_OK)
                rc = index_make(tx, VAULT_PHONE, proved.phone, &params[INDEX]);
        if (rc == RC_OK)
                rc = index_make(tx, VAULT_EMAIL, proved.email, &params[INDEX + 1]);
        params[SET] = set_of(tx->op, from);
        params[DOCUMENT] = db_text(proved.document_id);
        if (rc == RC_OK)
                rc = tx_query(tx, steps[to].sql, params, PARAMS, &rows);
        if (rc != RC_OK)
                return rc;
        *ret_moved = moved_to(&rows, to, session);
        if (*ret_moved)
                note(session, to, &proved, now_ms);
        return RC_OK;
}

enum rc session_complete(struct tx *tx, struct session *session, unsigned from,
                         const struct session_result *result, int64_t now_ms, bool *ret_moved)
{
        static const char sql[] =
            "UPDATE sessions SET status = 'completed', open = 0, version = version + 1, completed_at = $2, "
            "token_hash = $3, token_expires_at = $4, result = $5 "
            "WHERE id = $1 AND expires_at > $2 AND wrapped_key IS NOT NULL "
            "AND " STATUS_IN("$6") "RETURNING version";
        struct db_value params[6] = {
            db_words(session->id), db_int(now_ms), {0}, db_int(result->token_expires_at_ms)};
        struct db_rows rows;
        enum rc rc = token_make(tx, result->token, &params[2]);
        if (rc == RC_OK)
                rc = sealed_make(tx->op, session->data_key, "sessions.result", session->id, result->json,
                                 &params[4]);
        params[5] = set_of(tx->op, from & SESSION_UNFINISHED);
        if (rc == RC_OK)
                rc = tx_query(tx, sql, params, LEN(params), &rows);
        if (rc != RC_OK)
                return rc;
        *ret_moved = moved_to(&rows, SESSION_COMPLETED, session);
        if (*ret_moved) {
                session->completed_at_ms = now_ms;
                session->token_expires_at_ms = result->token_expires_at_ms;
                session->result = result->json;
        }
        return RC_OK;
}

enum rc session_fail(struct tx *tx, struct session *session, const char *failure, int64_t now_ms,
                     bool *ret_moved)
{
        static const char sql[] = "UPDATE sessions SET status = 'failed', open = 0, version = version + 1, "
                                  "failed_at = $2, failure = $3 "
                                  "WHERE id = $1 AND " UNFINISHED " RETURNING version";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_words(session->id), db_int(now_ms), db_words(failure));
        if (rc != RC_OK)
                return rc;
        *ret_moved = moved_to(&rows, SESSION_FAILED, session);
        if (*ret_moved) {
                session->failed_at_ms = now_ms;
                session->failure = str_from(failure);
        }
        return RC_OK;
}

enum rc session_set_signals(struct tx *tx, struct session *session, struct str risk_signals)
{
        struct db_value sealed;
        enum rc rc = sealed_make(tx->op, session->data_key, "sessions.risk_signals", session->id,
                                 risk_signals, &sealed);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, "UPDATE sessions SET risk_signals = $2 WHERE id = $1", NULL,
                             db_words(session->id), sealed);
        if (rc == RC_OK)
                session->risk_signals = risk_signals;
        return rc;
}

enum rc session_expire(struct tx *tx, struct session *session, int64_t now_ms, bool *ret_moved)
{
        static const char sql[] = "UPDATE sessions SET status = 'expired', open = 0, version = version + 1 "
                                  "WHERE id = $1 AND expires_at <= $2 AND " UNFINISHED " RETURNING version";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_words(session->id), db_int(now_ms));
        if (rc != RC_OK)
                return rc;
        *ret_moved = moved_to(&rows, SESSION_EXPIRED, session);
        return RC_OK;
}

enum rc session_expire_due(struct tx *tx, int64_t now_ms, int64_t max, struct str **ret_ids, size_t *ret_len)
{
        static const char sql[] =
            "UPDATE sessions SET status = 'expired', open = 0, version = version + 1 WHERE id IN ("
            "SELECT id FROM sessions WHERE expires_at <= $1 AND " UNFINISHED
            " ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED) AND " UNFINISHED " RETURNING id";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_int(now_ms), db_int(max));
        return rc == RC_OK ? rows_texts(tx, &rows, ret_ids, ret_len) : rc;
}
