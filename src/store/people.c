#include "store/people.h"

#include "base/log.h"
#include "crypto/hkdf.h"
#include "crypto/mac.h"
#include "crypto/random.h"
#include "store/erasure.h"
#include "store/internal.h"

#include <assert.h>

#define PLACE "people.sealed"

static const struct str key_place = {"people-key", 10};

static enum rc derive(struct tx *tx, struct str root, struct people_keys *ret)
{
        if (root.len != PEOPLE_KEY_LEN)
                return op_fail(tx->op, RC_INTERNAL, "store: the key of people has a wrong length");
        bool ok = hkdf_sha256(root, STR("bonin"), STR("bonin 1 people seal"), ret->seal, PEOPLE_KEY_LEN) &&
                  hkdf_sha256(root, STR("bonin"), STR("bonin 1 people number"), ret->number, PEOPLE_KEY_LEN);
        return ok ? RC_OK : op_fail(tx->op, RC_INTERNAL, "HKDF-SHA256 failed");
}

static enum rc load(struct tx *tx, bool hold, struct buf *ret_root, bool *ret_found)
{
        static const char sql[] = "SELECT value FROM settings WHERE name = 'people_key'";
        static const char sql_held[] = "SELECT value FROM settings WHERE name = 'people_key' FOR UPDATE";
        struct db_rows rows;
        enum rc rc = tx_query(tx, hold ? sql_held : sql, NULL, 0, &rows);
        if (rc != RC_OK)
                return rc;
        *ret_found = rows.len > 0;
        return *ret_found ? vault_open(tx->op, tx_vault(tx), key_place, db_get_str(&rows, 0, 0), ret_root)
                          : RC_OK;
}

static enum rc store_root(struct tx *tx, struct str root, const char *sql)
{
        CLEANUP(buf_release) struct buf sealed;
        buf_init(&sealed, PEOPLE_KEY_LEN + VAULT_OVERHEAD);
        vault_seal(tx_vault(tx), key_place, root, &sealed);
        return TX_EXEC(tx, sql, NULL, db_blob(buf_str(&sealed)));
}

static enum rc find(struct tx *tx, bool hold, struct people_keys *ret, bool *ret_found)
{
        CLEANUP(buf_release) struct buf root;
        buf_init_secret(&root, PEOPLE_KEY_LEN);
        enum rc rc = load(tx, hold, &root, ret_found);
        return rc == RC_OK && *ret_found ? derive(tx, buf_str(&root), ret) : rc;
}

enum rc people_keys_find(struct tx *tx, struct people_keys *ret, bool *ret_found)
{
        return find(tx, false, ret, ret_found);
}

enum rc people_keys_take(struct tx *tx, struct people_keys *ret)
{
        static const char insert[] = "INSERT INTO settings (name, value) VALUES ('people_key', $1) "
                                     "ON CONFLICT (name) DO NOTHING";
        uint8_t fresh[PEOPLE_KEY_LEN];
        bool found;
        assert(tx->mode == TX_WRITE);
        enum rc rc = find(tx, true, ret, &found);
        if (rc != RC_OK || found)
                return rc;
        random_bytes(fresh, sizeof(fresh));
        rc = store_root(tx, str_from_bytes(fresh, sizeof(fresh)), insert);
        explicit_bzero(fresh, sizeof(fresh));
        /* Another may have been quicker: his is the one. */
        return rc == RC_OK ? find(tx, true, ret, &found) : rc;
}

void people_keys_wipe(struct people_keys *keys)
{
        explicit_bzero(keys, sizeof(*keys));
}

enum rc people_keys_rewrap(struct tx *tx)
{
        CLEANUP(buf_release) struct buf root;
        bool found;
        buf_init_secret(&root, PEOPLE_KEY_LEN);
        enum rc rc = load(tx, true, &root, &found);
        if (rc != RC_OK || !found)
                return rc;
        return store_root(tx, buf_str(&root), "UPDATE settings SET value = $1 WHERE name = 'people_key'");
}

void people_hash_number(const struct people_keys *keys, uint8_t kind, struct str number, struct buf *ret)
{
        CLEANUP(buf_release) struct buf text;
        uint8_t hash[32];
        buf_init_secret(&text, number.len + 1);
        buf_add_char(&text, (char)kind);
        buf_add(&text, number);
        mac_hmac_sha256(str_from_bytes(keys->number, PEOPLE_KEY_LEN), buf_str(&text), hash);
        buf_add_char(ret, (char)kind);
        buf_add_bytes(ret, hash, sizeof(hash));
}

