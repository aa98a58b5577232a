#include "store/signing_key.h"

#include "store/internal.h"

enum rc signing_key_insert(struct tx *tx, struct str kid, struct str sealed, int64_t now_ms)
{
        return TX_EXEC(tx, "INSERT INTO signing_keys (kid, sealed, created_at) VALUES ($1, $2, $3)", NULL,
                       db_text(kid), db_blob(sealed), db_int(now_ms));
}

enum rc signing_key_retire_others(struct tx *tx, struct str kid, int64_t now_ms)
{
        return TX_EXEC(tx, "UPDATE signing_keys SET retired_at = $2 WHERE kid <> $1 AND retired_at IS NULL",
                       NULL, db_text(kid), db_int(now_ms));
}

enum rc signing_key_reseal(struct tx *tx, struct str kid, struct str sealed)
{
        return TX_EXEC(tx, "UPDATE signing_keys SET sealed = $2 WHERE kid = $1", NULL, db_text(kid),
                       db_blob(sealed));
}

enum rc signing_key_list(struct tx *tx, int64_t before_ms, int64_t max, struct signing_key **ret,
                         size_t *ret_len)
{
        static const char sql[] =
            "SELECT kid, sealed, created_at, retired_at FROM signing_keys "
            "WHERE retired_at IS NULL OR retired_at >= $1 "
            "ORDER BY CASE WHEN retired_at IS NULL THEN 0 ELSE 1 END, created_at DESC, kid "
            "LIMIT $2";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_int(before_ms), db_int(max));
        if (rc != RC_OK)
                return rc;
        struct signing_key *keys = arena_alloc(&tx->op->arena, MAX(rows.len, (size_t)1) * sizeof(*keys));
        if (keys == NULL)
                return arena_full(tx->op);
        for (size_t i = 0; i < rows.len; i++)
                keys[i] = (struct signing_key){.kid = db_get_str(&rows, i, 0),
                                               .sealed = db_get_str(&rows, i, 1),
                                               .created_at_ms = db_get_int(&rows, i, 2),
                                               .retired_at_ms = db_get_int(&rows, i, 3)};
        *ret = keys;
        *ret_len = rows.len;
        return RC_OK;
}
