#include "crypto/random.h"
#include "store/checks.h"

#include <assert.h>

#define PLACE_EXTRACTED "id_card_verifications.extracted"
#define PLACE_DETAILS   "id_card_verifications.details"
#define PLACE_KEY       "id_card_verifications.portrait_key"
#define PLACE_NUMBERS   "id_card_verifications.numbers"
#define COLUMNS                                                                                              \
        "id, session_id, type, status, front_blob, back_blob, portrait_blob, job_id, created_at, "           \
        "finished_at, confidence, name_match, birth_date_match, errors, error_message, duration_ms, "        \
        "extracted, details, advice, portrait_key, numbers"

static const char *const status_names[] = {
    [CHECK_PENDING] = "pending", [CHECK_PROCESSING] = "processing", [CHECK_SUCCESS] = "success",
    [CHECK_FAILED] = "failed",   [CHECK_REJECTED] = "rejected",
};

const char *check_status_name(enum check_status status)
{
        return status_names[status];
}

enum check_status check_status_of(struct str name)
{
        for (size_t i = 0; i < LEN(status_names); i++)
                if (str_equal(name, str_from(status_names[i])))
                        return (enum check_status)i;
        return CHECK_FAILED;
}

void tri_emit(struct emit *emit, const char *key, enum tri tri)
{
        if (tri == TRI_UNKNOWN)
                emit_null(emit, key);
        else
                emit_bool(emit, key, tri == TRI_YES);
}

struct db_value tri_value(enum tri tri)
{
        return (struct db_value){.kind = DB_INT, .is_null = tri == TRI_UNKNOWN, .number = tri};
}

enum tri tri_at(const struct db_rows *rows, size_t column)
{
        if (db_get_null(rows, 0, column))
                return TRI_UNKNOWN;
        return db_get_int(rows, 0, column) ? TRI_YES : TRI_NO;
}

struct db_value score_value(double score)
{
        return (struct db_value){.kind = DB_REAL, .is_null = score < 0, .real = score};
}

double score_at(const struct db_rows *rows, size_t column)
{
        return db_get_null(rows, 0, column) ? -1 : db_get_real(rows, 0, column);
}

enum rc check_find(struct tx *tx, const struct session *session, const char *sql, struct db_value by,
                   struct db_rows *ret)
{
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, by);
        if (rc != RC_OK)
                return rc;
        bool found = rows.len == 1;
        if (found && session)
                found = str_equal(db_get_str(&rows, 0, 1), str_from(session->id));
        if (!found)
                return op_fail(tx->op, RC_VERIFICATION_NOT_FOUND, "no such verification");
        *ret = rows;
        return RC_OK;
}

enum rc check_any(struct tx *tx, const char *sql, const char *by, bool *ret)
{
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_words(by));
        if (rc == RC_OK)
                *ret = rows.len > 0;
        return rc;
}

enum rc check_take_upload(struct tx *tx, const char *sql, const struct session *session, int64_t max,
                          bool *ret_allowed)
{
        int64_t changed;
        enum rc rc = TX_EXEC(tx, sql, &changed, db_words(session->id), db_int(max));
        if (rc == RC_OK)
                *ret_allowed = changed == 1;
        return rc;
}

enum rc document_insert(struct tx *tx, const struct session *session, const struct document_new *new,
                        char ret_id[ID_MAX], bool *ret_allowed)
{
        static const char take[] = "UPDATE sessions SET id_card_uploads = id_card_uploads + 1, "
                                   "version = version + 1 WHERE id = $1 AND id_card_uploads < $2";
        static const char insert[] =
            "INSERT INTO id_card_verifications (id, session_id, type, status, front_blob, back_blob, job_id, "
            "created_at) VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7)";
        char id[ID_MAX];
        bool allowed = false;
        if (new->id)
                id_copy(id, str_from(new->id));
        else
                random_id(id);
        enum rc rc = check_take_upload(tx, take, session, new->uploads_max, &allowed);
        if (rc == RC_OK && allowed)
                rc = TX_EXEC(tx, insert, NULL, db_words(id), db_words(session->id), db_text(new->type),
                             db_text(new->front_blob), db_text(new->back_blob), db_text(new->job_id),
                             db_int(new->now_ms));
        if (rc != RC_OK)
                return rc;
        if (allowed)
                id_copy(ret_id, str_from(id));
        *ret_allowed = allowed;
        return RC_OK;
}

enum rc document_give_back(struct tx *tx, const struct session *session)
{
        static const char sql[] = "UPDATE sessions SET id_card_uploads = id_card_uploads - 1 "
                                  "WHERE id = $1 AND id_card_uploads > 0";
        return TX_EXEC(tx, sql, NULL, db_words(session->id));
}

