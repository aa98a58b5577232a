#include "crypto/random.h"
#include "store/internal.h"

#include <stddef.h>
#include <string.h>

static const char *const status_names[SESSION_STATUS_COUNT] = {
    [SESSION_PENDING] = "pending",
    [SESSION_PHONE_VERIFIED] = "phone_verified",
    [SESSION_EMAIL_VERIFIED] = "email_verified",
    [SESSION_ID_CARD_VERIFIED] = "id_card_verified",
    [SESSION_FACE_VERIFIED] = "face_verified",
    [SESSION_COMPLETED] = "completed",
    [SESSION_FAILED] = "failed",
    [SESSION_EXPIRED] = "expired",
};

/* The sealed columns, in the order in which they end session_columns. */
static const struct {
        const char *column;
        size_t at;
} sealed[] = {
    {"sessions.expected_name", offsetof(struct session, expected_name)},
    {"sessions.expected_birth_date", offsetof(struct session, expected_birth_date)},
    {"sessions.metadata", offsetof(struct session, metadata)},
    {"sessions.phone", offsetof(struct session, phone)},
    {"sessions.email", offsetof(struct session, email)},
    {"sessions.verified_phone", offsetof(struct session, verified_phone)},
    {"sessions.verified_email", offsetof(struct session, verified_email)},
    {"sessions.verified_name", offsetof(struct session, verified_name)},
    {"sessions.verified_birth_date", offsetof(struct session, verified_birth_date)},
    {"sessions.result", offsetof(struct session, result)},
    {"sessions.risk_signals", offsetof(struct session, risk_signals)},
};

const char session_columns[] =
    "id, status, full_flow, lang, rp_id, ip, version, created_at, expires_at, phone_verified_at, "
    "email_verified_at, id_card_verified_at, face_verified_at, completed_at, failed_at, erased_at, "
    "token_expires_at, failure, faces_destroyed_at, wrapped_key, expected_name, expected_birth_date, "
    "metadata, phone, email, "
    "verified_phone, verified_email, verified_name, verified_birth_date, result, "
    "risk_signals";

enum { COLUMN_WRAPPED = 19, COLUMN_SEALED = 20 };

const char *session_status_name(enum session_status status)
{
        return status_names[status];
}

bool session_status_parse(struct str name, enum session_status *ret)
{
        for (size_t i = 0; i < LEN(status_names); i++) {
                if (!str_equal(name, str_from(status_names[i])))
                        continue;
                *ret = (enum session_status)i;
                return true;
        }
        return false;
}

void session_release(struct session *session)
{
        explicit_bzero(session->data_key, sizeof(session->data_key));
}

static enum rc unwrap(struct tx *tx, struct str id, struct str wrapped, uint8_t ret[SEAL_KEY_LEN])
{
        return vault_unwrap_key(tx->op, tx_vault(tx), id, wrapped, ret);
}

/* What is not sealed. */
static enum rc plain_from_row(struct tx *tx, const struct db_rows *rows, size_t row, struct session *ret)
{
        struct session session = {
            .full = db_get_int(rows, row, 2) != 0,
            .lang = str_equal(db_get_str(rows, row, 3), STR("en")) ? LANG_EN : LANG_KO,
            .rp_id = db_get_str(rows, row, 4),
            .ip = db_get_str(rows, row, 5),
            .version = db_get_int(rows, row, 6),
            .created_at_ms = db_get_int(rows, row, 7),
            .expires_at_ms = db_get_int(rows, row, 8),
            .phone_verified_at_ms = db_get_int(rows, row, 9),
            .email_verified_at_ms = db_get_int(rows, row, 10),
            .id_card_verified_at_ms = db_get_int(rows, row, 11),
            .face_verified_at_ms = db_get_int(rows, row, 12),
            .completed_at_ms = db_get_int(rows, row, 13),
            .failed_at_ms = db_get_int(rows, row, 14),
            .erased_at_ms = db_get_int(rows, row, 15),
            .token_expires_at_ms = db_get_int(rows, row, 16),
            .failure = db_get_str(rows, row, 17),
            .faces_destroyed_at_ms = db_get_int(rows, row, 18),
            .erased = db_get_null(rows, row, COLUMN_WRAPPED),
        };
        id_copy(session.id, db_get_str(rows, row, 0));
        if (!session_status_parse(db_get_str(rows, row, 1), &session.status))
                return op_fail(tx->op, RC_INTERNAL, "store: session %s has no known status", session.id);
        *ret = session;
        return RC_OK;
}

enum rc session_from_row(struct tx *tx, const struct db_rows *rows, size_t row, struct session *ret)
{
        struct session session;
        enum rc rc = plain_from_row(tx, rows, row, &session);
        if (rc != RC_OK)
                return rc;
        if (!session.erased)
                rc = unwrap(tx, db_get_str(rows, row, 0), db_get_str(rows, row, COLUMN_WRAPPED),
                            session.data_key);
        for (size_t i = 0; i < LEN(sealed) && !session.erased && rc == RC_OK; i++)
                rc = sealed_open(tx->op, session.data_key, sealed[i].column, session.id,
                                 db_get_str(rows, row, COLUMN_SEALED + i),
                                 (struct str *)(void *)((char *)&session + sealed[i].at));
        if (rc == RC_OK)
                *ret = session;
        session_release(&session);
        return rc;
}

