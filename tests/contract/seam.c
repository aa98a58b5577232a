#include "contract/contract.h"
#include "crypto/vault.h"
#include "store/migration.h"

#include <stdio.h>
#include <unistd.h>

static int64_t count(struct fixture *fixture, const char *table)
{
        char sql[64];
        struct db_rows rows;
        snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM %s", table);
        BEGIN(tx, TX_READ);
        CHECK_OK(tx_query(&tx, sql, NULL, 0, &rows));
        return db_get_int(&rows, 0, 0);
}

CONTRACT(values_come_back_as_they_went_in)
{
        static const char sql[] = "SELECT CAST($2 AS BIGINT), CAST($1 AS TEXT), $3, "
                                  "CAST($4 AS DOUBLE PRECISION), CAST($5 AS TEXT), 'costs $1'";
        struct db_rows rows;
        BEGIN(tx, TX_READ);
        CHECK_OK(TX_QUERY(&tx, sql, &rows, db_text(STR("글")), db_int(INT64_MIN), db_bytes("\0\1\xff", 3),
                          db_real(-1.5), db_text(STR_NULL)));
        CHECK(rows.len == 1 && rows.columns == 6);
        CHECK(db_get_int(&rows, 0, 0) == INT64_MIN);
        CHECK_STR(db_get_str(&rows, 0, 1), "글");
        CHECK(str_equal(db_get_str(&rows, 0, 2), str_from_bytes("\0\1\xff", 3)));
        CHECK(db_get_real(&rows, 0, 3) < -1.4 && db_get_real(&rows, 0, 3) > -1.6);
        CHECK(db_get_null(&rows, 0, 4) && str_is_null(db_get_str(&rows, 0, 4)));
        CHECK_STR(db_get_str(&rows, 0, 5), "costs $1");
}

CONTRACT(statements_without_number_are_no_matter)
{
        for (int round = 0; round < 3; round++) {
                BEGIN(tx, TX_READ);
                for (int i = 0; i < 500; i++) {
                        char sql[64];
                        struct db_rows rows;
                        snprintf(sql, sizeof(sql), "SELECT CAST(%d AS BIGINT)", round * 400 + i);
                        CHECK_OK(tx_query(&tx, sql, NULL, 0, &rows));
                        CHECK(db_get_int(&rows, 0, 0) == round * 400 + i);
                }
        }
}

CONTRACT(what_is_rolled_back_is_not_there)
{
        struct session session;
        make_session(fixture, "key-1", &session);
        {
                BEGIN(tx, TX_WRITE);
                CHECK_OK(event_append(&tx, EVENT_PHONE_SENT, session.id, STR_NULL, NOW_MS));
        }
        CHECK(count(fixture, "logs") == 0);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(event_append(&tx, EVENT_PHONE_SENT, session.id, STR_NULL, NOW_MS));
        CHECK(count(fixture, "logs") == 0); /* a reader sees what is committed */
        CHECK_OK(tx_commit(&tx));
        tx_rollback(&tx); /* does nothing any more */
        CHECK(count(fixture, "logs") == 1);
}

CONTRACT(a_wrong_statement_fails_its_transaction_and_no_other)
{
        {
                BEGIN(tx, TX_WRITE);
                CHECK_OK(event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS));
                CHECK_RC(tx_exec(&tx, "INSERT INTO nowhere VALUES (1)", NULL, 0, NULL), RC_INTERNAL);
                CHECK_RC(event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS), RC_INTERNAL);
                CHECK_RC(tx_commit(&tx), RC_INTERNAL);
        }
        {
                BEGIN(tx, TX_WRITE);
                CHECK_RC(TX_EXEC(&tx,
                                 "INSERT INTO phone_verifications (id, session_id, code_hash, created_at, "
                                 "expires_at) VALUES ('a', 'no session', $1, 1, 1)",
                                 NULL, db_bytes("x", 1)),
                         RC_INTERNAL);
        }
        CHECK(count(fixture, "logs") == 0);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS));
        CHECK_OK(tx_commit(&tx));
        CHECK(count(fixture, "logs") == 1);
}

CONTRACT(migrating_twice_changes_nothing_and_a_newer_schema_is_refused)
{
        int applied;
        CHECK_OK(store_migrate(&fixture->store, &fixture->op, &applied));
        CHECK(applied == 0);
        CHECK_OK(store_check_schema(&fixture->store, &fixture->op));
        BEGIN(tx, TX_WRITE);
        CHECK_OK(
            tx_exec(&tx, "INSERT INTO schema_version (version, applied_at) VALUES (9999, 1)", NULL, 0, NULL));
        CHECK_OK(tx_commit(&tx));
        CHECK_RC(store_migrate(&fixture->store, &fixture->op, &applied), RC_CONFIG);
        CHECK_RC(store_check_schema(&fixture->store, &fixture->op), RC_CONFIG);
}

static bool migrate(struct racer *racer)
{
        int applied = 0;
        int *sum = racer->user;
        if (store_migrate(&racer->fixture->store, &racer->op, &applied) != RC_OK)
                return false;
        __atomic_fetch_add(sum, applied, __ATOMIC_SEQ_CST);
        return true;
}

