/* Whom sessions have seen: kept sealed, apart by relying party, for a while, in an order that nobody can fall
 * out of. */
#include "contract/contract.h"

#include "crypto/seal.h"
#include "crypto/vault.h"

static struct person one(const char *template, const char *numbers)
{
        return (struct person){.template = str_from(template), .numbers = str_from(numbers)};
}

static void add(struct fixture *fixture, struct tx *tx, const struct session *session, struct person person,
                int64_t expires_at_ms)
{
        struct people_keys keys;
        CHECK_OK(people_keys_take(tx, &keys));
        CHECK_OK(people_add(tx, &keys, session, &person, NOW_MS, expires_at_ms));
}

static size_t list(struct fixture *fixture, struct tx *tx, struct str rp_id, int64_t after, int64_t now_ms,
                   struct person **ret, bool *ret_more, int64_t *ret_last)
{
        struct people_keys keys;
        bool found;
        size_t len = 0;
        CHECK_OK(people_keys_find(tx, &keys, &found));
        CHECK(found);
        CHECK_OK(people_list(tx, &keys, rp_id, after, now_ms, 2, ret, &len, ret_last, ret_more));
        return len;
}

static const char number_a[] = "\1 a hash of a number, of 32 bytes";
_Static_assert(sizeof(number_a) == PEOPLE_NUMBER_LEN + 1, "one number");

CONTRACT(people_come_back_in_order_a_page_at_a_time)
{
        struct session sessions[3];
        struct person *people;
        bool more;
        int64_t last;
        make_session(fixture, "key-1", &sessions[0]);
        make_session(fixture, "key-2", &sessions[1]);
        make_session(fixture, "key-3", &sessions[2]);
        BEGIN(tx, TX_WRITE);
        for (int i = 0; i < 3; i++)
                add(fixture, &tx, &sessions[i], one(i ? "" : "a template", number_a), NOW_MS + 1000);
        add(fixture, &tx, &sessions[0], one("another", ""), NOW_MS + 1000); /* once a session */
        CHECK(list(fixture, &tx, STR("rp-1"), 0, NOW_MS, &people, &more, &last) == 2);
        CHECK(more);
        CHECK_STR(people[0].template, "a template");
        CHECK_STR(people[0].numbers, number_a);
        CHECK(people[1].template.len == 0 && strcmp(people[1].session_id, sessions[1].id) == 0);
        CHECK(list(fixture, &tx, STR("rp-1"), last, NOW_MS, &people, &more, &last) == 1);
        CHECK(!more && strcmp(people[0].session_id, sessions[2].id) == 0);
        CHECK(list(fixture, &tx, STR("rp-1"), last, NOW_MS, &people, &more, &last) == 0);
        CHECK(list(fixture, &tx, STR("rp-2"), 0, NOW_MS, &people, &more, &last) == 0);
        CHECK(list(fixture, &tx, STR_NULL, 0, NOW_MS, &people, &more, &last) == 0);
        CHECK(list(fixture, &tx, STR("rp-1"), 0, NOW_MS + 1000, &people, &more, &last) == 0);
        CHECK_OK(tx_commit(&tx));
}

