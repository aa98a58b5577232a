#include "contract/contract.h"

#include <stdio.h>

/* Every sealed column, by the kind of row that it is in. */
enum row { ROW_SESSION, ROW_PHONE, ROW_EMAIL, ROW_DOCUMENT, ROW_FACE, ROW_JOB, ROW_CONSENT };

static const struct column {
        const char *table, *name;
        enum row row;
} columns[] = {
    {"sessions", "wrapped_key", ROW_SESSION},
    {"sessions", "expected_name", ROW_SESSION},
    {"sessions", "expected_birth_date", ROW_SESSION},
    {"sessions", "metadata", ROW_SESSION},
    {"sessions", "phone", ROW_SESSION},
    {"sessions", "email", ROW_SESSION},
    {"sessions", "verified_phone", ROW_SESSION},
    {"sessions", "verified_email", ROW_SESSION},
    {"sessions", "verified_name", ROW_SESSION},
    {"sessions", "verified_birth_date", ROW_SESSION},
    {"sessions", "result", ROW_SESSION},
    {"sessions", "risk_signals", ROW_SESSION},
    {"phone_verifications", "address", ROW_PHONE},
    {"email_verifications", "address", ROW_EMAIL},
    {"id_card_verifications", "extracted", ROW_DOCUMENT},
    {"id_card_verifications", "details", ROW_DOCUMENT},
    {"id_card_verifications", "portrait_key", ROW_DOCUMENT},
    {"id_card_verifications", "numbers", ROW_DOCUMENT},
    {"face_verifications", "details", ROW_FACE},
    {"face_verifications", "selfie_key", ROW_FACE},
    {"jobs", "payload", ROW_JOB},
    {"consents", "ip", ROW_CONSENT},
};

/* Two sessions, and of the first each row twice: what is moved may be of another session, of another row of
 * the same, or of another column of the same row. */
enum { WHOLES = 3, PLACES_MAX = WHOLES * (int)LEN(columns) };

struct place {
        const struct column *column;
        const struct whole *whole;
        char id[ID_MAX]; /* of the row */
};

struct places {
        struct whole wholes[WHOLES];
        struct place list[PLACES_MAX];
        int len;
};

/* The `nth` of the session's, since consents do not tell their ids. */
static void find_consent(struct fixture *fixture, const struct whole *whole, size_t nth, char ret[ID_MAX])
{
        struct consent *consents;
        size_t len;
        BEGIN(tx, TX_READ);
        CHECK_OK(consent_list(&tx, &whole->session, &consents, &len));
        CHECK(nth < len);
        memcpy(ret, consents[nth].id, ID_MAX);
}

static void add_place(struct fixture *fixture, struct places *places, const struct whole *whole,
                      const struct column *column)
{
        const bool again = whole == &places->wholes[1];
        struct place *place = &places->list[places->len];
        const char *const ids[] = {[ROW_SESSION] = whole->session.id, [ROW_PHONE] = whole->phone_code,
                                   [ROW_EMAIL] = whole->email_code,   [ROW_DOCUMENT] = whole->document,
                                   [ROW_FACE] = whole->face,          [ROW_JOB] = whole->job};
        if (again && column->row == ROW_SESSION)
                return;
        *place = (struct place){.column = column, .whole = whole};
        if (column->row == ROW_CONSENT)
                find_consent(fixture, whole, again, place->id);
        else
                memcpy(place->id, ids[column->row], ID_MAX);
        places->len++;
}

static void make_places(struct fixture *fixture, struct places *places)
{
        places->len = 0;
        make_whole(fixture, "key-1", &places->wholes[0]);
        places->wholes[1].session = places->wholes[0].session;
        make_rows(fixture, &places->wholes[1]);
        make_whole(fixture, "key-2", &places->wholes[2]);
        for (int i = 0; i < WHOLES; i++)
                for (size_t j = 0; j < LEN(columns); j++)
                        add_place(fixture, places, &places->wholes[i], &columns[j]);
}

