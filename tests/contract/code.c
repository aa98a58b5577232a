#include "contract/contract.h"

#include <stdio.h>
#include <unistd.h>

CONTRACT(a_code_is_found_by_session_address_link_and_reference)
{
        struct session session, other;
        struct code code;
        char id[ID_MAX];
        make_session(fixture, "key-1", &session);
        make_session(fixture, "key-2", &other);
        struct code_new new = {.channel = CODE_EMAIL,
                               .address = STR("hong@example.org"),
                               .hash = {7},
                               .link = STR("link-1"),
                               .job_id = STR("job-1"),
                               .now_ms = NOW_MS,
                               .expires_at_ms = NOW_MS + 600000};
        BEGIN(tx, TX_WRITE);
        CHECK_OK(code_insert(&tx, &session, &new, id));
        CHECK_OK(code_load_latest(&tx, &session, CODE_EMAIL, STR("hong@example.org"), &code));
        CHECK(strcmp(code.id, id) == 0 && code.hash[0] == 7 && code.attempts == 0);
        CHECK(code.delivery == CODE_QUEUED && code.expires_at_ms == NOW_MS + 600000);
        CHECK_STR(code.address, "hong@example.org");
        CHECK_STR(code.job_id, "job-1");
        CHECK_RC(code_load_latest(&tx, &session, CODE_EMAIL, STR("b@example.org"), &code),
                 RC_NO_PENDING_VERIFICATION);
        CHECK_RC(code_load_latest(&tx, &session, CODE_PHONE, STR_NULL, &code), RC_NO_PENDING_VERIFICATION);
        CHECK_OK(code_load_by_link(&tx, CODE_EMAIL, STR("link-1"), &code));
        CHECK(strcmp(code.session_id, session.id) == 0 && str_is_null(code.address));
        CHECK_OK(code_set_delivery(&tx, CODE_EMAIL, id, CODE_SENT, STR("ref-1")));
        CHECK_OK(code_load_by_provider_ref(&tx, CODE_EMAIL, STR("ref-1"), &code));
        CHECK(code.delivery == CODE_SENT);
        CHECK_OK(code_set_delivery(&tx, CODE_EMAIL, id, CODE_DELIVERED, STR_NULL));
        CHECK_OK(code_set_delivery(&tx, CODE_EMAIL, id, CODE_SENT, STR_NULL));
        CHECK_OK(code_load(&tx, &session, CODE_EMAIL, str_from(id), &code));
        CHECK(code.delivery == CODE_DELIVERED);
        CHECK_STR(code.provider_ref, "ref-1");
        CHECK_RC(code_load(&tx, &other, CODE_EMAIL, str_from(id), &code), RC_VERIFICATION_NOT_FOUND);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(a_new_code_voids_the_one_before_on_its_channel_only)
{
        struct session session;
        struct code code;
        char first[ID_MAX], second[ID_MAX], mail[ID_MAX];
        int64_t attempts;
        make_session(fixture, "key-1", &session);
        make_code(fixture, &session, CODE_PHONE, first);
        make_code(fixture, &session, CODE_EMAIL, mail);
        make_code(fixture, &session, CODE_PHONE, second);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(code_count_attempt(&tx, CODE_PHONE, first, 5, NOW_MS, &attempts));
        CHECK(attempts == 0);
        CHECK_OK(code_count_attempt(&tx, CODE_PHONE, second, 5, NOW_MS, &attempts));
        CHECK(attempts == 1);
        CHECK_OK(code_count_attempt(&tx, CODE_EMAIL, mail, 5, NOW_MS, &attempts));
        CHECK(attempts == 1);
        CHECK_OK(code_load_latest(&tx, &session, CODE_PHONE, STR_NULL, &code));
        CHECK(strcmp(code.id, second) == 0);
        CHECK_OK(code_void(&tx, CODE_PHONE, second, NOW_MS));
        CHECK_RC(code_load_latest(&tx, &session, CODE_PHONE, STR_NULL, &code), RC_NO_PENDING_VERIFICATION);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(a_code_is_used_once_in_time_and_within_its_attempts)
{
        struct session session;
        char id[ID_MAX];
        int64_t attempts, wrong;
        bool won;
        make_session(fixture, "key-1", &session);
        make_code(fixture, &session, CODE_PHONE, id);
        BEGIN(tx, TX_WRITE);
        for (int64_t i = 1; i <= 6; i++) {
                CHECK_OK(code_count_attempt(&tx, CODE_PHONE, id, 5, NOW_MS, &attempts));
                CHECK(attempts == (i <= 5 ? i : 0));
        }
        CHECK_OK(code_count_wrong(&tx, CODE_PHONE, session.id, &wrong));
        CHECK(wrong == 5);
        CHECK_OK(code_count_attempt(&tx, CODE_PHONE, id, 9, NOW_MS + 600000, &attempts));
        CHECK(attempts == 0);
        CHECK_OK(code_mark_used(&tx, CODE_PHONE, id, NOW_MS + 600000, &won));
        CHECK(!won);
        CHECK_OK(code_mark_used(&tx, CODE_PHONE, id, NOW_MS, &won));
        CHECK(won);
        CHECK_OK(code_mark_used(&tx, CODE_PHONE, id, NOW_MS, &won));
        CHECK(!won);
        CHECK_OK(code_count_attempt(&tx, CODE_PHONE, id, 9, NOW_MS, &attempts));
        CHECK(attempts == 0);
        CHECK_OK(tx_commit(&tx));
}

/* As the story does it: look, then count and commit, then compare. */
static bool guess(struct racer *racer)
{
        const char *id = racer->user;
        struct code code;
        int64_t attempts = 0;
        struct tx look CLEANUP(tx_rollback) = {0};
        if (store_begin(&racer->fixture->store, &racer->op, TX_READ, &look) != RC_OK ||
            code_load(&look, NULL, CODE_PHONE, str_from(id), &code) != RC_OK)
                return false;
        tx_rollback(&look);
        usleep(1000 * (2 + (unsigned)racer->index % 19));
        struct tx tx CLEANUP(tx_rollback) = {0};
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               code_count_attempt(&tx, CODE_PHONE, id, 5, NOW_MS, &attempts) == RC_OK &&
               tx_commit(&tx) == RC_OK && attempts > 0;
}

CONTRACT(of_two_hundred_parallel_guesses_five_are_evaluated)
{
        for (int run = 0; run < 20; run++) {
                struct session session;
                char id[ID_MAX], key[16];
                snprintf(key, sizeof(key), "key-%d", run);
                make_session(fixture, key, &session);
                make_code(fixture, &session, CODE_PHONE, id);
                CHECK(race(fixture, 200, guess, id) == 5);
        }
}

/* The same with the defence taken out: what was read decides. It shows that the race is a race. */
static bool guess_naively(struct racer *racer)
{
        const char *id = racer->user;
        struct code code;
        struct tx look CLEANUP(tx_rollback) = {0};
        if (store_begin(&racer->fixture->store, &racer->op, TX_READ, &look) != RC_OK ||
            code_load(&look, NULL, CODE_PHONE, str_from(id), &code) != RC_OK)
                return false;
        tx_rollback(&look);
        usleep(1000 * (2 + (unsigned)racer->index % 19));
        struct tx tx CLEANUP(tx_rollback) = {0};
        return code.attempts < 5 && store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               TX_EXEC(&tx, "UPDATE phone_verifications SET attempts = $2 WHERE id = $1", NULL, db_words(id),
                       db_int(code.attempts + 1)) == RC_OK &&
               tx_commit(&tx) == RC_OK;
}

CONTRACT(without_the_atomic_count_more_than_five_would_be_evaluated)
{
        struct session session;
        char id[ID_MAX];
        make_session(fixture, "key-1", &session);
        make_code(fixture, &session, CODE_PHONE, id);
        CHECK(race(fixture, 200, guess_naively, id) > 5);
}

static bool use(struct racer *racer)
{
        bool won = false;
        struct tx tx CLEANUP(tx_rollback) = {0};
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               code_mark_used(&tx, CODE_EMAIL, racer->user, NOW_MS, &won) == RC_OK &&
               tx_commit(&tx) == RC_OK && won;
}

CONTRACT(of_two_hundred_that_use_a_code_at_once_one_does)
{
        struct session session;
        char id[ID_MAX];
        make_session(fixture, "key-1", &session);
        make_code(fixture, &session, CODE_EMAIL, id);
        CHECK(race(fixture, 200, use, id) == 1);
}

/* Twelve codes, a second between them: of each four one was used, one delivered, one refused by its provider,
 * and one is still queued. */
CONTRACT(of_the_last_codes_that_went_out_those_that_came_back_are_counted)
{
        struct session session;
        char id[ID_MAX];
        int64_t sent, returned;
        bool won;
        make_session(fixture, "key-1", &session);
        BEGIN(tx, TX_WRITE);
        for (int i = 0; i < 12; i++) {
                struct code_new new = {.channel = CODE_PHONE,
                                       .address = STR("+821012345678"),
                                       .now_ms = NOW_MS + i * 1000,
                                       .expires_at_ms = NOW_MS + 600000};
                CHECK_OK(code_insert(&tx, &session, &new, id));
                if (i % 4 == 0)
                        CHECK_OK(code_mark_used(&tx, CODE_PHONE, id, NOW_MS + i * 1000, &won));
                if (i % 4 == 1)
                        CHECK_OK(code_set_delivery(&tx, CODE_PHONE, id, CODE_DELIVERED, STR("ref")));
                if (i % 4 == 2)
                        CHECK_OK(code_set_delivery(&tx, CODE_PHONE, id, CODE_UNDELIVERED, STR_NULL));
        }
        CHECK_OK(code_count_returned(&tx, CODE_PHONE, 0, NOW_MS + 12000, 100, &sent, &returned));
        CHECK(sent == 6 && returned == 3);
        CHECK_OK(code_count_returned(&tx, CODE_PHONE, 0, NOW_MS + 12000, 3, &sent, &returned));
        CHECK(sent == 3 && returned == 1);
        CHECK_OK(code_count_returned(&tx, CODE_PHONE, NOW_MS, NOW_MS + 4000, 100, &sent, &returned));
        CHECK(sent == 2 && returned == 1);
}