/* Control: leave AUTOINCREMENT out of the migration. */
CONTRACT(a_number_of_people_is_never_given_twice)
{
        struct session first, second;
        struct person *people;
        struct str *ids;
        bool more;
        int64_t last, again;
        size_t len;
        make_session(fixture, "key-1", &first);
        make_session(fixture, "key-2", &second);
        BEGIN(tx, TX_WRITE);
        add(fixture, &tx, &first, one("a", ""), NOW_MS + 1);
        CHECK(list(fixture, &tx, STR("rp-1"), 0, NOW_MS, &people, &more, &last) == 1);
        CHECK_OK(people_forget_old(&tx, NOW_MS + 1, 0, 10, &ids, &len));
        CHECK(len == 1);
        CHECK_STR(ids[0], first.id);
        add(fixture, &tx, &second, one("b", ""), NOW_MS + 9);
        CHECK(list(fixture, &tx, STR("rp-1"), last, NOW_MS, &people, &more, &again) == 1);
        CHECK(again > last);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(people_are_forgotten_at_their_time_or_earlier)
{
        struct session first, second;
        struct str *ids;
        int64_t count;
        size_t len;
        make_session(fixture, "key-1", &first);
        make_session(fixture, "key-2", &second);
        BEGIN(tx, TX_WRITE);
        add(fixture, &tx, &first, one("a", ""), NOW_MS + 1000);
        add(fixture, &tx, &second, one("b", ""), NOW_MS + 2000);
        CHECK_OK(people_forget_old(&tx, NOW_MS + 999, NOW_MS, 10, &ids, &len));
        CHECK(len == 0);
        CHECK_OK(people_forget_old(&tx, NOW_MS + 1000, NOW_MS, 10, &ids, &len));
        CHECK(len == 1);
        CHECK_STR(ids[0], first.id);
        CHECK_OK(people_forget_old(&tx, NOW_MS + 1000, NOW_MS + 1, 10, &ids, &len)); /* fewer days since */
        CHECK(len == 1);
        CHECK_OK(people_count(&tx, &count));
        CHECK(count == 0);
        CHECK_OK(tx_commit(&tx));
}

/* Controls: write the template unsealed; leave the session out of its place. */
CONTRACT(people_are_sealed_each_in_their_place)
{
        struct session first, second;
        struct person *people;
        struct db_rows rows;
        bool more;
        int64_t last;
        make_session(fixture, "key-1", &first);
        make_session(fixture, "key-2", &second);
        BEGIN(tx, TX_WRITE);
        add(fixture, &tx, &first, one("a template in clear", number_a), NOW_MS + 1000);
        add(fixture, &tx, &second, one("of another", number_a), NOW_MS + 1000);
        CHECK_OK(tx_query(&tx, "SELECT sealed FROM people ORDER BY number", NULL, 0, &rows));
        struct str a = db_get_str(&rows, 0, 0), b = db_get_str(&rows, 1, 0);
        CHECK(str_find_str(a, STR("template")) < 0 && str_find_str(a, STR("hash")) < 0);
        CHECK(a.len == 1 + 33 + 19 + SEAL_OVERHEAD);
        CHECK_OK(TX_EXEC(&tx, "UPDATE people SET sealed = $2 WHERE session_id = $1", NULL, db_words(first.id),
                         db_blob(b)));
        CHECK(list(fixture, &tx, STR("rp-1"), 0, NOW_MS, &people, &more, &last) == 1);
        CHECK_STR(people[0].template, "of another");
        CHECK(strcmp(people[0].session_id, second.id) == 0);
        CHECK_OK(tx_commit(&tx));
}

static void hash(struct fixture *fixture, struct tx *tx, uint8_t kind, const char *number, struct buf *ret)
{
        struct people_keys keys;
        CHECK_OK(people_keys_take(tx, &keys));
        buf_init(ret, PEOPLE_NUMBER_LEN);
        people_hash_number(&keys, kind, str_from(number), ret);
        CHECK(ret->len == PEOPLE_NUMBER_LEN && ret->ptr[0] == (char)kind);
}

CONTRACT(a_number_has_one_hash_of_its_kind)
{
        CLEANUP(buf_release) struct buf a, again, other, kind;
        BEGIN(tx, TX_WRITE);
        hash(fixture, &tx, 1, "9001011234567", &a);
        hash(fixture, &tx, 1, "9001011234567", &again);
        hash(fixture, &tx, 1, "9001011234568", &other);
        hash(fixture, &tx, 2, "9001011234567", &kind);
        CHECK(str_equal(buf_str(&a), buf_str(&again)) && !str_equal(buf_str(&a), buf_str(&other)));
        CHECK(memcmp(a.ptr + 1, kind.ptr + 1, 32) != 0);
        CHECK_OK(tx_commit(&tx));
}

/* Control: let people_keys_rewrap do nothing. */
CONTRACT(people_outlive_a_new_secret)
{
        struct str old = STR("a secret of the tests, 32 bytes or more");
        struct vault *first = fixture->store.vault;
        CLEANUP(vault_free) struct vault *both = NULL;
        CLEANUP(vault_free) struct vault *alone = NULL;
        CLEANUP(buf_release) struct buf before, after;
        struct session session;
        struct person *people;
        bool more;
        int64_t last;
        CHECK_OK(vault_new(&fixture->op, STR("another secret of the tests, 32 bytes"), &old, 1, &both));
        CHECK_OK(vault_new(&fixture->op, STR("another secret of the tests, 32 bytes"), NULL, 0, &alone));
        make_session(fixture, "key-1", &session);
        {
                BEGIN(tx, TX_WRITE);
                add(fixture, &tx, &session, one("a template", number_a), NOW_MS + 1000);
                hash(fixture, &tx, 1, "M12345678", &before);
                CHECK_OK(tx_commit(&tx));
        }
        fixture->store.vault = both;
        fixture_reopen(fixture, NULL);
        {
                BEGIN(tx, TX_WRITE);
                CHECK_OK(people_keys_rewrap(&tx));
                CHECK_OK(tx_commit(&tx));
        }
        fixture->store.vault = alone;
        fixture_reopen(fixture, NULL);
        {
                BEGIN(tx, TX_WRITE);
                CHECK(list(fixture, &tx, STR("rp-1"), 0, NOW_MS, &people, &more, &last) == 1);
                CHECK_STR(people[0].template, "a template");
                hash(fixture, &tx, 1, "M12345678", &after);
                CHECK(str_equal(buf_str(&before), buf_str(&after)));
                CHECK_OK(tx_commit(&tx));
        }
        fixture->store.vault = first;
        fixture_reopen(fixture, NULL);
}

enum { RACERS = 6 };

/* Looks, adds itself, and tells how many it saw. */
static bool meet(struct racer *racer)
{
        struct session *sessions = racer->user;
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct people_keys keys;
        const struct person person = {.template = STR("a template")};
        struct person *people;
        int64_t last;
        size_t len;
        bool more;
        if (store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) != RC_OK ||
            people_keys_take(&tx, &keys) != RC_OK ||
            people_list(&tx, &keys, STR("rp-1"), 0, NOW_MS, 100, &people, &len, &last, &more) != RC_OK ||
            people_add(&tx, &keys, &sessions[racer->index], &person, NOW_MS, NOW_MS + 1000) != RC_OK ||
            tx_commit(&tx) != RC_OK)
                return false;
        sessions[racer->index].version = (int64_t)len;
        return true;
}

/* Control: take FOR UPDATE out of store/people.c; on PostgreSQL two see the same. */
CONTRACT(of_people_who_come_at_once_each_sees_those_before)
{
        struct session sessions[RACERS];
        bool seen[RACERS] = {0};
        for (int i = 0; i < RACERS; i++) {
                char key[16] = "key-0";
                key[4] = (char)('0' + i);
                make_session(fixture, key, &sessions[i]);
        }
        fixture->delay_ms = 10;
        CHECK(race(fixture, RACERS, meet, sessions) == RACERS);
        fixture->delay_ms = 0;
        for (int i = 0; i < RACERS; i++) {
                CHECK(sessions[i].version < RACERS && !seen[sessions[i].version]);
                seen[sessions[i].version] = true;
        }
}