CONTRACT(of_programs_that_migrate_at_once_one_does)
{
        static const char *const tables[] = {"schema_version",
                                             "settings",
                                             "logs",
                                             "log_tree",
                                             "log_bundles",
                                             "log_tiles",
                                             "signing_keys",
                                             "jobs",
                                             "api_keys",
                                             "breakers",
                                             "limits",
                                             "phone_verifications",
                                             "email_verifications",
                                             "face_challenges",
                                             "face_frames",
                                             "face_verifications",
                                             "id_card_verifications",
                                             "consents",
                                             "people",
                                             "sessions"};
        int applied = 0;
        BEGIN(tx, TX_WRITE);
        for (size_t i = 0; i < LEN(tables); i++) {
                char sql[64];
                snprintf(sql, sizeof(sql), "DROP TABLE %s", tables[i]);
                CHECK_OK(tx_script(&tx, sql));
        }
        CHECK_OK(tx_commit(&tx));
        CHECK_RC(store_check_schema(&fixture->store, &fixture->op), RC_CONFIG);
        CHECK(race(fixture, 8, migrate, &applied) == 8);
        CHECK(applied == (int)migrations_len);
}

static bool append(struct racer *racer)
{
        for (int i = 0; i < 20; i++) {
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) != RC_OK ||
                    event_append(&tx, EVENT_PHONE_SENT, NULL, STR_NULL, NOW_MS) != RC_OK)
                        return false;
                /* Every fourth thinks better of it, in the midst of others' batches. */
                if (i % 4 == 3)
                        continue;
                if (tx_commit(&tx) != RC_OK)
                        return false;
        }
        return true;
}

CONTRACT(many_writers_all_get_through_and_their_rollbacks_are_their_own)
{
        int64_t commits, transactions, commits_before, before;
        db_count_commits(fixture->store.db, &commits_before, &before);
        CHECK(race(fixture, 32, append, NULL) == 32);
        CHECK(count(fixture, "logs") == 32 * 15);
        db_count_commits(fixture->store.db, &commits, &transactions);
        CHECK(transactions - before == 32 * 15);
        if (fixture->sqlite) /* commits are shared */
                CHECK(commits - commits_before < (transactions - before) / 2);
}

CONTRACT(all_of_it_is_there_after_a_restart)
{
        struct session session, again;
        make_session(fixture, "key-1", &session);
        fixture_reopen(fixture, NULL);
        BEGIN(tx, TX_READ);
        CHECK_OK(session_load_by_key(&tx, STR("key-1"), &again));
        CHECK_STR(again.phone, "+821012345678");
}

static bool hold(struct racer *racer)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        enum tx_mode mode = TX_READ;
        racer->op.deadline_ms = clock_mono_ms() + 300;
        if (store_begin(&racer->fixture->store, &racer->op, mode, &tx) != RC_OK)
                return racer->op.rc == RC_UNAVAILABLE;
        usleep(600000);
        return false;
}

CONTRACT(who_gets_no_connection_in_time_is_told_so)
{
        struct db_options options = {.connections_max = 2};
        fixture_reopen(fixture, &options);
        int64_t began = clock_mono_ms();
        CHECK(race(fixture, 5, hold, NULL) == 3);
        CHECK(clock_mono_ms() - began < 2000);
        CHECK(count(fixture, "logs") == 0);
}

/* A story of several statements, of which the fault_at-th call fails. */
static bool story(struct fixture *fixture)
{
        struct session session;
        struct job job;
        struct session_new new = {.key = STR("key-1"), .phone = STR("+821012345678"), .now_ms = NOW_MS};
        struct job_new job_new = {.kind = "sms", .now_ms = NOW_MS};
        struct code_new code = {.address = STR("+821012345678"), .now_ms = NOW_MS};
        char id[ID_MAX];
        struct tx tx CLEANUP(tx_rollback) = {0};
        return store_begin(&fixture->store, &fixture->op, TX_WRITE, &tx) == RC_OK &&
               session_insert(&tx, &new, &session) == RC_OK &&
               code_insert(&tx, &session, &code, id) == RC_OK &&
               job_insert(&tx, &session, &job_new, &job) == RC_OK &&
               event_append(&tx, EVENT_SESSION_CREATED, session.id, STR_NULL, NOW_MS) == RC_OK &&
               tx_commit(&tx) == RC_OK;
}

CONTRACT(whichever_call_fails_nothing_is_left_half_done)
{
        int failed = 0;
        for (int at = 1;; at++, failed++) {
                atomic_store(&fixture->fault_at, at);
                bool done = story(fixture);
                atomic_store(&fixture->fault_at, 0);
                int64_t rows = done ? 1 : 0;
                if (!done)
                        CHECK(fixture->op.rc == RC_UNAVAILABLE);
                op_forgive(&fixture->op);
                CHECK(count(fixture, "sessions") == rows && count(fixture, "jobs") == rows);
                CHECK(count(fixture, "phone_verifications") == rows && count(fixture, "logs") == rows);
                if (done)
                        break;
        }
        CHECK(failed == 7);
}

CONTRACT(sealed_columns_that_change_places_do_not_open)
{
        struct session one, two, again;
        make_session(fixture, "key-1", &one);
        make_session(fixture, "key-2", &two);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(TX_EXEC(&tx, "UPDATE sessions SET phone = email WHERE id = $1", NULL, db_words(one.id)));
        CHECK_RC(session_load(&tx, str_from(one.id), &again), RC_INTERNAL);
        CHECK_OK(TX_EXEC(&tx,
                         "UPDATE sessions SET wrapped_key = (SELECT wrapped_key FROM sessions WHERE id = $1) "
                         "WHERE id = $2",
                         NULL, db_words(one.id), db_words(two.id)));
        CHECK_RC(session_load(&tx, str_from(two.id), &again), RC_INTERNAL);
}
