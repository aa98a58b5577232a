#include "store/internal.h"

#include <stdio.h>

enum { PLACE_MAX = 128 };

static struct str place_of(const char *column, const char *row_id, char ret[PLACE_MAX])
{
        int len = snprintf(ret, PLACE_MAX, "%s:%s", column, row_id);
        return (struct str){ret, (size_t)MIN(len, PLACE_MAX - 1)};
}

enum rc arena_full(struct op *op)
{
        return op_fail(op, RC_UNAVAILABLE, "store: no room left in the op's memory");
}

enum rc sealed_make(struct op *op, const uint8_t key[SEAL_KEY_LEN], const char *column, const char *row_id,
                    struct str plain, struct db_value *ret)
{
        char place[PLACE_MAX];
        struct buf buf CLEANUP(buf_release);
        buf_init(&buf, plain.len + SEAL_OVERHEAD);
        struct str sealed = STR_NULL;
        if (!str_is_null(plain)) {
                seal_bytes(key, place_of(column, row_id, place), plain, &buf);
                sealed = arena_copy(&op->arena, buf_str(&buf));
                if (!buf_ok(&buf) || str_is_null(sealed))
                        return arena_full(op);
        }
        *ret = db_blob(sealed);
        return RC_OK;
}

enum rc sealed_open(struct op *op, const uint8_t key[SEAL_KEY_LEN], const char *column, const char *row_id,
                    struct str sealed, struct str *ret)
{
        char place[PLACE_MAX];
        if (str_is_null(sealed)) {
                *ret = STR_NULL;
                return RC_OK;
        }
        return seal_open_in(op, key, place_of(column, row_id, place), sealed, ret);
}

enum rc index_make(struct tx *tx, enum vault_use use, struct str text, struct db_value *ret)
{
        *ret = db_blob(STR_NULL);
        if (str_is_null(text))
                return RC_OK;
        uint8_t *hash = arena_alloc(&tx->op->arena, VAULT_INDEX_LEN);
        if (hash == NULL)
                return arena_full(tx->op);
        vault_index(tx_vault(tx), use, text, hash);
        *ret = db_bytes(hash, VAULT_INDEX_LEN);
        return RC_OK;
}

enum rc token_make(struct tx *tx, struct str token, struct db_value *ret)
{
        *ret = db_blob(STR_NULL);
        if (str_is_null(token))
                return RC_OK;
        uint8_t *hash = arena_alloc(&tx->op->arena, TOKEN_HASH_LEN);
        if (hash == NULL)
                return arena_full(tx->op);
        token_hash(token, hash);
        *ret = db_bytes(hash, TOKEN_HASH_LEN);
        return RC_OK;
}
