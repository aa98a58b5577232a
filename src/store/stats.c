#include "store/stats.h"
#include "store/internal.h"

#include <math.h>

enum { RECENT_MS = 24 * 60 * 60 * 1000 };

#define SPAN             "created_at >= $1 AND created_at < $2"
#define COUNT(condition) "CAST(COALESCE(SUM(CASE WHEN " condition " THEN 1 ELSE 0 END), 0) AS BIGINT)"

static double rate(int64_t part, int64_t whole)
{
        return whole > 0 ? (double)part / (double)whole : NAN;
}

/* Sessions of the span that have a row in each of the steps' tables. */
#define TRIED(table)                                                                                         \
        "(SELECT COUNT(*) FROM sessions WHERE " SPAN " AND EXISTS (SELECT 1 FROM " table " WHERE " table     \
        ".session_id = sessions.id))"

/* clang-format off */
static const char totals_sql[] =
    "SELECT COUNT(*), "
    COUNT("completed_at IS NOT NULL") ", "
    "CAST(COALESCE(AVG(completed_at - created_at), 0) AS DOUBLE PRECISION), "
    COUNT("phone_verified_at IS NOT NULL") ", "
    COUNT("email_verified_at IS NOT NULL") ", "
    COUNT("id_card_verified_at IS NOT NULL") ", "
    COUNT("face_verified_at IS NOT NULL") " "
    "FROM sessions WHERE " SPAN;

static const char tried_sql[] =
    "SELECT "
    TRIED("phone_verifications") ", "
    TRIED("email_verifications") ", "
    TRIED("id_card_verifications") ", "
    TRIED("face_verifications");
/* clang-format on */

static const char recent_sql[] = "SELECT (SELECT COUNT(*) FROM sessions WHERE completed_at > $1), "
                                 "(SELECT COUNT(*) FROM sessions WHERE failed_at > $1)";

enum rc stats_load(struct tx *tx, int64_t from_ms, int64_t to_ms, int64_t now_ms, struct stats *ret)
{
        const struct db_value from = db_int(from_ms), to = db_int(to_ms ? to_ms : INT64_MAX);
        struct db_rows totals, tried, recent;
        enum rc rc = TX_QUERY(tx, totals_sql, &totals, from, to);
        if (rc == RC_OK)
                rc = TX_QUERY(tx, tried_sql, &tried, from, to);
        if (rc == RC_OK)
                rc = TX_QUERY(tx, recent_sql, &recent, db_int(now_ms - RECENT_MS));
        if (rc != RC_OK)
                return rc;
        *ret = (struct stats){
            .total_sessions = db_get_int(&totals, 0, 0),
            .completed_sessions = db_get_int(&totals, 0, 1),
            .success_rate = rate(db_get_int(&totals, 0, 1), db_get_int(&totals, 0, 0)),
            .average_completion_time_s =
                db_get_int(&totals, 0, 1) > 0 ? db_get_real(&totals, 0, 2) / 1000 : NAN,
            .phone_success_rate = rate(db_get_int(&totals, 0, 3), db_get_int(&tried, 0, 0)),
            .email_success_rate = rate(db_get_int(&totals, 0, 4), db_get_int(&tried, 0, 1)),
            .id_card_success_rate = rate(db_get_int(&totals, 0, 5), db_get_int(&tried, 0, 2)),
            .face_success_rate = rate(db_get_int(&totals, 0, 6), db_get_int(&tried, 0, 3)),
            .recent_completions = db_get_int(&recent, 0, 0),
            .recent_failures = db_get_int(&recent, 0, 1),
        };
        return RC_OK;
}
