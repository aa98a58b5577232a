#include "contract/contract.h"
#include "crypto/vault.h"

#include <stdio.h>

CONTRACT(a_session_is_found_by_id_and_by_key_and_comes_back_whole)
{
        struct session made, by_id, by_key;
        make_session(fixture, "key-1", &made);
        BEGIN(tx, TX_READ);
        CHECK_OK(session_load(&tx, str_from(made.id), &by_id));
        CHECK_OK(session_load_by_key(&tx, STR("key-1"), &by_key));
        CHECK(id_valid(str_from(made.id)) && strcmp(by_id.id, made.id) == 0 &&
              strcmp(by_key.id, made.id) == 0);
        CHECK(memcmp(by_id.data_key, made.data_key, 32) == 0);
        CHECK(by_id.status == SESSION_PENDING && by_id.full && by_id.lang == LANG_EN && by_id.version == 1);
        CHECK_STR(by_id.expected_name, "홍길동");
        CHECK_STR(by_id.expected_birth_date, "1990-01-01");
        CHECK_STR(by_id.metadata, "{\"order\":1}");
        CHECK_STR(by_id.phone, "+821012345678");
        CHECK_STR(by_id.email, "hong@example.org");
        CHECK_STR(by_id.rp_id, "rp-1");
        CHECK_STR(by_id.ip, "192.0.2.1");
        CHECK(by_id.created_at_ms == NOW_MS && by_id.expires_at_ms == NOW_MS + 86400000);
        CHECK(str_is_null(by_id.verified_phone) && str_is_null(by_id.result) && !by_id.erased);
}

CONTRACT(what_is_not_there_is_said_to_be_not_there)
{
        struct session session;
        struct code code;
        struct document document;
        struct face face;
        struct job job;
        struct apikey apikey;
        make_session(fixture, "key-1", &session);
        BEGIN(tx, TX_READ);
        CHECK_RC(session_load(&tx, STR("nothing"), &session), RC_SESSION_NOT_FOUND);
        CHECK_RC(session_load_by_key(&tx, STR("key-2"), &session), RC_SESSION_NOT_FOUND);
        CHECK_RC(session_load_by_token(&tx, STR("token"), &session), RC_SESSION_NOT_FOUND);
        CHECK_RC(code_load_latest(&tx, &session, CODE_PHONE, STR_NULL, &code), RC_NO_PENDING_VERIFICATION);
        CHECK_RC(code_load(&tx, NULL, CODE_EMAIL, STR("x"), &code), RC_VERIFICATION_NOT_FOUND);
        CHECK_RC(code_load_by_link(&tx, CODE_EMAIL, STR("x"), &code), RC_VERIFICATION_NOT_FOUND);
        CHECK_RC(document_load(&tx, NULL, STR("x"), &document), RC_VERIFICATION_NOT_FOUND);
        CHECK_RC(face_load(&tx, NULL, STR("x"), &face), RC_VERIFICATION_NOT_FOUND);
        CHECK_RC(job_load(&tx, STR("x"), &job), RC_NOT_FOUND);
        CHECK_RC(apikey_find(&tx, STR("x"), &apikey), RC_UNAUTHORIZED);
}

