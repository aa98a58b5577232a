#include "store/code.h"
#include "crypto/random.h"
#include "store/internal.h"

static const char *const delivery_names[] = {
    [CODE_QUEUED] = "queued",
    [CODE_SENT] = "sent",
    [CODE_DELIVERED] = "delivered",
    [CODE_UNDELIVERED] = "undelivered",
};

#define COLUMNS                                                                                              \
        "id, session_id, address, code_hash, created_at, expires_at, used_at, voided_at, attempts, "         \
        "delivery, job_id, provider_ref"

/* The same statements for each channel's table. */
struct code_sql {
        const char *place; /* of the sealed address */
        const char *void_all, *void_one, *void_later, *insert, *latest, *by_id, *by_link, *by_ref, *count,
            *mark_used, *wrong, *returned, *deliver;
};

#define CODE_SQL(table)                                                                                      \
        .place = table ".address",                                                                           \
        .void_all = "UPDATE " table " SET voided_at = $2 WHERE session_id = $1 AND voided_at IS NULL "       \
                    "AND used_at IS NULL",                                                                   \
        .void_one = "UPDATE " table " SET voided_at = COALESCE(voided_at, $2) WHERE id = $1",                \
        .void_later = "UPDATE " table " SET voided_at = $2 WHERE created_at > $1 AND voided_at IS NULL "     \
                      "AND used_at IS NULL",                                                                 \
        .insert = "INSERT INTO " table " (id, session_id, address, code_hash, link_hash, "                   \
                  "created_at, expires_at, job_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",                 \
        .latest = "SELECT " COLUMNS " FROM " table " WHERE session_id = $1 AND voided_at IS NULL "           \
                  "ORDER BY created_at DESC, id DESC LIMIT 1",                                               \
        .by_id = "SELECT " COLUMNS " FROM " table " WHERE id = $1",                                          \
        .by_link = "SELECT " COLUMNS " FROM " table " WHERE link_hash = $1",                                 \
        .by_ref = "SELECT " COLUMNS " FROM " table " WHERE provider_ref = $1 "                               \
                  "ORDER BY created_at DESC LIMIT 1",                                                        \
        .count = "UPDATE " table " SET attempts = attempts + 1 WHERE id = $1 AND attempts < $2 "             \
                 "AND used_at IS NULL AND voided_at IS NULL AND expires_at > $3 RETURNING attempts",         \
        .mark_used = "UPDATE " table " SET used_at = $2 WHERE id = $1 AND used_at IS NULL "                  \
                     "AND voided_at IS NULL AND expires_at > $2",                                            \
        .wrong = "SELECT CAST(COALESCE(SUM(attempts), 0) AS BIGINT) FROM " table                             \
                 " WHERE session_id = $1 AND used_at IS NULL",                                               \
        .returned = "SELECT COUNT(*), COUNT(used_at) FROM (SELECT used_at FROM ("                            \
                    "SELECT used_at, delivery, provider_ref, created_at FROM " table                         \
                    " WHERE created_at > $1 AND created_at <= $2 ORDER BY created_at DESC LIMIT $4) made "   \
                    "WHERE used_at IS NOT NULL OR delivery IN ('sent', 'delivered') "                        \
                    "OR (delivery = 'undelivered' AND provider_ref IS NOT NULL) "                            \
                    "ORDER BY created_at DESC LIMIT $3) went_out",                                           \
        .deliver = "UPDATE " table " SET delivery = $2, provider_ref = COALESCE($3, provider_ref) "          \
                   "WHERE id = $1 AND (delivery <> 'delivered' OR $2 = 'undelivered')"

static const struct code_sql channels[] = {
    [CODE_PHONE] = {CODE_SQL("phone_verifications")},
    [CODE_EMAIL] = {CODE_SQL("email_verifications")},
};

static enum code_delivery delivery_of(struct str name)
{
        for (size_t i = 0; i < LEN(delivery_names); i++)
                if (str_equal(name, str_from(delivery_names[i])))
                        return (enum code_delivery)i;
        return CODE_QUEUED;
}

enum rc code_insert(struct tx *tx, const struct session *session, const struct code_new *new,
                    char ret_id[ID_MAX])
{
        const struct code_sql *sql = &channels[new->channel];
        char id[ID_MAX];
        if (new->id)
                id_copy(id, str_from(new->id));
        else
                random_id(id);
        struct db_value address, link;
        enum rc rc = sealed_make(tx->op, session->data_key, sql->place, id, new->address, &address);
        if (rc == RC_OK)
                rc = token_make(tx, new->link, &link);
        if (rc == RC_OK)
                rc = TX_EXEC(tx, sql->void_all, NULL, db_words(session->id), db_int(new->now_ms));
        if (rc == RC_OK)
                rc = TX_EXEC(tx, sql->insert, NULL, db_words(id), db_words(session->id), address,
                             db_bytes(new->hash, CODE_HASH_LEN), link, db_int(new->now_ms),
                             db_int(new->expires_at_ms), db_text(new->job_id));
        if (rc == RC_OK)
                id_copy(ret_id, str_from(id));
        return rc;
}

