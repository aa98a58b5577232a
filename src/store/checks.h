/*
 * What documents and faces have in common, within the store.
 */
#pragma once

#include "store/document.h"
#include "store/internal.h"

enum check_status check_status_of(struct str name);

/* TRI_UNKNOWN and negative scores are NULL in the row. */
struct db_value tri_value(enum tri tri);
enum tri tri_at(const struct db_rows *rows, size_t column); /* of row 0, as below */
struct db_value score_value(double score);
double score_at(const struct db_rows *rows, size_t column);

/* The one row, whose second column must be the session's id where there is a session.
 * RC_VERIFICATION_NOT_FOUND. */
NODISCARD enum rc check_find(struct tx *tx, const struct session *session, const char *sql,
                             struct db_value by, struct db_rows *ret);
/* Whether the statement, with $1 = `by`, answers a row. */
NODISCARD enum rc check_any(struct tx *tx, const char *sql, const char *by, bool *ret);
/* Count one upload with `sql` ($1 session, $2 maximum), unless there were `max`. */
NODISCARD enum rc check_take_upload(struct tx *tx, const char *sql, const struct session *session,
                                    int64_t max, bool *ret_allowed);