static void advance(struct fixture *fixture, struct session *session, enum session_status to,
                    const struct session_proof *proof, bool expected)
{
        bool moved;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(session_advance(&tx, session, SESSION_IN(to - 1), to, proof, NOW_MS + to, &moved));
        CHECK(moved == expected);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(a_session_goes_through_its_steps_and_never_back)
{
        struct session session, again;
        make_session(fixture, "key-1", &session);
        struct session_proof phone = {.phone = STR("+821099998888")}, email = {.email = STR("a@example.org")},
                             card = {.name = STR("홍길동"), .birth_date = STR("1990-01-01")};
        advance(fixture, &session, SESSION_EMAIL_VERIFIED, &email, false);
        advance(fixture, &session, SESSION_PHONE_VERIFIED, &phone, true);
        advance(fixture, &session, SESSION_PHONE_VERIFIED, &phone, false);
        advance(fixture, &session, SESSION_EMAIL_VERIFIED, &email, true);
        advance(fixture, &session, SESSION_ID_CARD_VERIFIED, &card, true);
        advance(fixture, &session, SESSION_FACE_VERIFIED, NULL, true);
        advance(fixture, &session, SESSION_PHONE_VERIFIED, &phone, false);
        CHECK(session.version == 5);
        BEGIN(tx, TX_READ);
        CHECK_OK(session_load(&tx, str_from(session.id), &again));
        CHECK(again.status == SESSION_FACE_VERIFIED && again.version == 5);
        CHECK_STR(again.verified_phone, "+821099998888");
        CHECK_STR(again.verified_email, "a@example.org");
        CHECK_STR(again.verified_name, "홍길동");
        CHECK_STR(again.verified_birth_date, "1990-01-01");
        CHECK(again.phone_verified_at_ms == NOW_MS + SESSION_PHONE_VERIFIED);
        CHECK(again.face_verified_at_ms == NOW_MS + SESSION_FACE_VERIFIED && again.completed_at_ms == 0);
}

static struct session_result result_of(int index)
{
        static char json[256][32], token[256][16];
        snprintf(json[index], sizeof(json[index]), "{\"winner\":%d}", index);
        snprintf(token[index], sizeof(token[index]), "token-%d", index);
        return (struct session_result){.token = str_from(token[index]),
                                       .token_expires_at_ms = NOW_MS + 1000,
                                       .json = str_from(json[index])};
}

CONTRACT(a_completed_session_answers_the_same_and_changes_no_more)
{
        struct session session, again;
        bool moved;
        make_session(fixture, "key-1", &session);
        BEGIN(tx, TX_WRITE);
        struct session_result result = result_of(1), other = result_of(2);
        CHECK_OK(session_complete(&tx, &session, SESSION_IN(SESSION_PENDING), &result, NOW_MS + 9, &moved));
        CHECK(moved);
        CHECK_OK(session_complete(&tx, &session, ~0u, &other, NOW_MS + 10, &moved));
        CHECK(!moved);
        CHECK_OK(session_fail(&tx, &session, "WRONG", NOW_MS + 11, &moved));
        CHECK(!moved);
        CHECK_OK(session_expire(&tx, &session, NOW_MS * 2, &moved));
        CHECK(!moved);
        CHECK_OK(tx_commit(&tx));
        BEGIN(read, TX_READ);
        CHECK_OK(session_load_by_token(&read, STR("token-1"), &again));
        CHECK(again.status == SESSION_COMPLETED && again.completed_at_ms == NOW_MS + 9);
        CHECK(again.token_expires_at_ms == NOW_MS + 1000);
        CHECK_STR(again.result, "{\"winner\":1}");
        CHECK_RC(session_load_by_token(&read, STR("token-2"), &again), RC_SESSION_NOT_FOUND);
}

CONTRACT(a_session_past_its_time_cannot_move_and_expires)
{
        struct session session;
        struct str *ids;
        size_t len;
        bool moved;
        make_session(fixture, "key-1", &session);
        BEGIN(tx, TX_WRITE);
        int64_t late = session.expires_at_ms;
        CHECK_OK(session_advance(&tx, &session, SESSION_IN(SESSION_PENDING), SESSION_PHONE_VERIFIED, NULL,
                                 late, &moved));
        CHECK(!moved);
        CHECK_OK(session_expire(&tx, &session, late - 1, &moved));
        CHECK(!moved);
        CHECK_OK(session_expire_due(&tx, late - 1, 10, &ids, &len));
        CHECK(len == 0);
        CHECK_OK(session_expire_due(&tx, late, 10, &ids, &len));
        CHECK(len == 1 && str_equal(ids[0], str_from(session.id)));
        CHECK_OK(session_expire_due(&tx, late, 10, &ids, &len));
        CHECK(len == 0);
        CHECK_OK(session_expire(&tx, &session, late, &moved));
        CHECK(!moved);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(a_failed_session_keeps_its_reason)
{
        struct session session, again;
        bool moved;
        make_session(fixture, "key-1", &session);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(session_fail(&tx, &session, "MAX_ATTEMPTS_EXCEEDED", NOW_MS + 5, &moved));
        CHECK(moved);
        CHECK_OK(session_load(&tx, str_from(session.id), &again));
        CHECK(again.status == SESSION_FAILED && again.failed_at_ms == NOW_MS + 5);
        CHECK_STR(again.failure, "MAX_ATTEMPTS_EXCEEDED");
        CHECK_OK(tx_commit(&tx));
}

static bool complete(struct racer *racer)
{
        struct session session = *(struct session *)racer->user;
        struct session_result result = result_of(racer->index);
        struct tx tx CLEANUP(tx_rollback) = {0};
        bool moved = false;
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               session_complete(&tx, &session, SESSION_IN(SESSION_PENDING), &result, NOW_MS, &moved) ==
                   RC_OK &&
               moved &&
               event_append(&tx, EVENT_VERIFICATION_COMPLETED, session.id, STR_NULL, NOW_MS) == RC_OK &&
               tx_commit(&tx) == RC_OK;
}

CONTRACT(of_two_hundred_that_complete_at_once_one_does)
{
        struct session session;
        struct event *events;
        size_t len;
        int64_t total;
        make_session(fixture, "key-1", &session);
        atomic_store(&fixture->delay_ms, fixture->sqlite ? 2 : 20);
        CHECK(race(fixture, 200, complete, &session) == 1);
        atomic_store(&fixture->delay_ms, 0);
        BEGIN(tx, TX_READ);
        struct event_filter filter = {.by_type = true, .type = EVENT_VERIFICATION_COMPLETED};
        CHECK_OK(event_list(&tx, &filter, (struct page){1, 20}, &events, &len, &total));
        CHECK(total == 1 && len == 1);
}

CONTRACT(sessions_are_listed_by_filter_and_page)
{
        struct session made, *list;
        size_t len;
        int64_t total;
        for (int i = 0; i < 7; i++) {
                char key[16];
                snprintf(key, sizeof(key), "key-%d", i);
                make_session(fixture, key, &made);
        }
        advance(fixture, &made, SESSION_PHONE_VERIFIED,
                &(struct session_proof){.phone = STR("+821077776666")}, true);
        BEGIN(tx, TX_READ);
        struct session_filter all = {0};
        CHECK_OK(session_list(&tx, &all, (struct page){2, 3}, &list, &len, &total));
        CHECK(total == 7 && len == 3);
        CHECK_STR(list[0].expected_name, "홍길동");
        CHECK_OK(session_list(&tx, &all, (struct page){4, 3}, &list, &len, &total));
        CHECK(total == 7 && len == 0);
        struct session_filter by_status = {.by_status = true, .status = SESSION_PHONE_VERIFIED};
        CHECK_OK(session_list(&tx, &by_status, (struct page){1, 3}, &list, &len, &total));
        CHECK(total == 1 && len == 1 && strcmp(list[0].id, made.id) == 0);
        struct session_filter by_phone = {.phone = STR("+821012345678")};
        CHECK_OK(session_list(&tx, &by_phone, (struct page){1, 20}, &list, &len, &total));
        CHECK(total == 7);
        by_phone.phone = STR("+821077776666");
        CHECK_OK(session_list(&tx, &by_phone, (struct page){1, 20}, &list, &len, &total));
        CHECK(total == 1);
        struct session_filter none = {.email = STR("other@example.org"), .rp_id = STR("rp-1")};
        CHECK_OK(session_list(&tx, &none, (struct page){1, 20}, &list, &len, &total));
        CHECK(total == 0 && len == 0);
        struct session_filter when = {.from_ms = NOW_MS, .to_ms = NOW_MS + 1};
        CHECK_OK(session_list(&tx, &when, (struct page){1, 20}, &list, &len, &total));
        CHECK(total == 7);
        when.from_ms = NOW_MS + 1;
        CHECK_OK(session_list(&tx, &when, (struct page){1, 20}, &list, &len, &total));
        CHECK(total == 0);
}

CONTRACT(old_phone_hashes_are_found_after_the_secret_was_rotated)
{
        struct session made, *list;
        size_t len;
        int64_t total;
        make_session(fixture, "key-1", &made);
        CHECK_OK(store_check_secret(&fixture->store, &fixture->op));
        struct str previous = STR("a secret of the tests, 32 bytes or more");
        struct vault *old = fixture->store.vault, *rotated;
        CHECK_OK(vault_new(&fixture->op, STR("another secret of the tests, long enough"), NULL, 0, &rotated));
        fixture->store.vault = rotated;
        CHECK_RC(store_check_secret(&fixture->store, &fixture->op), RC_CONFIG);
        vault_free(&rotated);
        CHECK_OK(
            vault_new(&fixture->op, STR("another secret of the tests, long enough"), &previous, 1, &rotated));
        fixture->store.vault = rotated;
        CHECK_OK(store_check_secret(&fixture->store, &fixture->op));
        BEGIN(tx, TX_READ);
        struct session_filter filter = {.phone = STR("+821012345678")};
        CHECK_OK(session_list(&tx, &filter, (struct page){1, 20}, &list, &len, &total));
        CHECK(total == 1);
        CHECK_STR(list[0].phone, "+821012345678");
        CHECK_OK(tx_commit(&tx));
        vault_free(&old);
}
