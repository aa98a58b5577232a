#include "store/withdrawal.h"

#include "store/internal.h"

static enum rc withdraw_proof(struct tx *tx, struct session *session, const char *document_id, bool *ret)
{
        /* Whoever takes a step asks for the document too (session_advance): of a face that was accepted by
         * the old one and its withdrawal the second finds that the first was quicker. */
        static const char sql[] =
            "UPDATE sessions SET document_id = NULL, id_card_verified_at = NULL, verified_name = NULL, "
            "verified_birth_date = NULL, version = version + 1 "
            "WHERE id = $1 AND document_id = $2 AND status = 'id_card_verified' RETURNING version";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_words(session->id), db_words(document_id));
        if (rc != RC_OK)
                return rc;
        *ret = rows.len > 0;
        if (!*ret)
                return RC_OK;
        session->version = db_get_int(&rows, 0, 0);
        session->id_card_verified_at_ms = 0;
        session->verified_name = session->verified_birth_date = STR_NULL;
        return RC_OK;
}

static enum rc forget_pictures(struct tx *tx, const char *document_id, struct str errors,
                               struct blob_names *ret)
{
        static const char names[] =
            "SELECT front_blob FROM id_card_verifications WHERE id = $1 AND front_blob IS NOT NULL "
            "UNION SELECT back_blob FROM id_card_verifications WHERE id = $1 AND back_blob IS NOT NULL "
            "UNION SELECT portrait_blob FROM id_card_verifications WHERE id = $1 AND portrait_blob IS NOT "
            "NULL";
        /* `details` has no personal data: reviewers may still see how it was read. */
        static const char sql[] =
            "UPDATE id_card_verifications SET status = 'rejected', errors = $2, advice = NULL, "
            "front_blob = NULL, back_blob = NULL, portrait_blob = NULL, portrait_key = NULL, numbers = NULL, "
            "extracted = NULL WHERE id = $1";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, names, &rows, db_words(document_id));
        if (rc == RC_OK)
                rc = rows_texts(tx, &rows, &ret->names, &ret->len);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, sql, NULL, db_words(document_id), db_text(errors));
        return rc == RC_OK ? store_mark_scrub(tx) : rc;
}

enum rc document_withdraw(struct tx *tx, struct session *session, const char *document_id, struct str errors,
                          struct blob_names *ret, bool *ret_withdrawn)
{
        struct blob_names names = {0};
        bool withdrawn = false;
        enum rc rc = withdraw_proof(tx, session, document_id, &withdrawn);
        if (rc == RC_OK && withdrawn)
                rc = forget_pictures(tx, document_id, errors, &names);
        if (rc != RC_OK)
                return rc;
        *ret = names;
        *ret_withdrawn = withdrawn;
        return RC_OK;
}
