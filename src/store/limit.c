#include "store/limit.h"
#include "store/internal.h"

#include <stdio.h>

enum { KEPT_MAX = 100, DIGITS = 13 };

/* How a rule is kept: `kept` times, each of which stands for `unit` takes. */
struct shape {
        int64_t unit, kept;
};

static struct shape shape_of(const struct limit_rule *rule)
{
        int64_t unit = (rule->max + KEPT_MAX - 1) / KEPT_MAX;
        return (struct shape){unit, rule->max / unit};
}

/* A time as text that sorts as the number does, in any collation. */
static struct db_value digits(int64_t wall_ms, char text[DIGITS + 1])
{
        snprintf(text, DIGITS + 1, "%013lld",
                 (long long)MIN(MAX(wall_ms, (int64_t)0), (int64_t)9999999999999));
        return db_text((struct str){text, DIGITS});
}

/* The `index`-th of the kept times, 0 where there is none. */
static int64_t hit_at(struct str hits, int64_t index)
{
        int64_t wall_ms = 0;
        struct str text = str_sub(hits, (size_t)index * DIGITS, DIGITS);
        return text.len == DIGITS && str_to_int(text, 0, INT64_MAX, &wall_ms) ? wall_ms : 0;
}

static int64_t retry_after(const struct limit_rule *rule, int64_t oldest_ms, int64_t now_ms)
{
        int64_t left_s = (oldest_ms + rule->window_s * 1000 - now_ms + 999) / 1000;
        return MIN(MAX(left_s, (int64_t)1), rule->window_s);
}

static enum rc row_load(struct tx *tx, const struct limit_rule *rule, struct db_value key,
                        struct str *ret_hits, int64_t *ret_part)
{
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, "SELECT hits, part FROM limits WHERE name = $1 AND key = $2", &rows,
                              db_words(rule->name), key);
        if (rc != RC_OK)
                return rc;
        *ret_hits = rows.len ? db_get_str(&rows, 0, 0) : STR("");
        *ret_part = rows.len ? db_get_int(&rows, 0, 1) : 0;
        return RC_OK;
}

/*
 * $1 name, $2 key, $3 hits and $4 part of a new row, $5 expiry, $6 unit, $7 now, $8 characters kept, $9 place
 * of the hit that must be out of the window, $10 where the window begins, $11 the time past which a hit can
 * only come from a clock that was set back.
 */
static const char take_sql[] =
    "INSERT INTO limits (name, key, hits, part, expires_at) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (name, key) DO UPDATE SET "
    "hits = CASE WHEN limits.part + 1 >= $6 THEN $7 ELSE '' END || "
    "CASE WHEN substr(limits.hits, 1, 13) > $11 THEN '' ELSE substr(limits.hits, 1, CAST($8 AS INTEGER)) "
    "END, "
    "part = CASE WHEN limits.part + 1 >= $6 THEN 0 ELSE limits.part + 1 END, "
    "expires_at = $5 "
    "WHERE substr(limits.hits, CAST($9 AS INTEGER), 13) <= $10 OR substr(limits.hits, 1, 13) > $11 "
    "RETURNING part";

enum rc limit_take(struct tx *tx, const struct limit_rule *rule, struct str key, int64_t now_ms,
                   bool *ret_allowed, int64_t *ret_retry_after_s)
{
        *ret_allowed = true;
        *ret_retry_after_s = 0;
        if (rule->max <= 0)
                return RC_OK;
        const struct shape shape = shape_of(rule);
        const int64_t window_ms = rule->window_s * 1000;
        char now[DIGITS + 1], begin[DIGITS + 1], future[DIGITS + 1];
        struct db_value hash, now_text = digits(now_ms, now);
        struct db_rows rows;
        enum rc rc = index_make(tx, VAULT_LIMIT, key, &hash);
        if (rc == RC_OK)
                rc = TX_QUERY(tx, take_sql, &rows, db_words(rule->name), hash,
                              shape.unit == 1 ? now_text : db_text(STR("")), db_int(shape.unit == 1 ? 0 : 1),
                              db_int(now_ms + window_ms), db_int(shape.unit), now_text,
                              db_int((shape.kept - 1) * DIGITS), db_int((shape.kept - 1) * DIGITS + 1),
                              digits(now_ms - window_ms, begin), digits(now_ms + window_ms, future));
        if (rc != RC_OK || rows.len == 1)
                return rc;
        struct str hits;
        int64_t part;
        rc = row_load(tx, rule, hash, &hits, &part);
        if (rc != RC_OK)
                return rc;
        *ret_allowed = false;
        *ret_retry_after_s = retry_after(rule, hit_at(hits, shape.kept - 1), now_ms);
        return RC_OK;
}

enum rc limit_give_back(struct tx *tx, const struct limit_rule *rule, struct str key)
{
        static const char sql[] =
            "UPDATE limits SET hits = CASE WHEN part = 0 THEN substr(hits, 14) ELSE hits END, "
            "part = CASE WHEN part > 0 THEN part - 1 WHEN hits <> '' THEN $3 - 1 ELSE 0 END "
            "WHERE name = $1 AND key = $2";
        struct db_value hash;
        if (rule->max <= 0)
                return RC_OK;
        enum rc rc = index_make(tx, VAULT_LIMIT, key, &hash);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, sql, NULL, db_words(rule->name), hash, db_int(shape_of(rule).unit));
        return rc;
}

enum rc limit_peek(struct tx *tx, const struct limit_rule *rule, struct str key, int64_t now_ms,
                   int64_t *ret_left, int64_t *ret_retry_after_s)
{
        *ret_left = INT64_MAX;
        *ret_retry_after_s = 0;
        if (rule->max <= 0)
                return RC_OK;
        const struct shape shape = shape_of(rule);
        struct db_value hash;
        struct str hits;
        int64_t part, used = 0, window_ms = rule->window_s * 1000;
        enum rc rc = index_make(tx, VAULT_LIMIT, key, &hash);
        if (rc == RC_OK)
                rc = row_load(tx, rule, hash, &hits, &part);
        if (rc != RC_OK)
                return rc;
        if (hit_at(hits, 0) > now_ms + window_ms)
                hits = STR("");
        while (used < shape.kept && hit_at(hits, used) > now_ms - window_ms)
                used++;
        *ret_left = used == shape.kept ? 0 : (shape.kept - used) * shape.unit - part;
        if (*ret_left == 0)
                *ret_retry_after_s = retry_after(rule, hit_at(hits, shape.kept - 1), now_ms);
        return RC_OK;
}

enum rc limit_clean(struct tx *tx, int64_t now_ms, int64_t *ret_deleted)
{
        return TX_EXEC(tx, "DELETE FROM limits WHERE expires_at <= $1", ret_deleted, db_int(now_ms));
}
