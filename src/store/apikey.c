#include "store/apikey.h"
#include "crypto/random.h"
#include "store/internal.h"

enum { TOUCH_MS = 60 * 1000 };

#define COLUMNS "id, name, role, created_at, last_used_at, revoked_at"

static const char *const role_names[] = {
    [APIKEY_RP] = "rp",
    [APIKEY_REVIEWER] = "reviewer",
    [APIKEY_ADMIN] = "admin",
};

const char *apikey_role_name(enum apikey_role role)
{
        return role_names[role];
}

bool apikey_role_parse(struct str name, enum apikey_role *ret)
{
        for (size_t i = 0; i < LEN(role_names); i++) {
                if (!str_equal(name, str_from(role_names[i])))
                        continue;
                *ret = (enum apikey_role)i;
                return true;
        }
        return false;
}

enum rc apikey_insert(struct tx *tx, struct str name, enum apikey_role role, struct str key, int64_t now_ms,
                      struct apikey *ret)
{
        static const char sql[] =
            "INSERT INTO api_keys (id, name, role, key_hash, created_at) VALUES ($1, $2, $3, $4, $5)";
        struct apikey apikey = {.name = name, .role = role, .created_at_ms = now_ms};
        random_id(apikey.id);
        struct db_value hash;
        enum rc rc = token_make(tx, key, &hash);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, sql, NULL, db_words(apikey.id), db_text(name), db_words(role_names[role]),
                             hash, db_int(now_ms));
        if (rc == RC_OK)
                *ret = apikey;
        return rc;
}

static enum rc from_row(struct tx *tx, const struct db_rows *rows, size_t row, struct apikey *ret)
{
        struct apikey apikey = {
            .name = db_get_str(rows, row, 1),
            .created_at_ms = db_get_int(rows, row, 3),
            .last_used_at_ms = db_get_int(rows, row, 4),
            .revoked_at_ms = db_get_int(rows, row, 5),
        };
        id_copy(apikey.id, db_get_str(rows, row, 0));
        if (!apikey_role_parse(db_get_str(rows, row, 2), &apikey.role))
                return op_fail(tx->op, RC_INTERNAL, "store: API key %s has no known role", apikey.id);
        *ret = apikey;
        return RC_OK;
}

enum rc apikey_find(struct tx *tx, struct str key, struct apikey *ret)
{
        struct db_value hash;
        struct db_rows rows;
        enum rc rc = token_make(tx, key, &hash);
        if (rc == RC_OK)
                rc = TX_QUERY(tx,
                              "SELECT " COLUMNS " FROM api_keys WHERE key_hash = $1 AND revoked_at IS NULL",
                              &rows, hash);
        if (rc != RC_OK)
                return rc;
        if (rows.len == 0)
                return op_fail(tx->op, RC_UNAUTHORIZED, "no such API key");
        return from_row(tx, &rows, 0, ret);
}

bool apikey_touch_due(const struct apikey *apikey, int64_t now_ms)
{
        return now_ms - apikey->last_used_at_ms >= TOUCH_MS;
}

enum rc apikey_touch(struct tx *tx, const struct apikey *apikey, int64_t now_ms)
{
        return TX_EXEC(tx, "UPDATE api_keys SET last_used_at = $2 WHERE id = $1", NULL, db_words(apikey->id),
                       db_int(now_ms));
}

enum rc apikey_list(struct tx *tx, struct apikey **ret, size_t *ret_len)
{
        struct db_rows rows;
        enum rc rc = tx_query(tx, "SELECT " COLUMNS " FROM api_keys ORDER BY created_at, id", NULL, 0, &rows);
        if (rc != RC_OK)
                return rc;
        struct apikey *apikeys = arena_alloc(&tx->op->arena, MAX(rows.len, (size_t)1) * sizeof(*apikeys));
        if (apikeys == NULL)
                return arena_full(tx->op);
        for (size_t i = 0; i < rows.len && rc == RC_OK; i++)
                rc = from_row(tx, &rows, i, &apikeys[i]);
        if (rc != RC_OK)
                return rc;
        *ret = apikeys;
        *ret_len = rows.len;
        return RC_OK;
}

enum rc apikey_revoke(struct tx *tx, struct str id, int64_t now_ms)
{
        int64_t changed;
        enum rc rc = TX_EXEC(tx, "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1",
                             &changed, db_text(id), db_int(now_ms));
        if (rc == RC_OK && changed == 0)
                rc = op_fail(tx->op, RC_NOT_FOUND, "no such API key");
        return rc;
}
