#include "store/tree.h"

#include "store/internal.h"

enum rc tree_insert(struct tx *tx, struct str origin, struct str key)
{
        return TX_EXEC(tx,
                       "INSERT INTO log_tree (origin, key, size, number, frontier, checkpoint) "
                       "SELECT $1, $2, 0, 0, $3, '' WHERE NOT EXISTS (SELECT 1 FROM log_tree)",
                       NULL, db_text(origin), db_blob(key), db_blob(STR("")));
}

enum rc tree_load(struct tx *tx, struct tree *ret)
{
        struct db_rows rows;
        enum rc rc = tx_query(tx, "SELECT origin, key, size, number, frontier, checkpoint FROM log_tree",
                              NULL, 0, &rows);
        if (rc != RC_OK)
                return rc;
        if (rows.len == 0)
                return op_fail(tx->op, RC_NOT_FOUND, "the log has no tree yet: `bonin serve` makes it");
        *ret = (struct tree){.origin = db_get_str(&rows, 0, 0),
                             .key = db_get_str(&rows, 0, 1),
                             .size = db_get_int(&rows, 0, 2),
                             .number = db_get_int(&rows, 0, 3),
                             .frontier = db_get_str(&rows, 0, 4),
                             .checkpoint = db_get_str(&rows, 0, 5)};
        return RC_OK;
}

enum rc tree_grow(struct tx *tx, int64_t from, const struct tree *to, bool *ret_moved)
{
        int64_t changed;
        enum rc rc = TX_EXEC(tx,
                             "UPDATE log_tree SET size = $2, number = $3, frontier = $4, checkpoint = $5 "
                             "WHERE size = $1",
                             &changed, db_int(from), db_int(to->size), db_int(to->number),
                             db_blob(to->frontier), db_text(to->checkpoint));
        if (rc == RC_OK)
                *ret_moved = changed == 1;
        return rc;
}

enum rc tree_set_key(struct tx *tx, struct str key)
{
        return TX_EXEC(tx, "UPDATE log_tree SET key = $1", NULL, db_blob(key));
}

/* The one row's one column. */
static enum rc load(struct tx *tx, const char *sql, const struct db_value *params, size_t len,
                    struct str *ret)
{
        struct db_rows rows;
        enum rc rc = tx_query(tx, sql, params, len, &rows);
        if (rc == RC_OK && rows.len == 0)
                return op_fail(tx->op, RC_NOT_FOUND, "the log's tree has no such part");
        if (rc == RC_OK)
                *ret = db_get_str(&rows, 0, 0);
        return rc;
}

enum rc tree_tile_load(struct tx *tx, unsigned level, uint64_t position, struct str *ret)
{
        const struct db_value params[] = {db_int(level), db_int((int64_t)position)};
        return load(tx, "SELECT hashes FROM log_tiles WHERE level = $1 AND position = $2", params,
                    LEN(params), ret);
}

enum rc tree_tile_save(struct tx *tx, unsigned level, uint64_t position, struct str hashes)
{
        return TX_EXEC(tx,
                       "INSERT INTO log_tiles (level, position, hashes) VALUES ($1, $2, $3) "
                       "ON CONFLICT (level, position) DO UPDATE SET hashes = $3",
                       NULL, db_int(level), db_int((int64_t)position), db_blob(hashes));
}

enum rc tree_bundle_load(struct tx *tx, uint64_t position, struct str *ret)
{
        const struct db_value params[] = {db_int((int64_t)position)};
        return load(tx, "SELECT entries FROM log_bundles WHERE position = $1", params, LEN(params), ret);
}

enum rc tree_bundle_save(struct tx *tx, uint64_t position, int64_t first_number, struct str entries)
{
        return TX_EXEC(tx,
                       "INSERT INTO log_bundles (position, first_number, entries) VALUES ($1, $2, $3) "
                       "ON CONFLICT (position) DO UPDATE SET entries = $3",
                       NULL, db_int((int64_t)position), db_int(first_number), db_blob(entries));
}

enum rc tree_bundle_find(struct tx *tx, int64_t number, uint64_t *ret_position)
{
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx,
                              "SELECT position FROM log_bundles WHERE first_number <= $1 "
                              "ORDER BY first_number DESC LIMIT 1",
                              &rows, db_int(number));
        if (rc == RC_OK && rows.len == 0)
                rc = op_fail(tx->op, RC_NOT_FOUND, "the log's tree has no such entry");
        if (rc == RC_OK)
                *ret_position = (uint64_t)db_get_int(&rows, 0, 0);
        return rc;
}
