#include "store/limit_row.h"
#include "store/internal.h"

#include <assert.h>
#include <stdio.h>

enum { KEPT_MAX = 100, COARSEST = 10, DIGITS = 13, NOWHERE = 99999 };

static int64_t window_ms(const struct limit_row *row, enum limit_window window)
{
        const int64_t seconds[] = {row->gap_s, 3600, 86400};
        return seconds[window] * 1000;
}

/* The windows that are left, as far as they go together, in the unit that the largest needs. */
static struct limit_row row_of(int64_t left[LIMIT_WINDOWS])
{
        struct limit_row row = {0};
        int64_t largest = 0;
        for (size_t i = 0; i < LIMIT_WINDOWS; i++)
                largest = MAX(largest, left[i]);
        row.unit = (largest + KEPT_MAX - 1) / KEPT_MAX;
        for (size_t i = 0; i < LIMIT_WINDOWS; i++) {
                if (left[i] <= 0 || (row.unit > 1 && left[i] < COARSEST * row.unit))
                        continue;
                row.places[i] = left[i] / row.unit;
                row.kept = MAX(row.kept, row.places[i]);
                left[i] = 0;
        }
        return row;
}

enum rc limit_rows_add(struct tx *tx, const struct limit_rule *rule, struct str key, size_t index,
                       struct limit_row rows[LIMIT_ROWS_MAX], size_t *len)
{
        int64_t left[LIMIT_WINDOWS] = {rule->gap_s > 0, rule->per_hour, rule->per_day};
        struct db_value hash;
        if (str_is_null(key))
                return arena_full(tx->op);
        enum rc rc = index_make(tx, VAULT_LIMIT, key, &hash);
        while (rc == RC_OK && (left[LIMIT_GAP] > 0 || left[LIMIT_HOUR] > 0 || left[LIMIT_DAY] > 0)) {
                struct limit_row row = row_of(left);
                row.index = index;
                row.key = hash;
                row.gap_s = rule->gap_s;
                /* By the unit too, lest a row be read in another than it was written in when the
                 * configuration changes. */
                row.name =
                    row.unit == 1
                        ? db_words(rule->name)
                        : db_text(arena_printf(&tx->op->arena, "%s*%lld", rule->name, (long long)row.unit));
                if (row.name.is_null)
                        return arena_full(tx->op);
                assert(*len < LIMIT_ROWS_MAX);
                rows[(*len)++] = row;
        }
        return rc;
}

/* A time as text that sorts as the number does, in any collation. */
static struct db_value digits(int64_t wall_ms, char text[DIGITS + 1])
{
        snprintf(text, DIGITS + 1, "%013lld",
                 (long long)MIN(MAX(wall_ms, (int64_t)0), (int64_t)9999999999999));
        return db_text((struct str){text, DIGITS});
}

/* $1 now; then the first and last moment that are in the gap, the hour and the day. A take that lies further
 * ahead than the window is of a clock that was set back. */
static const char take_begin[] = "INSERT INTO limits (name, key, hits, part, expires_at, unit, kept, gap_at, "
                                 "hour_at, day_at) VALUES ";

#define OUT_OF(at, from, to) "substr(limits.hits, excluded." at ", 13) NOT BETWEEN " from " AND " to

static const char take_end[] =
    " ON CONFLICT (name, key) DO UPDATE SET "
    "hits = CASE WHEN limits.part + 1 >= excluded.unit THEN $1 ELSE '' END || "
    "CASE WHEN substr(limits.hits, 1, 13) > $7 THEN '' ELSE substr(limits.hits, 1, excluded.kept) END, "
    "part = CASE WHEN limits.part + 1 >= excluded.unit THEN 0 ELSE limits.part + 1 END, "
    "expires_at = excluded.expires_at "
    "WHERE " OUT_OF("gap_at", "$2", "$3") " AND " OUT_OF("hour_at", "$4", "$5") " AND " OUT_OF(
        "day_at", "$6", "$7") " RETURNING name, key";

enum { COMMON = 1 + 2 * LIMIT_WINDOWS, OF_ROW = 8, PARAMS_MAX = COMMON + OF_ROW * LIMIT_ROWS_MAX };

/* "($8, $9, CASE WHEN $11 = 1 THEN $1 ELSE '' END, …)": `first` is the number of the name's parameter. */
static void add_values(struct buf *sql, size_t first)
{
        buf_addf(sql,
                 "($%zu, $%zu, CASE WHEN $%zu = 1 THEN $1 ELSE '' END, CASE WHEN $%zu = 1 THEN 0 ELSE 1 END, "
                 "$%zu, $%zu, $%zu, $%zu, $%zu, $%zu)",
                 first, first + 1, first + 3, first + 3, first + 2, first + 3, first + 4, first + 5,
                 first + 6, first + 7);
}

/* Whole hours: a row that is written again within one leaves the index of what is to be cleaned away alone.
 */
static int64_t expiry(const struct limit_row *row, int64_t now_ms)
{
        const int64_t hour_ms = 3600 * 1000;
        int64_t longest_ms = 0;
        for (size_t i = 0; i < LIMIT_WINDOWS; i++)
                if (row->places[i])
                        longest_ms = MAX(longest_ms, window_ms(row, (enum limit_window)i));
        return (now_ms + longest_ms + hour_ms - 1) / hour_ms * hour_ms;
}

