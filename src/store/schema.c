#include "store/internal.h"
#include "store/migration.h"

#include <string.h>

static const char table_sql[] =
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)";

static enum rc version_load(struct tx *tx, int64_t *ret)
{
        struct db_rows rows;
        enum rc rc = tx_query(tx, "SELECT COALESCE(MAX(version), 0) FROM schema_version", NULL, 0, &rows);
        if (rc != RC_OK)
                return rc;
        *ret = db_get_int(&rows, 0, 0);
        return RC_OK;
}

static enum rc refuse_newer(struct op *op, int64_t version)
{
        if (version <= (int64_t)migrations_len)
                return RC_OK;
        return op_fail(op, RC_CONFIG, "database: its schema is version %lld, this program knows up to %zu",
                       (long long)version, migrations_len);
}

static enum rc apply(struct tx *tx, size_t number)
{
        const struct migration *migration = &migrations[number - 1];
        bool postgres = strcmp(db_name(tx->db), "postgresql") == 0;
        const char *sql = postgres && migration->postgres_sql ? migration->postgres_sql : migration->sql;
        enum rc rc = tx_script(tx, sql);
        if (rc != RC_OK)
                return rc;
        return TX_EXEC(tx, "INSERT INTO schema_version (version, applied_at) VALUES ($1, $2)", NULL,
                       db_int((int64_t)number), db_int(clock_wall_ms()));
}

enum rc store_migrate(struct store *store, struct op *op, int *ret_applied)
{
        int64_t version = 0;
        int applied = 0;
        struct tx tx CLEANUP(tx_rollback) = {0};
        enum rc rc = store_begin(store, op, TX_WRITE, &tx);
        if (rc == RC_OK)
                rc = tx_lock_schema(&tx);
        if (rc == RC_OK)
                rc = tx_script(&tx, table_sql);
        if (rc == RC_OK)
                rc = version_load(&tx, &version);
        if (rc == RC_OK)
                rc = refuse_newer(op, version);
        for (size_t i = (size_t)version + 1; rc == RC_OK && i <= migrations_len; i++, applied++)
                rc = apply(&tx, i);
        if (rc == RC_OK)
                rc = tx_commit(&tx);
        if (rc == RC_OK && ret_applied)
                *ret_applied = applied;
        return rc;
}

enum rc store_check_schema(struct store *store, struct op *op)
{
        int64_t version = 0;
        struct tx tx CLEANUP(tx_rollback) = {0};
        enum rc rc = store_begin(store, op, TX_READ, &tx);
        if (rc != RC_OK)
                return rc;
        rc = version_load(&tx, &version);
        if (rc == RC_INTERNAL) { /* no such table */
                op_forgive(op);
                rc = RC_OK;
        }
        if (rc == RC_OK)
                rc = refuse_newer(op, version);
        if (rc == RC_OK && version < (int64_t)migrations_len)
                rc = op_fail(op, RC_CONFIG, "database: its schema is version %lld of %zu: run bonin migrate",
                             (long long)version, migrations_len);
        return rc;
}

/* Insert our mark unless there is one, then ask the vault about the one that is there. */
enum rc store_check_secret(struct store *store, struct op *op)
{
        struct buf mark CLEANUP(buf_release);
        buf_init(&mark, 1024);
        vault_check_make(store->vault, &mark);
        struct db_rows rows;
        struct tx tx CLEANUP(tx_rollback) = {0};
        enum rc rc = store_begin(store, op, TX_WRITE, &tx);
        if (rc == RC_OK)
                rc = TX_EXEC(&tx,
                             "INSERT INTO settings (name, value) VALUES ('secret', $1) "
                             "ON CONFLICT (name) DO NOTHING",
                             NULL, db_blob(buf_str(&mark)));
        if (rc == RC_OK)
                rc = tx_query(&tx, "SELECT value FROM settings WHERE name = 'secret'", NULL, 0, &rows);
        if (rc == RC_OK)
                rc = vault_check(op, store->vault, db_get_str(&rows, 0, 0));
        /* Of a previous secret: from now on the current one is the one to have. */
        if (rc == RC_OK && !vault_is_current(store->vault, db_get_str(&rows, 0, 0)))
                rc = TX_EXEC(&tx, "UPDATE settings SET value = $1 WHERE name = 'secret'", NULL,
                             db_blob(buf_str(&mark)));
        if (rc == RC_OK)
                rc = tx_commit(&tx);
        return rc;
}

static enum rc name_load(struct tx *tx, struct str *ret)
{
        struct db_rows rows;
        enum rc rc = tx_query(tx, "SELECT value FROM settings WHERE name = 'store'", NULL, 0, &rows);
        if (rc == RC_OK)
                *ret = rows.len ? db_get_str(&rows, 0, 0) : STR_NULL;
        return rc;
}

enum rc store_name(struct store *store, struct op *op, struct str *ret)
{
        char name[ID_MAX];
        {
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(store, op, TX_READ, &tx) != RC_OK || name_load(&tx, ret) != RC_OK)
                        return op->rc;
        }
        if (!str_is_null(*ret))
                return RC_OK;
        struct tx tx CLEANUP(tx_rollback) = {0};
        id_make(name);
        if (store_begin(store, op, TX_WRITE, &tx) != RC_OK ||
            TX_EXEC(&tx,
                    "INSERT INTO settings (name, value) VALUES ('store', $1) ON CONFLICT (name) DO NOTHING",
                    NULL, db_blob(str_from(name))) != RC_OK ||
            name_load(&tx, ret) != RC_OK)
                return op->rc;
        return tx_commit(&tx);
}