enum rc session_from_row_of_list(struct tx *tx, const struct db_rows *rows, size_t row, struct session *ret)
{
        enum rc rc = session_from_row(tx, rows, row, ret);
        if (rc != RC_INTERNAL)
                return rc;
        op_forgive(tx->op);
        rc = plain_from_row(tx, rows, row, ret);
        if (rc == RC_OK)
                ret->damaged = true;
        return rc;
}

enum rc session_key_load(struct tx *tx, struct str id, uint8_t ret[SEAL_KEY_LEN], bool *ret_erased)
{
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, "SELECT wrapped_key FROM sessions WHERE id = $1", &rows, db_text(id));
        if (rc != RC_OK)
                return rc;
        bool erased = rows.len == 0 || db_get_null(&rows, 0, 0);
        if (!erased)
                rc = unwrap(tx, id, db_get_str(&rows, 0, 0), ret);
        if (rc == RC_OK)
                *ret_erased = erased;
        return rc;
}

/* The row whose unique column `by` has this value. */
static enum rc load_by(struct tx *tx, const char *by, struct db_value value, struct session *ret)
{
        struct buf sql CLEANUP(buf_release);
        buf_init(&sql, 2048);
        /* Who writes has the session to himself until he commits: of two stories the second sees what the
         * first did, also where the store would let them read side by side. */
        buf_addf(&sql, "SELECT %s FROM sessions WHERE %s = $1%s", session_columns, by,
                 tx->mode == TX_WRITE ? " FOR UPDATE" : "");
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, buf_text(&sql), &rows, value);
        if (rc != RC_OK)
                return rc;
        if (rows.len == 0)
                return op_fail(tx->op, RC_SESSION_NOT_FOUND, "no such session");
        return session_from_row(tx, &rows, 0, ret);
}

enum rc session_load(struct tx *tx, struct str id, struct session *ret)
{
        return load_by(tx, "id", db_text(id), ret);
}

static enum rc load_by_token(struct tx *tx, const char *by, struct str token, struct session *ret)
{
        struct db_value hash;
        if (str_is_null(token))
                return op_fail(tx->op, RC_SESSION_NOT_FOUND, "no such session");
        enum rc rc = token_make(tx, token, &hash);
        return rc == RC_OK ? load_by(tx, by, hash, ret) : rc;
}

enum rc session_load_by_key(struct tx *tx, struct str key, struct session *ret)
{
        return load_by_token(tx, "key_hash", key, ret);
}

enum rc session_load_by_token(struct tx *tx, struct str token, struct session *ret)
{
        return load_by_token(tx, "token_hash", token, ret);
}

static struct session session_of(const struct session_new *new)
{
        struct session session = {
            .status = SESSION_PENDING,
            .full = new->full,
            .lang = new->lang,
            .rp_id = new->rp_id,
            .ip = new->ip,
            .version = 1,
            .created_at_ms = new->now_ms,
            .expires_at_ms = new->expires_at_ms,
            .expected_name = new->expected_name,
            .expected_birth_date = new->expected_birth_date,
            .metadata = new->metadata,
            .phone = new->phone,
            .email = new->email,
        };
        random_id(session.id);
        random_bytes(session.data_key, sizeof(session.data_key));
        return session;
}

enum rc session_insert(struct tx *tx, const struct session_new *new, struct session *ret)
{
        static const char sql[] =
            "INSERT INTO sessions (id, key_hash, wrapped_key, status, full_flow, lang, rp_id, ip, "
            "created_at, "
            "expires_at, phone_index, email_index, expected_name, expected_birth_date, metadata, phone, "
            "email) "
            "VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
        enum { FIRST_SEALED = 11, SEALED_AT_CREATION = 5, PARAMS = FIRST_SEALED + SEALED_AT_CREATION };
        struct session session = session_of(new);
        struct buf wrapped CLEANUP(buf_release);
        buf_init(&wrapped, VAULT_WRAPPED_LEN);
        vault_wrap_key(tx_vault(tx), str_from(session.id), session.data_key, &wrapped);
        struct db_value params[PARAMS] = {
            db_words(session.id),
            {0},
            db_blob(buf_str(&wrapped)),
            db_int(new->full),
            db_words(new->lang == LANG_EN ? "en" : "ko"),
            db_text(new->rp_id),
            db_text(new->ip),
            db_int(new->now_ms),
            db_int(new->expires_at_ms),
        };
        enum rc rc = token_make(tx, new->key, &params[1]);
        if (rc == RC_OK)
                rc = index_make(tx, VAULT_PHONE, new->phone, &params[9]);
        if (rc == RC_OK)
                rc = index_make(tx, VAULT_EMAIL, new->email, &params[10]);
        for (size_t i = 0; i < SEALED_AT_CREATION && rc == RC_OK; i++)
                rc = sealed_make(tx->op, session.data_key, sealed[i].column, session.id,
                                 *(struct str *)(void *)((char *)&session + sealed[i].at),
                                 &params[FIRST_SEALED + i]);
        if (rc == RC_OK)
                rc = tx_exec(tx, sql, params, PARAMS, NULL);
        if (rc == RC_OK)
                *ret = session;
        session_release(&session);
        return rc;
}

enum rc session_touch(struct tx *tx, const char *id)
{
        return TX_EXEC(tx, "UPDATE sessions SET version = version + 1 WHERE id = $1", NULL, db_words(id));
}
