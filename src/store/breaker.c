#include "store/breaker.h"

enum rc breaker_load(struct tx *tx, const char *name, struct breaker_row *ret)
{
        struct db_rows rows;
        enum rc rc =
            TX_QUERY(tx, "SELECT open, changed_at FROM breakers WHERE name = $1", &rows, db_words(name));
        if (rc != RC_OK)
                return rc;
        *ret = (struct breaker_row){0};
        if (rows.len)
                *ret = (struct breaker_row){db_get_int(&rows, 0, 0) != 0, db_get_int(&rows, 0, 1)};
        return RC_OK;
}

enum rc breaker_change(struct tx *tx, const char *name, const struct breaker_row *seen, bool open,
                       int64_t now_ms, bool *ret_won)
{
        static const char sql[] = "INSERT INTO breakers (name, open, changed_at) VALUES ($1, $2, $3) "
                                  "ON CONFLICT (name) DO UPDATE SET open = $2, changed_at = $3 "
                                  "WHERE breakers.open = $4 AND breakers.changed_at = $5";
        int64_t changed;
        enum rc rc = TX_EXEC(tx, sql, &changed, db_words(name), db_int(open), db_int(now_ms),
                             db_int(seen->open), db_int(seen->changed_at_ms));
        if (rc == RC_OK)
                *ret_won = changed == 1;
        return rc;
}
