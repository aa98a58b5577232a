/*
 * What the files of the store share among themselves.
 */
#pragma once

#include "crypto/seal.h"
#include "crypto/token.h"
#include "crypto/vault.h"
#include "store/session.h"

/* Of the store that the tx was begun by. */
const struct vault *tx_vault(const struct tx *tx);

/* Copy text of at most ID_LEN bytes; shorter or longer becomes "". */
void id_copy(char ret[ID_MAX], struct str id);

/*
 * Seal a column's value with the session's key, bound to "column:row_id" (`column` with its table). Null
 * stays null. The result lies in the op's arena.
 */
NODISCARD enum rc sealed_make(struct op *op, const uint8_t key[SEAL_KEY_LEN], const char *column,
                              const char *row_id, struct str plain, struct db_value *ret);
NODISCARD enum rc sealed_open(struct op *op, const uint8_t key[SEAL_KEY_LEN], const char *column,
                              const char *row_id, struct str sealed, struct str *ret);

/* The keyed hash of a text under the current secret, or null of null; in the arena. */
NODISCARD enum rc index_make(struct tx *tx, enum vault_use use, struct str text, struct db_value *ret);
/* The hash of a token, or null of null; in the arena. */
NODISCARD enum rc token_make(struct tx *tx, struct str token, struct db_value *ret);

/* A session's data key by its id; *ret_erased: it has none any more (or there is no such session). */
NODISCARD enum rc session_key_load(struct tx *tx, struct str id, uint8_t ret[SEAL_KEY_LEN], bool *ret_erased);
/* The columns that session_from_row expects, in order. */
extern const char session_columns[];
NODISCARD enum rc session_from_row(struct tx *tx, const struct db_rows *rows, size_t row,
                                   struct session *ret);
/* The same, but where what is sealed does not open the session comes without it, as `damaged`: one of many
 * must not take the others with it. */
NODISCARD enum rc session_from_row_of_list(struct tx *tx, const struct db_rows *rows, size_t row,
                                           struct session *ret);

/* A WHERE clause that grows. */
enum { WHERE_PARAMS_MAX = 48 };

struct where {
        struct buf sql;
        struct db_value params[WHERE_PARAMS_MAX];
        size_t len;
};

void where_init(struct where *where);
void where_release(struct where *where);
/* " AND " and `condition`, in which every `?` stands for the value. */
void where_add(struct where *where, const char *condition, struct db_value value);
/* " AND (a IN (…) OR b IN (…))" with the text's keyed hash under every secret. `b` may be NULL. */
NODISCARD enum rc where_add_index(struct where *where, struct tx *tx, enum vault_use use, struct str text,
                                  const char *a, const char *b);
/* Run "SELECT COUNT(*) FROM table WHERE true…", then "SELECT columns FROM … ORDER BY order LIMIT …". */
NODISCARD enum rc where_page(struct where *where, struct tx *tx, const char *table, const char *columns,
                             const char *order, struct page page, struct db_rows *ret, int64_t *ret_total);

/* The first column of all rows, in the arena. */
NODISCARD enum rc rows_texts(struct tx *tx, const struct db_rows *rows, struct str **ret, size_t *ret_len);
/* op_fail for an arena that is full. */
enum rc arena_full(struct op *op);
