#include "store/internal.h"

#include <assert.h>

#define UNFINISHED                                                                                           \
        "status IN ('pending', 'phone_verified', 'email_verified', 'id_card_verified', 'face_verified')"

/* How a step is noted: the time's column, in SQL and in the struct. */
#define ADVANCE(column)                                                                                      \
        "UPDATE sessions SET status = $2, version = version + 1, " column " = $3, "                          \
        "verified_phone = COALESCE($4, verified_phone), verified_email = COALESCE($5, verified_email), "     \
        "verified_name = COALESCE($6, verified_name), "                                                      \
        "verified_birth_date = COALESCE($7, verified_birth_date), "                                          \
        "verified_phone_index = COALESCE($8, verified_phone_index), "                                        \
        "verified_email_index = COALESCE($9, verified_email_index), "                                        \
        "document_id = COALESCE($18, document_id) "                                                          \
        "WHERE id = $1 AND expires_at > $3 AND wrapped_key IS NOT NULL "                                     \
        "AND status IN ($10, $11, $12, $13, $14, $15, $16, $17) RETURNING version"

static const struct {
        const char *sql;
        size_t at;
} steps[SESSION_STATUS_COUNT] = {
    [SESSION_PHONE_VERIFIED] = {ADVANCE("phone_verified_at"), offsetof(struct session, phone_verified_at_ms)},
    [SESSION_EMAIL_VERIFIED] = {ADVANCE("email_verified_at"), offsetof(struct session, email_verified_at_ms)},
    [SESSION_ID_CARD_VERIFIED] = {ADVANCE("id_card_verified_at"),
                                  offsetof(struct session, id_card_verified_at_ms)},
    [SESSION_FACE_VERIFIED] = {ADVANCE("face_verified_at"), offsetof(struct session, face_verified_at_ms)},
};

/* One parameter a status: its name where it is in the set, else a word that none has. */
static void put_set(unsigned from, struct db_value ret[SESSION_STATUS_COUNT])
{
        for (unsigned i = 0; i < SESSION_STATUS_COUNT; i++)
                ret[i] = db_words(from & SESSION_IN(i) ? session_status_name((enum session_status)i) : "");
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
        enum { SEALED = 3, INDEX = 7, SET = 9, DOCUMENT = SET + SESSION_STATUS_COUNT, PARAMS };
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
        put_set(from, params + SET);
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
            "UPDATE sessions SET status = 'completed', version = version + 1, completed_at = $2, "
            "token_hash = $3, token_expires_at = $4, result = $5 "
            "WHERE id = $1 AND expires_at > $2 AND wrapped_key IS NOT NULL "
            "AND status IN ($6, $7, $8, $9, $10, $11, $12, $13) RETURNING version";
        enum { SET = 5, PARAMS = SET + SESSION_STATUS_COUNT };
        struct db_value params[PARAMS] = {
            db_words(session->id), db_int(now_ms), {0}, db_int(result->token_expires_at_ms)};
        struct db_rows rows;
        enum rc rc = token_make(tx, result->token, &params[2]);
        if (rc == RC_OK)
                rc = sealed_make(tx->op, session->data_key, "sessions.result", session->id, result->json,
                                 &params[4]);
        put_set(from & SESSION_UNFINISHED, params + SET);
        if (rc == RC_OK)
                rc = tx_query(tx, sql, params, PARAMS, &rows);
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
        static const char sql[] =
            "UPDATE sessions SET status = 'failed', version = version + 1, failed_at = $2, failure = $3 "
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

enum rc session_expire(struct tx *tx, struct session *session, int64_t now_ms, bool *ret_moved)
{
        static const char sql[] = "UPDATE sessions SET status = 'expired', version = version + 1 "
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
            "UPDATE sessions SET status = 'expired', version = version + 1 WHERE id IN ("
            "SELECT id FROM sessions WHERE expires_at <= $1 AND " UNFINISHED
            " ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED) AND " UNFINISHED " RETURNING id";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_int(now_ms), db_int(max));
        return rc == RC_OK ? rows_texts(tx, &rows, ret_ids, ret_len) : rc;
}
