#include "contract/contract.h"
#include "contract/proxy.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* What only a server can do to us. */
#define POSTGRES_ONLY(ident)                                                                                 \
        static void ident(struct fixture *fixture);                                                          \
        TEST(postgres_##ident)                                                                               \
        {                                                                                                    \
                contract_run(false, ident);                                                                  \
        }                                                                                                    \
        static void ident(struct fixture *fixture)

static void must_not_open(struct fixture *fixture, const char *url, enum rc rc)
{
        struct db *db;
        enum rc got = db_open(&fixture->op, str_from(url), NULL, &db);
        if (got != rc)
                test_fail(__FILE__, __LINE__, got == RC_OK ? url : fixture->op.why);
        CHECK(strlen(fixture->op.why) > 10 && strstr(fixture->op.why, "opensesame") == NULL);
        op_forgive(&fixture->op);
}

/* The test's server by another user, password or database. */
static const char *url_of(const struct fixture *fixture, const char *who, const char *database, char ret[700])
{
        const char *host = strstr(fixture->url, "?host=");
        snprintf(ret, 700, "postgresql://%s@/%s%s", who, database, host ? host : "");
        return ret;
}

POSTGRES_ONLY(what_the_server_refuses_is_told_without_the_password)
{
        char url[700];
        must_not_open(fixture, url_of(fixture, "locked:opensesame", "bonin", url), RC_CONFIG);
        must_not_open(fixture, url_of(fixture, "locked", "bonin", url), RC_CONFIG);
        must_not_open(fixture, url_of(fixture, "bonin", "nowhere", url), RC_CONFIG);
        must_not_open(fixture, url_of(fixture, "nobody-known", "bonin", url), RC_CONFIG);
        must_not_open(fixture, "postgresql://u:opensesame@127.0.0.1:1/bonin", RC_UNAVAILABLE);
        must_not_open(fixture, "postgresql://u:opensesame@/bonin?host=/no/such/folder", RC_UNAVAILABLE);
        must_not_open(fixture, "postgresql://u:opensesame@[nonsense/bonin", RC_CONFIG);
        must_not_open(fixture, "postgresql://u:opensesame@h/b?nonsense=opensesame", RC_CONFIG);
        must_not_open(fixture, "postgres://u:opensesame@127.0.0.1:99999/bonin", RC_UNAVAILABLE);
}

POSTGRES_ONLY(the_right_password_is_taken)
{
        char url[700];
        struct db *db;
        CHECK_OK(db_open(&fixture->op, str_from(url_of(fixture, "locked:sesame", "bonin", url)), NULL, &db));
        CHECK(strcmp(db_name(db), "postgresql") == 0);
        db_close(db);
}

static void cut_all_connections(struct fixture *fixture)
{
        struct db *db;
        struct db_rows rows;
        struct tx tx CLEANUP(tx_rollback) = {0};
        CHECK_OK(db_open(&fixture->op, str_from(fixture->url), NULL, &db));
        CHECK_OK(tx_begin(db, &fixture->op, TX_WRITE, &tx));
        CHECK_OK(
            tx_query(&tx,
                     "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                     "AND datname = 'bonin'",
                     NULL, 0, &rows));
        CHECK_OK(tx_commit(&tx));
        db_close(db);
        usleep(50000);
}

POSTGRES_ONLY(idle_connections_that_were_cut_are_made_anew)
{
        struct session session, again;
        make_session(fixture, "key-1", &session);
        cut_all_connections(fixture);
        make_session(fixture, "key-2", &session);
        cut_all_connections(fixture);
        BEGIN(tx, TX_READ);
        CHECK_OK(session_load_by_key(&tx, STR("key-2"), &again));
}

POSTGRES_ONLY(a_transaction_that_was_cut_fails_and_the_next_goes_on)
{
        struct session session;
        {
                BEGIN(tx, TX_WRITE);
                CHECK_OK(event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS));
                cut_all_connections(fixture);
                CHECK_RC(tx_commit(&tx), RC_UNAVAILABLE);
        }
        {
                BEGIN(tx, TX_WRITE);
                CHECK_OK(event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS));
                cut_all_connections(fixture);
                CHECK_RC(event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS), RC_UNAVAILABLE);
        }
        make_session(fixture, "key-1", &session);
        BEGIN(tx, TX_READ);
        struct db_rows rows;
        CHECK_OK(tx_query(&tx, "SELECT COUNT(*) FROM logs", NULL, 0, &rows));
        CHECK(db_get_int(&rows, 0, 0) == 0);
}

