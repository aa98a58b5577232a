#include "store/rewrap.h"

#include "store/internal.h"

#include <string.h>

static enum rc rewrap_one(struct tx *tx, struct str id, bool *ret_damaged)
{
        static const char sql[] = "UPDATE sessions SET wrapped_key = $2, phone_index = $3, email_index = $4, "
                                  "verified_phone_index = $5, verified_email_index = $6 WHERE id = $1";
        struct session session CLEANUP(session_release) = {0};
        *ret_damaged = false;
        enum rc rc = session_load(tx, id, &session);
        if (rc == RC_INTERNAL && !tx->failed) {
                op_forgive(tx->op);
                *ret_damaged = true;
                return RC_OK;
        }
        if (rc != RC_OK || session.erased)
                return rc;
        struct buf wrapped CLEANUP(buf_release);
        buf_init(&wrapped, VAULT_WRAPPED_LEN);
        vault_wrap_key(tx_vault(tx), id, session.data_key, &wrapped);
        struct db_value params[6] = {db_text(id), db_blob(buf_str(&wrapped))};
        const struct {
                enum vault_use use;
                struct str text;
        } indexes[] = {{VAULT_PHONE, session.phone},
                       {VAULT_EMAIL, session.email},
                       {VAULT_PHONE, session.verified_phone},
                       {VAULT_EMAIL, session.verified_email}};
        for (size_t i = 0; i < LEN(indexes) && rc == RC_OK; i++)
                rc = index_make(tx, indexes[i].use, indexes[i].text, &params[2 + i]);
        return rc == RC_OK ? tx_exec(tx, sql, params, LEN(params), NULL) : rc;
}

enum rc rewrap_sessions(struct tx *tx, const char *after, int64_t max, struct rewrapped *ret)
{
        static const char sql[] =
            "SELECT id FROM sessions WHERE id > $1 AND wrapped_key IS NOT NULL "
            "AND substr(wrapped_key, 1, CAST($2 AS INTEGER)) <> $3 ORDER BY id LIMIT $4";
        uint8_t prefix[VAULT_PREFIX_LEN];
        struct db_rows rows;
        struct str *ids;
        size_t len;
        vault_prefix(tx_vault(tx), prefix);
        enum rc rc = TX_QUERY(tx, sql, &rows, db_words(after), db_int(VAULT_PREFIX_LEN),
                              db_bytes(prefix, sizeof(prefix)), db_int(max));
        if (rc == RC_OK)
                rc = rows_texts(tx, &rows, &ids, &len);
        if (rc != RC_OK)
                return rc;
        *ret = (struct rewrapped){.more = (int64_t)len == max};
        id_copy(ret->last, len ? ids[len - 1] : str_from(after));
        for (size_t i = 0; i < len && rc == RC_OK; i++) {
                bool damaged;
                rc = rewrap_one(tx, ids[i], &damaged);
                ret->damaged += damaged;
                ret->done += !damaged;
        }
        return rc;
}
