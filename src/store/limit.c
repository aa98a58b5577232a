#include "store/internal.h"
#include "store/limit_row.h"

enum { SHARES = 8, SHARE_LEAST = 100 };

/* Into how many shares the rule is cut: one that is small is not taken from often. */
static size_t shares_of(const struct limit_rule *rule)
{
        bool large = rule->shared && (rule->per_hour == 0 || rule->per_hour >= SHARES * SHARE_LEAST) &&
                     (rule->per_day == 0 || rule->per_day >= SHARES * SHARE_LEAST);
        return large ? SHARES : 1;
}

static struct limit_rule share_of(const struct limit_rule *rule)
{
        struct limit_rule share = *rule;
        share.per_hour /= (int64_t)shares_of(rule);
        share.per_day /= (int64_t)shares_of(rule);
        return share;
}

static struct str share_key(size_t index)
{
        static const char keys[SHARES][2] = {"0", "1", "2", "3", "4", "5", "6", "7"};
        return (struct str){keys[index], 1};
}

/* The share that the key is dealt. */
static size_t share_index(const struct limit_taking *taking)
{
        size_t sum = 0;
        for (size_t i = 0; i < taking->key.len; i++)
                sum += (unsigned char)taking->key.ptr[i];
        return sum % shares_of(taking->rule);
}

static enum rc rows_make(struct tx *tx, const struct limit_taking *takings, size_t len,
                         struct limit_row ret[LIMIT_ROWS_MAX], size_t *ret_len)
{
        enum rc rc = RC_OK;
        *ret_len = 0;
        for (size_t i = 0; i < len && rc == RC_OK; i++) {
                struct limit_rule share = share_of(takings[i].rule);
                struct str key = share.shared ? share_key(share_index(&takings[i])) : takings[i].key;
                rc = limit_rows_add(tx, &share, key, i, ret, ret_len);
        }
        return rc;
}

/* The first window of the row that refuses; retry_after_s is 0 where none does. */
static enum rc refusal_of(struct tx *tx, const struct limit_row *row, int64_t now_ms,
                          struct limit_refusal *ret)
{
        enum rc rc = RC_OK;
        *ret = (struct limit_refusal){.index = row->index};
        for (int i = 0; i < LIMIT_WINDOWS && rc == RC_OK && ret->retry_after_s == 0; i++) {
                int64_t left;
                ret->window = (enum limit_window)i;
                if (row->places[i])
                        rc = limit_row_peek(tx, row, ret->window, now_ms, &left, &ret->retry_after_s);
        }
        return rc;
}

/* The row's share is used up: take from another that looks as if it had some left. It only looks, before it
 * takes: who held several shares would wait for others that do. *row becomes what was taken from. */
static enum rc take_elsewhere(struct tx *tx, const struct limit_taking *taking, int64_t now_ms,
                              struct limit_row *row, struct limit_refusal *refusal, bool *ret_taken)
{
        const size_t shares = shares_of(taking->rule), own = share_index(taking);
        for (size_t i = 1; i < shares; i++) {
                struct limit_row other = *row;
                struct limit_refusal its;
                enum rc rc = index_make(tx, VAULT_LIMIT, share_key((own + i) % shares), &other.key);
                if (rc == RC_OK)
                        rc = refusal_of(tx, &other, now_ms, &its);
                if (rc != RC_OK)
                        return rc;
                if (its.retry_after_s == 0) {
                        *row = other;
                        return limit_rows_take(tx, row, 1, now_ms, ret_taken);
                }
                refusal->retry_after_s = MIN(refusal->retry_after_s, its.retry_after_s);
        }
        return RC_OK;
}

enum rc limit_take(struct tx *tx, const struct limit_taking *takings, size_t len, int64_t now_ms,
                   bool *ret_allowed, struct limit_refusal *ret_refusal)
{
        struct limit_row rows[LIMIT_ROWS_MAX];
        bool taken[LIMIT_ROWS_MAX] = {false}, refused = false;
        size_t rows_len;
        enum rc rc = rows_make(tx, takings, len, rows, &rows_len);
        if (rc == RC_OK && rows_len > 0)
                rc = limit_rows_take(tx, rows, rows_len, now_ms, taken);
        for (size_t i = 0; i < rows_len && rc == RC_OK && !refused; i++) {
                if (taken[i])
                        continue;
                rc = refusal_of(tx, &rows[i], now_ms, ret_refusal);
                if (rc == RC_OK)
                        rc = take_elsewhere(tx, &takings[rows[i].index], now_ms, &rows[i], ret_refusal,
                                            &taken[i]);
                refused = !taken[i];
        }
        for (size_t i = 0; i < rows_len && rc == RC_OK && refused; i++)
                if (taken[i])
                        rc = limit_row_give(tx, &rows[i]);
        if (rc != RC_OK)
                return rc;
        if (refused)
                ret_refusal->retry_after_s = MAX(ret_refusal->retry_after_s, (int64_t)1);
        *ret_allowed = !refused;
        return RC_OK;
}

enum rc limit_give_back(struct tx *tx, const struct limit_taking *takings, size_t len)
{
        struct limit_row rows[LIMIT_ROWS_MAX];
        size_t rows_len;
        enum rc rc = rows_make(tx, takings, len, rows, &rows_len);
        for (size_t i = 0; i < rows_len && rc == RC_OK; i++)
                rc = limit_row_give(tx, &rows[i]);
        return rc;
}

static enum rc peek(struct tx *tx, const struct limit_rule *rule, struct str key, enum limit_window window,
                    int64_t now_ms, int64_t *ret_left, int64_t *ret_retry_after_s)
{
        struct limit_row rows[LIMIT_ROWS_MAX];
        size_t len = 0;
        enum rc rc = limit_rows_add(tx, rule, key, 0, rows, &len);
        *ret_left = INT64_MAX;
        *ret_retry_after_s = 0;
        for (size_t i = 0; i < len && rc == RC_OK; i++)
                if (rows[i].places[window])
                        rc = limit_row_peek(tx, &rows[i], window, now_ms, ret_left, ret_retry_after_s);
        return rc;
}

enum rc limit_peek(struct tx *tx, const struct limit_taking *taking, enum limit_window window, int64_t now_ms,
                   int64_t *ret_left, int64_t *ret_retry_after_s)
{
        const struct limit_rule share = share_of(taking->rule);
        enum rc rc = RC_OK;
        if (!share.shared)
                return peek(tx, &share, taking->key, window, now_ms, ret_left, ret_retry_after_s);
        *ret_left = 0;
        *ret_retry_after_s = INT64_MAX;
        for (size_t i = 0; i < shares_of(taking->rule) && rc == RC_OK; i++) {
                int64_t left = 0, wait_s = 0;
                rc = peek(tx, &share, share_key(i), window, now_ms, &left, &wait_s);
                *ret_left = left == INT64_MAX ? left : *ret_left + left;
                *ret_retry_after_s = MIN(*ret_retry_after_s, wait_s);
        }
        return rc;
}
