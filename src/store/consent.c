#include "store/consent.h"
#include "store/internal.h"

#define PLACE "consents.ip"

enum rc consent_insert(struct tx *tx, const struct session *session, const struct consent *consent)
{
        static const char sql[] =
            "INSERT INTO consents (id, session_id, version, text_hash, lang, items, purpose, retention_days, "
            "created_at, ip) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        char id[ID_MAX];
        struct db_value ip;
        id_make(id);
        enum rc rc = sealed_make(tx->op, session->data_key, PLACE, id, consent->ip, &ip);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, sql, NULL, db_words(id), db_words(session->id), db_text(consent->version),
                             db_blob(hash_str(&consent->text_hash)),
                             db_words(consent->lang == LANG_EN ? "en" : "ko"), db_text(consent->items),
                             db_text(consent->purpose), db_int(consent->retention_days),
                             db_int(consent->created_at_ms), ip);
        return rc;
}

static enum rc from_row(struct tx *tx, const struct session *session, const struct db_rows *rows, size_t row,
                        struct consent *ret)
{
        struct consent consent = {
            .version = db_get_str(rows, row, 1),
            .lang = str_equal(db_get_str(rows, row, 3), STR("en")) ? LANG_EN : LANG_KO,
            .items = db_get_str(rows, row, 4),
            .purpose = db_get_str(rows, row, 5),
            .retention_days = db_get_int(rows, row, 6),
            .created_at_ms = db_get_int(rows, row, 7),
        };
        id_copy(consent.id, db_get_str(rows, row, 0));
        if (!hash_parse(db_get_str(rows, row, 2), &consent.text_hash))
                return op_fail(tx->op, RC_INTERNAL, "store: consent %s has no hash", consent.id);
        enum rc rc = RC_OK;
        if (!session->erased)
                rc = sealed_open(tx->op, session->data_key, PLACE, consent.id, db_get_str(rows, row, 8),
                                 &consent.ip);
        if (rc == RC_OK)
                *ret = consent;
        return rc;
}

enum rc consent_list(struct tx *tx, const struct session *session, struct consent **ret, size_t *ret_len)
{
        static const char sql[] =
            "SELECT id, version, text_hash, lang, items, purpose, retention_days, "
            "created_at, ip FROM consents WHERE session_id = $1 ORDER BY created_at, id";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_words(session->id));
        if (rc != RC_OK)
                return rc;
        struct consent *consents = arena_alloc(&tx->op->arena, MAX(rows.len, (size_t)1) * sizeof(*consents));
        if (consents == NULL)
                return arena_full(tx->op);
        for (size_t i = 0; i < rows.len && rc == RC_OK; i++)
                rc = from_row(tx, session, &rows, i, &consents[i]);
        if (rc != RC_OK)
                return rc;
        *ret = consents;
        *ret_len = rows.len;
        return RC_OK;
}