static void fill_values(struct db_value of[OF_ROW], const struct limit_row *row, int64_t now_ms)
{
        size_t len = 0;
        of[len++] = row->name;
        of[len++] = row->key;
        of[len++] = db_int(expiry(row, now_ms));
        of[len++] = db_int(row->unit);
        of[len++] = db_int((row->kept - 1) * DIGITS);
        for (size_t i = 0; i < LIMIT_WINDOWS; i++)
                of[len++] = db_int(row->places[i] ? (row->places[i] - 1) * DIGITS + 1 : NOWHERE);
}

static bool is_row(const struct db_rows *rows, size_t at, const struct limit_row *row)
{
        return str_equal(db_get_str(rows, at, 0), row->name.bytes) &&
               str_equal(db_get_str(rows, at, 1), row->key.bytes);
}

enum rc limit_rows_take(struct tx *tx, const struct limit_row *rows, size_t len, int64_t now_ms,
                        bool *ret_taken)
{
        char texts[COMMON][DIGITS + 1];
        struct db_value params[PARAMS_MAX] = {digits(now_ms, texts[0])};
        struct db_rows taken;
        CLEANUP(buf_release) struct buf sql;
        struct limit_row spans = {0};
        for (size_t i = 0; i < len; i++)
                spans.gap_s = MAX(spans.gap_s, rows[i].places[LIMIT_GAP] ? rows[i].gap_s : 0);
        for (size_t i = 0, at = 1; i < LIMIT_WINDOWS; i++, at += 2) {
                int64_t span_ms = window_ms(&spans, (enum limit_window)i);
                params[at] = digits(now_ms - span_ms + 1, texts[at]);
                params[at + 1] = digits(now_ms + span_ms, texts[at + 1]);
        }
        buf_init(&sql, 4096);
        buf_add(&sql, str_from(take_begin));
        for (size_t i = 0; i < len; i++) {
                buf_add(&sql, i ? STR(", ") : STR(""));
                add_values(&sql, COMMON + 1 + i * OF_ROW);
                fill_values(&params[COMMON + i * OF_ROW], &rows[i], now_ms);
        }
        buf_add(&sql, str_from(take_end));
        enum rc rc = tx_query(tx, buf_text(&sql), params, COMMON + len * OF_ROW, &taken);
        for (size_t i = 0; i < len && rc == RC_OK; i++) {
                ret_taken[i] = false;
                for (size_t at = 0; at < taken.len && !ret_taken[i]; at++)
                        ret_taken[i] = is_row(&taken, at, &rows[i]);
        }
        return rc;
}

enum rc limit_row_give(struct tx *tx, const struct limit_row *row)
{
        static const char sql[] =
            "UPDATE limits SET hits = CASE WHEN part = 0 THEN substr(hits, 14) ELSE hits END, "
            "part = CASE WHEN part > 0 THEN part - 1 WHEN hits <> '' THEN $3 - 1 ELSE 0 END "
            "WHERE name = $1 AND key = $2";
        return TX_EXEC(tx, sql, NULL, row->name, row->key, db_int(row->unit));
}

/* The `place`-th of the kept times, from 1; 0 where there is none. */
static int64_t hit_at(struct str hits, int64_t place)
{
        int64_t wall_ms = 0;
        struct str text = str_sub(hits, (size_t)(place - 1) * DIGITS, DIGITS);
        return text.len == DIGITS && str_to_int(text, 0, INT64_MAX, &wall_ms) ? wall_ms : 0;
}

enum rc limit_row_peek(struct tx *tx, const struct limit_row *row, enum limit_window window, int64_t now_ms,
                       int64_t *ret_left, int64_t *ret_retry_after_s)
{
        const int64_t span_ms = window_ms(row, window), places = row->places[window];
        const int64_t from_ms = now_ms - span_ms + 1, to_ms = now_ms + span_ms;
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, "SELECT hits, part FROM limits WHERE name = $1 AND key = $2", &rows,
                              row->name, row->key);
        if (rc != RC_OK)
                return rc;
        struct str hits = rows.len ? db_get_str(&rows, 0, 0) : STR("");
        int64_t part = rows.len ? db_get_int(&rows, 0, 1) : 0, used = 0, last_ms = hit_at(hits, places);
        if (last_ms >= from_ms && last_ms <= to_ms) {
                *ret_left = 0;
                *ret_retry_after_s = MAX((last_ms - from_ms + 1000) / 1000, (int64_t)1);
                return RC_OK;
        }
        while (used < places - 1 && hit_at(hits, used + 1) >= from_ms && hit_at(hits, used + 1) <= to_ms)
                used++;
        *ret_left = (places - used) * row->unit - part;
        *ret_retry_after_s = 0;
        return RC_OK;
}

enum rc limit_clean(struct tx *tx, int64_t now_ms, int64_t *ret_deleted)
{
        /* What somebody takes from is kept: who waited for it while holding others would wait for each other.
         */
        static const char sql[] = "DELETE FROM limits WHERE (name, key) IN (SELECT name, key FROM limits "
                                  "WHERE expires_at <= $1 FOR UPDATE SKIP LOCKED)";
        return TX_EXEC(tx, sql, ret_deleted, db_int(now_ms));
}