static enum rc from_row(struct tx *tx, const struct session *session, enum code_channel channel,
                        const struct db_rows *rows, struct code *ret)
{
        struct code code = {
            .channel = channel,
            .created_at_ms = db_get_int(rows, 0, 4),
            .expires_at_ms = db_get_int(rows, 0, 5),
            .used_at_ms = db_get_int(rows, 0, 6),
            .voided_at_ms = db_get_int(rows, 0, 7),
            .attempts = db_get_int(rows, 0, 8),
            .delivery = delivery_of(db_get_str(rows, 0, 9)),
            .job_id = db_get_str(rows, 0, 10),
            .provider_ref = db_get_str(rows, 0, 11),
        };
        struct str hash = db_get_str(rows, 0, 3);
        id_copy(code.id, db_get_str(rows, 0, 0));
        id_copy(code.session_id, db_get_str(rows, 0, 1));
        if (hash.len != CODE_HASH_LEN)
                return op_fail(tx->op, RC_INTERNAL, "store: code %s has a hash of %zu bytes", code.id,
                               hash.len);
        memcpy(code.hash, hash.ptr, CODE_HASH_LEN);
        enum rc rc = RC_OK;
        if (session && !session->erased)
                rc = sealed_open(tx->op, session->data_key, channels[channel].place, code.id,
                                 db_get_str(rows, 0, 2), &code.address);
        if (rc == RC_OK)
                *ret = code;
        return rc;
}

/* The row, which must be of the session where there is one. */
static enum rc load(struct tx *tx, const struct session *session, enum code_channel channel, const char *sql,
                    struct db_value by, enum rc missing, struct code *ret)
{
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, by);
        if (rc != RC_OK)
                return rc;
        bool found = rows.len == 1;
        if (found && session)
                found = str_equal(db_get_str(&rows, 0, 1), str_from(session->id));
        if (!found)
                return op_fail(tx->op, missing, "no such code");
        return from_row(tx, session, channel, &rows, ret);
}

enum rc code_load_latest(struct tx *tx, const struct session *session, enum code_channel channel,
                         struct str address, struct code *ret)
{
        struct code code;
        enum rc rc = load(tx, session, channel, channels[channel].latest, db_words(session->id),
                          RC_NO_PENDING_VERIFICATION, &code);
        if (rc != RC_OK)
                return rc;
        if (!str_is_null(address) && !str_equal(address, code.address))
                return op_fail(tx->op, RC_NO_PENDING_VERIFICATION, "the latest code went elsewhere");
        *ret = code;
        return RC_OK;
}

enum rc code_load(struct tx *tx, const struct session *session, enum code_channel channel, struct str id,
                  struct code *ret)
{
        return load(tx, session, channel, channels[channel].by_id, db_text(id), RC_VERIFICATION_NOT_FOUND,
                    ret);
}

enum rc code_load_by_link(struct tx *tx, enum code_channel channel, struct str link, struct code *ret)
{
        struct db_value hash;
        enum rc rc = token_make(tx, link, &hash);
        if (rc != RC_OK)
                return rc;
        return load(tx, NULL, channel, channels[channel].by_link, hash, RC_VERIFICATION_NOT_FOUND, ret);
}

enum rc code_load_by_provider_ref(struct tx *tx, enum code_channel channel, struct str provider_ref,
                                  struct code *ret)
{
        return load(tx, NULL, channel, channels[channel].by_ref, db_text(provider_ref),
                    RC_VERIFICATION_NOT_FOUND, ret);
}

enum rc code_count_attempt(struct tx *tx, enum code_channel channel, const char *id, int64_t attempts_max,
                           int64_t now_ms, int64_t *ret_attempts)
{
        struct db_rows rows;
        enum rc rc =
            TX_QUERY(tx, channels[channel].count, &rows, db_words(id), db_int(attempts_max), db_int(now_ms));
        if (rc == RC_OK)
                *ret_attempts = rows.len ? db_get_int(&rows, 0, 0) : 0;
        return rc;
}

enum rc code_mark_used(struct tx *tx, enum code_channel channel, const char *id, int64_t now_ms,
                       bool *ret_won)
{
        int64_t changed;
        enum rc rc = TX_EXEC(tx, channels[channel].mark_used, &changed, db_words(id), db_int(now_ms));
        if (rc == RC_OK)
                *ret_won = changed == 1;
        return rc;
}

enum rc code_count_returned(struct tx *tx, enum code_channel channel, int64_t from_ms, int64_t to_ms,
                            int64_t max, int64_t *ret_sent, int64_t *ret_returned)
{
        enum { LOOKED_AT = 10 }; /* times `max`: an outage of the provider must not make this slow */
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, channels[channel].returned, &rows, db_int(from_ms), db_int(to_ms),
                              db_int(max), db_int(LOOKED_AT * max));
        if (rc != RC_OK)
                return rc;
        *ret_sent = db_get_int(&rows, 0, 0);
        *ret_returned = db_get_int(&rows, 0, 1);
        return RC_OK;
}

enum rc code_count_wrong(struct tx *tx, enum code_channel channel, const char *session_id, int64_t *ret_wrong)
{
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, channels[channel].wrong, &rows, db_words(session_id));
        if (rc == RC_OK)
                *ret_wrong = db_get_int(&rows, 0, 0);
        return rc;
}

enum rc code_set_delivery(struct tx *tx, enum code_channel channel, const char *id,
                          enum code_delivery delivery, struct str provider_ref)
{
        return TX_EXEC(tx, channels[channel].deliver, NULL, db_words(id), db_words(delivery_names[delivery]),
                       db_text(provider_ref));
}

enum rc code_void_made_after(struct tx *tx, enum code_channel channel, int64_t after_ms, int64_t now_ms)
{
        return TX_EXEC(tx, channels[channel].void_later, NULL, db_int(after_ms), db_int(now_ms));
}

enum rc code_void(struct tx *tx, enum code_channel channel, const char *id, int64_t now_ms)
{
        return TX_EXEC(tx, channels[channel].void_one, NULL, db_words(id), db_int(now_ms));
}
