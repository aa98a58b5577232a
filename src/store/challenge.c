#include "store/challenge.h"

#include "store/internal.h"

enum rc challenge_insert(struct tx *tx, const struct session *session, const struct challenge_new *new,
                         char ret_id[ID_MAX])
{
        static const char void_all[] = "UPDATE face_challenges SET voided_at = $2 "
                                       "WHERE session_id = $1 AND used_at IS NULL AND voided_at IS NULL";
        static const char insert[] =
            "INSERT INTO face_challenges (id, session_id, actions, created_at, expires_at) "
            "VALUES ($1, $2, $3, $4, $5)";
        char id[ID_MAX];
        id_make(id);
        enum rc rc = TX_EXEC(tx, void_all, NULL, db_words(session->id), db_int(new->now_ms));
        if (rc == RC_OK)
                rc = TX_EXEC(tx, insert, NULL, db_words(id), db_words(session->id), db_text(new->actions),
                             db_int(new->now_ms), db_int(new->expires_at_ms));
        if (rc == RC_OK)
                id_copy(ret_id, str_from(id));
        return rc;
}

#define UNUSED                                                                                               \
        " FROM face_challenges WHERE id = $1 AND session_id = $2 AND used_at IS NULL AND voided_at IS NULL"

/* It could not be taken: for its time alone? */
static enum rc refuse(struct tx *tx, const struct session *session, struct str id)
{
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, "SELECT id" UNUSED, &rows, db_text(id), db_words(session->id));
        if (rc != RC_OK)
                return rc;
        return rows.len
                   ? op_fail(tx->op, RC_CHALLENGE_EXPIRED, "the challenge has expired")
                   : op_fail(tx->op, RC_CHALLENGE_NOT_FOUND, "no such challenge of this session, or used");
}

enum rc challenge_take(struct tx *tx, const struct session *session, struct str id, int64_t now_ms,
                       struct challenge_taken *ret)
{
        static const char sql[] =
            "UPDATE face_challenges SET used_at = $3 WHERE id = $1 AND session_id = $2 AND used_at IS NULL "
            "AND voided_at IS NULL AND expires_at > $3 RETURNING actions, created_at";
        struct db_rows rows;
        if (!id_valid(id))
                return op_fail(tx->op, RC_CHALLENGE_NOT_FOUND, "not the form of a challenge");
        enum rc rc = TX_QUERY(tx, sql, &rows, db_text(id), db_words(session->id), db_int(now_ms));
        if (rc != RC_OK)
                return rc;
        if (rows.len == 0)
                return refuse(tx, session, id);
        *ret = (struct challenge_taken){.actions = db_get_str(&rows, 0, 0),
                                        .created_at_ms = db_get_int(&rows, 0, 1)};
        return RC_OK;
}

enum rc challenge_void_made_after(struct tx *tx, int64_t after_ms, int64_t now_ms)
{
        return TX_EXEC(tx,
                       "UPDATE face_challenges SET voided_at = $2 WHERE created_at > $1 "
                       "AND used_at IS NULL AND voided_at IS NULL",
                       NULL, db_int(after_ms), db_int(now_ms));
}

enum rc challenge_clean(struct tx *tx, int64_t before_ms)
{
        return TX_EXEC(tx, "DELETE FROM face_challenges WHERE expires_at < $1", NULL, db_int(before_ms));
}
