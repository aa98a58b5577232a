#include "store/internal.h"

#include <assert.h>

enum rc store_open(struct op *op, struct str url, const struct db_options *options, struct vault *vault,
                   struct store *ret)
{
        struct db *db;
        enum rc rc = db_open(op, url, options, &db);
        if (rc == RC_OK)
                *ret = (struct store){db, vault};
        return rc;
}

void store_close(struct store *store)
{
        db_close(store->db);
        *store = (struct store){0};
}

enum rc store_begin(struct store *store, struct op *op, enum tx_mode mode, struct tx *ret)
{
        enum rc rc = tx_begin(store->db, op, mode, ret);
        if (rc == RC_OK)
                ret->user = store;
        return rc;
}

enum rc store_note_clock(struct tx *tx, int64_t now_ms, int64_t *ret_last_ms)
{
        static const char note[] = "INSERT INTO settings (name, value) VALUES ('clock', $1) "
                                   "ON CONFLICT (name) DO UPDATE SET value = $1";
        struct db_rows rows;
        struct str now = arena_printf(&tx->op->arena, "%lld", (long long)now_ms);
        enum rc rc = tx_query(tx, "SELECT value FROM settings WHERE name = 'clock'", NULL, 0, &rows);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, note, NULL, db_blob(now));
        if (rc != RC_OK)
                return rc;
        if (rows.len == 0 || !str_to_int(db_get_str(&rows, 0, 0), 0, INT64_MAX, ret_last_ms))
                *ret_last_ms = 0;
        return RC_OK;
}

const struct vault *tx_vault(const struct tx *tx)
{
        const struct store *store = tx->user;
        assert(store && store->vault);
        return store->vault;
}
