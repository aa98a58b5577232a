#include "store/face.h"
#include "crypto/random.h"
#include "store/checks.h"

#include <assert.h>

#define PLACE_DETAILS "face_verifications.details"
#define PLACE_KEY     "face_verifications.selfie_key"
#define COLUMNS                                                                                              \
        "id, session_id, document_id, status, selfie_blob, job_id, created_at, finished_at, similarity, "    \
        "liveness, is_live, errors, error_message, duration_ms, details, actions, liveness_method, "         \
        "selfie_key, selfie_repeated"

static const char *const method_names[] = {[FACE_PASSIVE] = "passive", [FACE_ACTIVE] = "active"};

const char *face_method_name(enum face_method method)
{
        return method_names[method];
}

static enum face_method method_of(struct str name)
{
        for (size_t i = FACE_PASSIVE; i < LEN(method_names); i++)
                if (str_equal(name, str_from(method_names[i])))
                        return (enum face_method)i;
        return FACE_NOT_JUDGED;
}

enum rc face_insert(struct tx *tx, const struct session *session, const struct face_new *new,
                    char ret_id[ID_MAX], bool *ret_allowed)
{
        static const char take[] = "UPDATE sessions SET face_uploads = face_uploads + 1, "
                                   "version = version + 1 WHERE id = $1 AND face_uploads < $2";
        static const char insert[] =
            "INSERT INTO face_verifications (id, session_id, document_id, status, selfie_blob, job_id, "
            "created_at, actions, frames_blob) VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8)";
        char id[ID_MAX];
        bool allowed = false;
        if (new->id)
                id_copy(id, str_from(new->id));
        else
                random_id(id);
        enum rc rc = check_take_upload(tx, take, session, new->uploads_max, &allowed);
        if (rc == RC_OK && allowed)
                rc = TX_EXEC(tx, insert, NULL, db_words(id), db_words(session->id),
                             db_words(new->document_id), db_text(new->selfie_blob), db_text(new->job_id),
                             db_int(new->now_ms), db_text(new->actions), db_text(new->frames_blob));
        if (rc != RC_OK)
                return rc;
        if (allowed)
                id_copy(ret_id, str_from(id));
        *ret_allowed = allowed;
        return RC_OK;
}

enum rc face_give_back(struct tx *tx, const struct session *session)
{
        static const char sql[] =
            "UPDATE sessions SET face_uploads = face_uploads - 1 WHERE id = $1 AND face_uploads > 0";
        return TX_EXEC(tx, sql, NULL, db_words(session->id));
}

static enum rc load(struct tx *tx, const struct session *session, const char *sql, struct db_value by,
                    struct face *ret)
{
        struct db_rows rows;
        enum rc rc = check_find(tx, session, sql, by, &rows);
        if (rc != RC_OK)
                return rc;
        struct face face = {
            .status = check_status_of(db_get_str(&rows, 0, 3)),
            .selfie_blob = db_get_str(&rows, 0, 4),
            .job_id = db_get_str(&rows, 0, 5),
            .created_at_ms = db_get_int(&rows, 0, 6),
            .finished_at_ms = db_get_int(&rows, 0, 7),
            .similarity = score_at(&rows, 8),
            .liveness = score_at(&rows, 9),
            .is_live = tri_at(&rows, 10),
            .errors = db_get_str(&rows, 0, 11),
            .error_message = db_get_str(&rows, 0, 12),
            .duration_ms = db_get_int(&rows, 0, 13),
            .actions = db_get_str(&rows, 0, 15),
            .method = method_of(db_get_str(&rows, 0, 16)),
            .selfie_repeated = tri_at(&rows, 18),
        };
        id_copy(face.id, db_get_str(&rows, 0, 0));
        id_copy(face.session_id, db_get_str(&rows, 0, 1));
        id_copy(face.document_id, db_get_str(&rows, 0, 2));
        if (session && !session->erased)
                rc = sealed_open(tx->op, session->data_key, PLACE_DETAILS, face.id, db_get_str(&rows, 0, 14),
                                 &face.details);
        if (session && !session->erased && rc == RC_OK)
                rc = sealed_open(tx->op, session->data_key, PLACE_KEY, face.id, db_get_str(&rows, 0, 17),
                                 &face.selfie_key);
        if (rc == RC_OK)
                *ret = face;
        return rc;
}

enum rc face_load(struct tx *tx, const struct session *session, struct str id, struct face *ret)
{
        return load(tx, session, "SELECT " COLUMNS " FROM face_verifications WHERE id = $1", db_text(id),
                    ret);
}

enum rc face_load_accepted(struct tx *tx, const struct session *session, struct face *ret)
{
        /* Others may be accepted beside it. */
        static const char sql[] =
            "SELECT " COLUMNS
            " FROM face_verifications WHERE session_id = (SELECT id FROM sessions WHERE id = $1 "
            "AND face_verified_at = face_verifications.finished_at) AND status = 'success' ORDER BY id LIMIT "
            "1";
        return load(tx, session, sql, db_words(session->id), ret);
}

enum rc face_load_latest(struct tx *tx, const struct session *session, struct face *ret)
{
        static const char sql[] = "SELECT " COLUMNS " FROM face_verifications WHERE session_id = $1 "
                                  "ORDER BY created_at DESC, id DESC LIMIT 1";
        return load(tx, session, sql, db_words(session->id), ret);
}

enum rc face_begin(struct tx *tx, const char *id, bool *ret_open)
{
        static const char sql[] = "UPDATE face_verifications SET status = 'processing' WHERE id = $1 "
                                  "AND status IN ('pending', 'processing') RETURNING id";
        return check_any(tx, sql, id, ret_open);
}

enum rc face_conclude(struct tx *tx, const struct session *session, const char *id,
                      const struct face_outcome *outcome, bool *ret_moved)
{
        static const char sql[] =
            "UPDATE face_verifications SET status = $3, finished_at = $4, similarity = $5, liveness = $6, "
            "is_live = $7, errors = $8, error_message = $9, duration_ms = $10, details = $11, "
            "selfie_blob = COALESCE($12, selfie_blob), selfie_key = COALESCE($13, selfie_key), "
            "liveness_method = $14, selfie_repeated = $15, frames_blob = NULL "
            "WHERE id = $1 AND session_id = $2 AND status IN ('pending', 'processing')";
        assert(outcome->status >= CHECK_SUCCESS);
        struct db_value details, key;
        int64_t changed;
        enum rc rc = sealed_make(tx->op, session->data_key, PLACE_DETAILS, id, outcome->details, &details);
        if (rc == RC_OK)
                rc = sealed_make(tx->op, session->data_key, PLACE_KEY, id, outcome->selfie_key, &key);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, sql, &changed, db_words(id), db_words(session->id),
                             db_words(check_status_name(outcome->status)), db_int(outcome->now_ms),
                             score_value(outcome->similarity), score_value(outcome->liveness),
                             tri_value(outcome->is_live), db_text(outcome->errors),
                             db_text(outcome->error_message), db_int(outcome->duration_ms), details,
                             db_text(outcome->selfie_blob), key, db_words(face_method_name(outcome->method)),
                             tri_value(outcome->selfie_repeated));
        if (rc == RC_OK && changed == 1)
                rc = session_touch(tx, session->id);
        if (rc == RC_OK)
                *ret_moved = changed == 1;
        return rc;
}
