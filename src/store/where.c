#include "store/internal.h"

#include <assert.h>

enum { SQL_MAX = 8192 };

void where_init(struct where *where)
{
        *where = (struct where){0};
        buf_init(&where->sql, SQL_MAX);
        buf_add(&where->sql, STR(" WHERE 1 = 1"));
}

void where_release(struct where *where)
{
        buf_release(&where->sql);
}

static size_t param(struct where *where, struct db_value value)
{
        assert(where->len < WHERE_PARAMS_MAX);
        where->params[where->len] = value;
        return ++where->len;
}

void where_add(struct where *where, const char *condition, struct db_value value)
{
        size_t number = param(where, value);
        buf_add(&where->sql, STR(" AND "));
        for (const char *at = condition; *at; at++) {
                if (*at == '?')
                        buf_addf(&where->sql, "$%zu", number);
                else
                        buf_add_char(&where->sql, *at);
        }
}

static void add_in(struct where *where, const char *column, size_t from, size_t len)
{
        buf_addf(&where->sql, "%s IN (", column);
        for (size_t i = 0; i < len; i++)
                buf_addf(&where->sql, "%s$%zu", i ? ", " : "", from + i);
        buf_add_char(&where->sql, ')');
}

enum rc where_add_index(struct where *where, struct tx *tx, enum vault_use use, struct str text,
                        const char *a, const char *b)
{
        size_t generations = vault_generations(tx_vault(tx)), from = where->len + 1;
        for (size_t i = 0; i < generations; i++) {
                uint8_t *hash = arena_alloc(&tx->op->arena, VAULT_INDEX_LEN);
                if (hash == NULL)
                        return arena_full(tx->op);
                vault_index_of(tx_vault(tx), i, use, text, hash);
                param(where, db_bytes(hash, VAULT_INDEX_LEN));
        }
        buf_add(&where->sql, STR(" AND ("));
        add_in(where, a, from, generations);
        if (b) {
                buf_add(&where->sql, STR(" OR "));
                add_in(where, b, from, generations);
        }
        buf_add_char(&where->sql, ')');
        return RC_OK;
}

enum rc where_page(struct where *where, struct tx *tx, const char *table, const char *columns,
                   const char *order, struct page page, struct db_rows *ret, int64_t *ret_total)
{
        assert(page.number >= 1 && page.size >= 1 && page.size <= STORE_PAGE_MAX);
        struct buf sql CLEANUP(buf_release);
        buf_init(&sql, SQL_MAX);
        buf_addf(&sql, "SELECT COUNT(*) FROM %s", table);
        buf_add(&sql, buf_str(&where->sql));
        struct db_rows count;
        enum rc rc = tx_query(tx, buf_text(&sql), where->params, where->len, &count);
        if (rc != RC_OK)
                return rc;
        int64_t total = db_get_int(&count, 0, 0), offset;
        if (__builtin_mul_overflow(page.number - 1, page.size, &offset))
                offset = total;

        size_t limit_at = param(where, db_int(page.size)), offset_at = param(where, db_int(offset));
        buf_clear(&sql);
        buf_addf(&sql, "SELECT %s FROM %s", columns, table);
        buf_add(&sql, buf_str(&where->sql));
        buf_addf(&sql, " ORDER BY %s LIMIT $%zu OFFSET $%zu", order, limit_at, offset_at);
        assert(buf_ok(&sql));
        rc = tx_query(tx, buf_text(&sql), where->params, where->len, ret);
        if (rc == RC_OK)
                *ret_total = total;
        return rc;
}

enum rc rows_texts(struct tx *tx, const struct db_rows *rows, struct str **ret, size_t *ret_len)
{
        struct str *texts = arena_alloc(&tx->op->arena, MAX(rows->len, (size_t)1) * sizeof(*texts));
        if (texts == NULL)
                return arena_full(tx->op);
        for (size_t i = 0; i < rows->len; i++)
                texts[i] = db_get_str(rows, i, 0);
        *ret = texts;
        *ret_len = rows->len;
        return RC_OK;
}