static void read_place(struct fixture *fixture, struct tx *tx, const struct place *place, struct str *ret)
{
        char sql[256];
        struct db_rows rows;
        snprintf(sql, sizeof(sql), "SELECT %s FROM %s WHERE id = $1", place->column->name,
                 place->column->table);
        CHECK_OK(TX_QUERY(tx, sql, &rows, db_words(place->id)));
        CHECK(rows.len == 1 && !db_get_null(&rows, 0, 0));
        *ret = db_get_str(&rows, 0, 0);
}

static void write_place(struct fixture *fixture, struct tx *tx, const struct place *place, struct str value)
{
        char sql[256];
        int64_t changed;
        snprintf(sql, sizeof(sql), "UPDATE %s SET %s = $2 WHERE id = $1", place->column->table,
                 place->column->name);
        CHECK_OK(TX_EXEC(tx, sql, &changed, db_words(place->id), db_blob(value)));
        CHECK(changed == 1);
}

/* A job is leased without its payload where that does not open. */
static enum rc open_job(struct tx *tx, const char *id)
{
        struct job_claim claim = {.owner = STR("w"), .max = 9, .lease_ms = 1, .now_ms = NOW_MS * 2};
        struct job *jobs;
        size_t len;
        enum rc rc = job_claim(tx, &claim, &jobs, &len);
        for (size_t i = 0; i < len && rc == RC_OK; i++)
                if (strcmp(jobs[i].id, id) == 0)
                        return str_is_null(jobs[i].payload) ? RC_INTERNAL : RC_OK;
        return RC_NOT_FOUND;
}

static enum rc open_row(struct tx *tx, const struct whole *whole, enum row row)
{
        struct session session;
        struct code code;
        struct document document;
        struct face face;
        struct consent *consents;
        size_t len;
        switch (row) {
        case ROW_SESSION:
                return session_load(tx, str_from(whole->session.id), &session);
        case ROW_PHONE:
                return code_load(tx, &whole->session, CODE_PHONE, str_from(whole->phone_code), &code);
        case ROW_EMAIL:
                return code_load(tx, &whole->session, CODE_EMAIL, str_from(whole->email_code), &code);
        case ROW_DOCUMENT:
                return document_load(tx, &whole->session, str_from(whole->document), &document);
        case ROW_FACE:
                return face_load(tx, &whole->session, str_from(whole->face), &face);
        case ROW_JOB:
                return open_job(tx, whole->job);
        case ROW_CONSENT:
                return consent_list(tx, &whole->session, &consents, &len);
        }
        return RC_OK;
}

/* Put what stands at `from` in the place of what stands at `to`: it must not open. */
static void check_move(struct fixture *fixture, const struct place *from, const struct place *to)
{
        struct str value;
        BEGIN(tx, TX_WRITE);
        read_place(fixture, &tx, from, &value);
        write_place(fixture, &tx, to, value);
        CHECK_RC(open_row(&tx, to->whole, to->column->row), RC_INTERNAL);
}

/* Control: leave the column, or the row, out of place_of in store/sealed.c. */
CONTRACT(nothing_sealed_opens_in_another_place)
{
        static struct places places;
        make_places(fixture, &places);
        for (int i = 0; i < places.len; i++) {
                BEGIN(tx, TX_WRITE);
                CHECK_OK(open_row(&tx, places.list[i].whole, places.list[i].column->row));
        }
        for (int i = 0; i < places.len; i++)
                for (int j = 0; j < places.len; j++)
                        if (i != j)
                                check_move(fixture, &places.list[i], &places.list[j]);
}

CONTRACT(one_damaged_session_leaves_the_list_to_the_others)
{
        struct session one, two, *list;
        size_t len;
        int64_t total;
        make_session(fixture, "key-1", &one);
        make_session(fixture, "key-2", &two);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(TX_EXEC(&tx, "UPDATE sessions SET phone = email WHERE id = $1", NULL, db_words(one.id)));
        struct session_filter all = {0};
        CHECK_OK(session_list(&tx, &all, (struct page){1, 20}, &list, &len, &total));
        CHECK(len == 2);
        for (size_t i = 0; i < len; i++) {
                bool damaged = strcmp(list[i].id, one.id) == 0;
                CHECK(list[i].damaged == damaged && str_is_null(list[i].phone) == damaged);
                CHECK(list[i].created_at_ms == NOW_MS);
        }
}