static enum rc from_row(struct tx *tx, const struct session *session, const struct db_rows *rows,
                        struct document *ret)
{
        struct document document = {
            .type = db_get_str(rows, 0, 2),
            .status = check_status_of(db_get_str(rows, 0, 3)),
            .front_blob = db_get_str(rows, 0, 4),
            .back_blob = db_get_str(rows, 0, 5),
            .portrait_blob = db_get_str(rows, 0, 6),
            .job_id = db_get_str(rows, 0, 7),
            .created_at_ms = db_get_int(rows, 0, 8),
            .finished_at_ms = db_get_int(rows, 0, 9),
            .confidence = score_at(rows, 10),
            .name_match = tri_at(rows, 11),
            .birth_date_match = tri_at(rows, 12),
            .errors = db_get_str(rows, 0, 13),
            .error_message = db_get_str(rows, 0, 14),
            .duration_ms = db_get_int(rows, 0, 15),
            .advice = db_get_str(rows, 0, 18),
        };
        id_copy(document.id, db_get_str(rows, 0, 0));
        id_copy(document.session_id, db_get_str(rows, 0, 1));
        const struct {
                const char *place;
                size_t column;
                struct str *ret;
        } sealed[] = {{PLACE_EXTRACTED, 16, &document.extracted},
                      {PLACE_DETAILS, 17, &document.details},
                      {PLACE_KEY, 19, &document.portrait_key},
                      {PLACE_NUMBERS, 20, &document.numbers}};
        enum rc rc = RC_OK;
        for (size_t i = 0; i < LEN(sealed) && session && !session->erased && rc == RC_OK; i++)
                rc = sealed_open(tx->op, session->data_key, sealed[i].place, document.id,
                                 db_get_str(rows, 0, sealed[i].column), sealed[i].ret);
        if (rc == RC_OK)
                *ret = document;
        return rc;
}

static enum rc load(struct tx *tx, const struct session *session, const char *sql, struct db_value by,
                    struct document *ret)
{
        struct db_rows rows;
        enum rc rc = check_find(tx, session, sql, by, &rows);
        return rc == RC_OK ? from_row(tx, session, &rows, ret) : rc;
}

enum rc document_load(struct tx *tx, const struct session *session, struct str id, struct document *ret)
{
        return load(tx, session, "SELECT " COLUMNS " FROM id_card_verifications WHERE id = $1", db_text(id),
                    ret);
}

enum rc document_load_latest(struct tx *tx, const struct session *session, struct document *ret)
{
        static const char sql[] = "SELECT " COLUMNS " FROM id_card_verifications WHERE session_id = $1 "
                                  "ORDER BY created_at DESC, id DESC LIMIT 1";
        return load(tx, session, sql, db_words(session->id), ret);
}

enum rc document_load_accepted(struct tx *tx, const struct session *session, struct document *ret)
{
        static const char sql[] = "SELECT " COLUMNS " FROM id_card_verifications "
                                  "WHERE id = (SELECT document_id FROM sessions WHERE id = $1)";
        return load(tx, session, sql, db_words(session->id), ret);
}

enum rc document_begin(struct tx *tx, const char *id, bool *ret_open)
{
        static const char sql[] = "UPDATE id_card_verifications SET status = 'processing' WHERE id = $1 "
                                  "AND status IN ('pending', 'processing') RETURNING id";
        return check_any(tx, sql, id, ret_open);
}

enum rc document_conclude(struct tx *tx, const struct session *session, const char *id,
                          const struct document_outcome *outcome, bool *ret_moved)
{
        static const char sql[] =
            "UPDATE id_card_verifications SET status = $3, finished_at = $4, confidence = $5, "
            "name_match = $6, birth_date_match = $7, errors = $8, error_message = $9, duration_ms = $10, "
            "extracted = $11, details = $12, portrait_blob = COALESCE($13, portrait_blob), "
            "front_blob = COALESCE($14, front_blob), back_blob = COALESCE($15, back_blob), "
            "advice = $16, portrait_key = COALESCE($17, portrait_key), numbers = $18 "
            "WHERE id = $1 AND session_id = $2 AND status IN ('pending', 'processing')";
        assert(outcome->status >= CHECK_SUCCESS);
        struct db_value extracted, details, key, numbers;
        const struct {
                const char *place;
                struct str plain;
                struct db_value *ret;
        } seal[] = {{PLACE_EXTRACTED, outcome->extracted, &extracted},
                    {PLACE_DETAILS, outcome->details, &details},
                    {PLACE_KEY, outcome->portrait_key, &key},
                    {PLACE_NUMBERS, outcome->numbers, &numbers}};
        int64_t changed;
        enum rc rc = RC_OK;
        for (size_t i = 0; i < LEN(seal) && rc == RC_OK; i++)
                rc = sealed_make(tx->op, session->data_key, seal[i].place, id, seal[i].plain, seal[i].ret);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, sql, &changed, db_words(id), db_words(session->id),
                             db_words(status_names[outcome->status]), db_int(outcome->now_ms),
                             score_value(outcome->confidence), tri_value(outcome->name_match),
                             tri_value(outcome->birth_date_match), db_text(outcome->errors),
                             db_text(outcome->error_message), db_int(outcome->duration_ms), extracted,
                             details, db_text(outcome->portrait_blob), db_text(outcome->redacted_front_blob),
                             db_text(outcome->redacted_back_blob), db_text(outcome->advice), key, numbers);
        if (rc == RC_OK && changed == 1)
                rc = session_touch(tx, session->id);
        if (rc == RC_OK)
                *ret_moved = changed == 1;
        return rc;
}