enum rc people_add(struct tx *tx, const struct people_keys *keys, const struct session *session,
                   const struct person *person, int64_t now_ms, int64_t expires_at_ms)
{
        static const char sql[] = "INSERT INTO people (session_id, rp_id, sealed, seen_at, expires_at) "
                                  "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (session_id) DO NOTHING";
        CLEANUP(buf_release) struct buf plain;
        struct db_value sealed;
        assert(person->numbers.len % PEOPLE_NUMBER_LEN == 0 &&
               person->numbers.len <= PEOPLE_NUMBERS_MAX * PEOPLE_NUMBER_LEN);
        buf_init_secret(&plain, PEOPLE_SEALED_MAX);
        buf_add_char(&plain, (char)(person->numbers.len / PEOPLE_NUMBER_LEN));
        buf_add(&plain, person->numbers);
        buf_add(&plain, person->template);
        if (!buf_ok(&plain))
                return op_fail(tx->op, RC_INTERNAL, "store: a template is too large");
        enum rc rc = sealed_make(tx->op, keys->seal, PLACE, session->id, buf_str(&plain), &sealed);
        if (rc != RC_OK)
                return rc;
        return TX_EXEC(tx, sql, NULL, db_words(session->id),
                       db_text(str_is_null(session->rp_id) ? STR("") : session->rp_id), sealed,
                       db_int(now_ms), db_int(expires_at_ms));
}

static bool take_apart(struct str plain, struct person *ret)
{
        size_t numbers = plain.len > 0 ? (uint8_t)plain.ptr[0] * (size_t)PEOPLE_NUMBER_LEN : SIZE_MAX;
        if (numbers > PEOPLE_NUMBERS_MAX * PEOPLE_NUMBER_LEN || plain.len < 1 + numbers)
                return false;
        ret->numbers = str_sub(plain, 1, numbers);
        ret->template = str_sub(plain, 1 + numbers, plain.len);
        return true;
}

/* False: it does not open, which must not keep the others from being compared. */
static bool from_row(struct tx *tx, const struct people_keys *keys, const struct db_rows *rows, size_t row,
                     struct person *ret)
{
        struct str plain;
        struct person person = {.number = db_get_int(rows, row, 0)};
        id_copy(person.session_id, db_get_str(rows, row, 1));
        if (sealed_open(tx->op, keys->seal, PLACE, person.session_id, db_get_str(rows, row, 2), &plain) ==
                RC_OK &&
            take_apart(plain, &person)) {
                *ret = person;
                return true;
        }
        op_forgive(tx->op);
        log_line(LOG_WARN, "person_damaged", LOG_ID("session", person.session_id));
        return false;
}

enum rc people_list(struct tx *tx, const struct people_keys *keys, struct str rp_id, int64_t after,
                    int64_t now_ms, int64_t max, struct person **ret, size_t *ret_len, int64_t *ret_last,
                    bool *ret_more)
{
        static const char sql[] = "SELECT number, session_id, sealed FROM people WHERE rp_id = $1 "
                                  "AND number > $2 AND expires_at > $3 ORDER BY number LIMIT $4";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_text(str_is_null(rp_id) ? STR("") : rp_id), db_int(after),
                              db_int(now_ms), db_int(max));
        if (rc != RC_OK)
                return rc;
        struct person *people = arena_alloc(&tx->op->arena, MAX(rows.len, (size_t)1) * sizeof(*people));
        if (people == NULL)
                return arena_full(tx->op);
        size_t len = 0;
        for (size_t i = 0; i < rows.len; i++)
                len += from_row(tx, keys, &rows, i, &people[len]);
        *ret = people;
        *ret_len = len;
        *ret_last = rows.len ? db_get_int(&rows, rows.len - 1, 0) : after;
        *ret_more = (int64_t)rows.len == max;
        return RC_OK;
}

enum rc people_forget_old(struct tx *tx, int64_t now_ms, int64_t before_ms, int64_t max, struct str **ret_ids,
                          size_t *ret_len)
{
        static const char sql[] = "DELETE FROM people WHERE number IN (SELECT number FROM people "
                                  "WHERE expires_at <= $1 OR seen_at < $2 LIMIT $3) RETURNING session_id";
        struct db_rows rows;
        enum rc rc = TX_QUERY(tx, sql, &rows, db_int(now_ms), db_int(before_ms), db_int(max));
        if (rc == RC_OK)
                rc = rows_texts(tx, &rows, ret_ids, ret_len);
        return rc == RC_OK && rows.len > 0 ? store_mark_scrub(tx) : rc;
}

enum rc people_count(struct tx *tx, int64_t *ret)
{
        struct db_rows rows;
        enum rc rc = tx_query(tx, "SELECT COUNT(*) FROM people", NULL, 0, &rows);
        if (rc == RC_OK)
                *ret = db_get_int(&rows, 0, 0);
        return rc;
}