POSTGRES_ONLY(nothing_waits_longer_than_its_deadline)
{
        struct op late;
        op_init(&late, NULL, 1 << 20, 300);
        struct db_rows rows;
        struct tx tx CLEANUP(tx_rollback) = {0};
        int64_t began = clock_mono_ms();
        CHECK(store_begin(&fixture->store, &late, TX_WRITE, &tx) == RC_OK);
        CHECK(tx_query(&tx, "SELECT pg_sleep(5)", NULL, 0, &rows) == RC_UNAVAILABLE);
        tx_rollback(&tx);
        CHECK(clock_mono_ms() - began < 1500);
        op_release(&late);
        struct session session;
        make_session(fixture, "key-1", &session);
}

/* A server that takes the connection and says nothing. */
POSTGRES_ONLY(a_server_that_is_mute_is_given_up_at_the_deadline)
{
        char url[300];
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(address.sun_path, sizeof(address.sun_path), "%.80s/.s.PGSQL.5432", fixture->folder);
        CLEANUP(fd_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 4) == 0);
        snprintf(url, sizeof(url), "postgresql://u@/bonin?host=%s", fixture->folder);
        struct op late;
        struct db *db;
        op_init(&late, NULL, 1 << 20, 300);
        int64_t began = clock_mono_ms();
        CHECK(db_open(&late, str_from(url), NULL, &db) == RC_UNAVAILABLE);
        CHECK(clock_mono_ms() - began < 1500);
        op_release(&late);
}

static bool cross(struct racer *racer)
{
        static const char *const sql = "UPDATE api_keys SET last_used_at = 1 WHERE name = $1";
        const char *first = racer->index % 2 ? "a" : "b", *second = racer->index % 2 ? "b" : "a";
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) != RC_OK ||
            TX_EXEC(&tx, sql, NULL, db_words(first)) != RC_OK)
                return false;
        usleep(200000);
        return TX_EXEC(&tx, sql, NULL, db_words(second)) != RC_OK && racer->op.rc == RC_UNAVAILABLE;
}

POSTGRES_ONLY(of_two_that_wait_for_each_other_one_is_told_to_try_again)
{
        struct apikey apikey;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(apikey_insert(&tx, STR("a"), APIKEY_RP, STR("1"), NOW_MS, &apikey));
        CHECK_OK(apikey_insert(&tx, STR("b"), APIKEY_RP, STR("2"), NOW_MS, &apikey));
        CHECK_OK(tx_commit(&tx));
        CHECK(race(fixture, 2, cross, NULL) == 1);
}

/* One entry, with a second to do it in. */
static enum rc append_in_time(struct fixture *fixture, struct store *store)
{
        struct op op;
        op_init(&op, NULL, 1 << 20, 1000);
        struct tx tx CLEANUP(tx_rollback) = {0};
        enum rc rc = store_begin(store, &op, TX_WRITE, &tx);
        if (rc == RC_OK)
                rc = event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS);
        if (rc == RC_OK)
                rc = tx_commit(&tx);
        tx_rollback(&tx);
        op_release(&op);
        return rc;
}

static void cut_and_heal(struct fixture *fixture, struct store *store, struct proxy *proxy, enum wire how)
{
        proxy_set(proxy, how);
        for (int i = 0; i < 5; i++) {
                int64_t began = clock_mono_ms();
                CHECK(append_in_time(fixture, store) == RC_UNAVAILABLE);
                CHECK(clock_mono_ms() - began < 3000);
        }
        proxy_set(proxy, WIRE_GOOD);
        int64_t began = clock_mono_ms();
        while (append_in_time(fixture, store) != RC_OK) {
                CHECK(clock_mono_ms() - began < 10000);
                usleep(100000);
        }
}

POSTGRES_ONLY(a_wire_that_is_cut_is_told_in_time_and_heals)
{
        char url[300], server[128];
        struct store store;
        struct db_rows rows;
        const char *host = strstr(fixture->url, "?host=");
        if (host == NULL)
                test_skip("BONIN_TEST_POSTGRES is no socket");
        snprintf(server, sizeof(server), "%.100s", host + strlen("?host="));
        snprintf(url, sizeof(url), "postgresql://bonin@/bonin?host=%s", fixture->folder);
        struct proxy *proxy = proxy_start(fixture->folder, server);
        CHECK_OK(store_open(&fixture->op, str_from(url), NULL, fixture->store.vault, &store));
        CHECK(append_in_time(fixture, &store) == RC_OK);
        cut_and_heal(fixture, &store, proxy, WIRE_CUT);
        cut_and_heal(fixture, &store, proxy, WIRE_MUTE);
        BEGIN(tx, TX_READ);
        CHECK_OK(tx_query(&tx, "SELECT COUNT(*) FROM logs", NULL, 0, &rows));
        CHECK(db_get_int(&rows, 0, 0) >= 3);
        store_close(&store);
        proxy_stop(proxy);
}
