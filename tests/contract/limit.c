#include "contract/contract.h"

#include "store/breaker.h"

#include <stdio.h>
#include <unistd.h>

static const struct limit_rule five = {.name = "five", .per_hour = 5};

static int64_t left_at(struct fixture *fixture, const struct limit_rule *rule, const char *key,
                       enum limit_window window, int64_t now_ms, int64_t *ret_retry)
{
        const struct limit_taking taking = {rule, str_from(key)};
        int64_t left;
        BEGIN(tx, TX_READ);
        CHECK_OK(limit_peek(&tx, &taking, window, now_ms, &left, ret_retry));
        return left;
}

static bool take_at(struct fixture *fixture, const struct limit_rule *rule, const char *key, int64_t now_ms,
                    int64_t *ret_retry)
{
        struct limit_refusal refusal = {0};
        bool allowed;
        const struct limit_taking taking = {rule, str_from(key)};
        BEGIN(tx, TX_WRITE);
        CHECK_OK(limit_take(&tx, &taking, 1, now_ms, &allowed, &refusal));
        CHECK_OK(tx_commit(&tx));
        *ret_retry = refusal.retry_after_s;
        return allowed;
}

CONTRACT(a_limit_slides_and_has_no_edge)
{
        int64_t retry;
        const int64_t minute = 60000;
        CHECK(take_at(fixture, &five, "a", NOW_MS, &retry));
        for (int i = 0; i < 4; i++)
                CHECK(take_at(fixture, &five, "a", NOW_MS + 59 * minute, &retry));
        CHECK(!take_at(fixture, &five, "a", NOW_MS + 59 * minute, &retry) && retry == 60);
        CHECK(take_at(fixture, &five, "b", NOW_MS + 59 * minute, &retry));
        /* One comes free with the first; the four later ones still count. */
        CHECK(take_at(fixture, &five, "a", NOW_MS + 60 * minute, &retry));
        CHECK(!take_at(fixture, &five, "a", NOW_MS + 61 * minute, &retry) && retry == 58 * 60);
        CHECK(left_at(fixture, &five, "a", LIMIT_HOUR, NOW_MS + 61 * minute, &retry) == 0 &&
              retry == 58 * 60);
        CHECK(left_at(fixture, &five, "a", LIMIT_HOUR, NOW_MS + 119 * minute, &retry) == 4 && retry == 0);
        CHECK(left_at(fixture, &five, "c", LIMIT_HOUR, NOW_MS, &retry) == 5);
        CHECK(left_at(fixture, &five, "a", LIMIT_DAY, NOW_MS, &retry) == INT64_MAX && retry == 0);
}

CONTRACT(what_is_given_back_can_be_taken_again)
{
        int64_t retry;
        for (int i = 0; i < 5; i++)
                CHECK(take_at(fixture, &five, "a", NOW_MS + i, &retry));
        CHECK(!take_at(fixture, &five, "a", NOW_MS + 5, &retry));
        BEGIN(tx, TX_WRITE);
        const struct limit_taking back[] = {{&five, STR("a")}, {&five, STR("never taken")}};
        CHECK_OK(limit_give_back(&tx, back, LEN(back)));
        CHECK_OK(tx_commit(&tx));
        CHECK(take_at(fixture, &five, "a", NOW_MS + 6, &retry));
        CHECK(!take_at(fixture, &five, "a", NOW_MS + 7, &retry));
}

CONTRACT(a_limit_of_nothing_is_no_limit_and_large_ones_hold)
{
        static const struct limit_rule off = {.name = "off"}, large = {.name = "large", .per_hour = 250};
        int64_t retry;
        int allowed = 0;
        for (int i = 0; i < 20; i++)
                CHECK(take_at(fixture, &off, "a", NOW_MS, &retry));
        for (int i = 0; i < 300; i++)
                allowed += take_at(fixture, &large, "a", NOW_MS + i, &retry);
        CHECK(allowed <= 250 && allowed >= 245);
        CHECK(!take_at(fixture, &large, "a", NOW_MS + 300, &retry) && retry > 3590 && retry <= 3600);
        CHECK(take_at(fixture, &large, "a", NOW_MS + 3601 * 1000, &retry));
}

CONTRACT(a_clock_that_is_set_back_locks_for_two_windows_at_most)
{
        int64_t retry;
        const int64_t day = 86400000, hour = 3600000;
        for (int i = 0; i < 5; i++)
                CHECK(take_at(fixture, &five, "a", NOW_MS, &retry));
        CHECK(!take_at(fixture, &five, "a", NOW_MS - hour, &retry));
        CHECK(take_at(fixture, &five, "a", NOW_MS - day, &retry));
        for (int i = 0; i < 4; i++)
                CHECK(take_at(fixture, &five, "a", NOW_MS - day, &retry));
        CHECK(!take_at(fixture, &five, "a", NOW_MS - day, &retry));
}

CONTRACT(limits_outlive_a_restart_and_are_cleaned_away)
{
        int64_t retry, deleted;
        for (int i = 0; i < 5; i++)
                CHECK(take_at(fixture, &five, "a", NOW_MS, &retry));
        fixture_reopen(fixture, NULL);
        CHECK(!take_at(fixture, &five, "a", NOW_MS + 1000, &retry));
        BEGIN(tx, TX_WRITE);
        CHECK_OK(limit_clean(&tx, NOW_MS + 3599000, &deleted));
        CHECK(deleted == 0);
        CHECK_OK(limit_clean(&tx, NOW_MS + 3600000, &deleted));
        CHECK(deleted == 1);
        CHECK_OK(tx_commit(&tx));
}

static bool take(struct racer *racer)
{
        bool allowed = false;
        struct limit_refusal refusal;
        const struct limit_taking taking = {&five, STR("a")};
        struct tx tx CLEANUP(tx_rollback) = {0};
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               limit_take(&tx, &taking, 1, NOW_MS, &allowed, &refusal) == RC_OK && tx_commit(&tx) == RC_OK &&
               allowed;
}

static bool take_one(struct tx *tx, const char *key, int64_t now_ms)
{
        struct limit_refusal refusal;
        const struct limit_taking taking = {&five, str_from(key)};
        bool allowed = false;
        return limit_take(tx, &taking, 1, now_ms, &allowed, &refusal) == RC_OK && allowed;
}

/* The first takes from the later row, and from the earlier one when the second has had time to clean. */
static bool take_or_clean(struct racer *racer)
{
        enum { HOUR_MS = 3600 * 1000, TIME_TO_CLEAN_MS = 300 };
        const int64_t late_ms = NOW_MS + 4 * (int64_t)HOUR_MS;
        _Atomic bool *held = racer->user;
        struct tx tx CLEANUP(tx_rollback) = {0};
        for (int i = 0; racer->index == 1 && i < 1000 && !*held; i++)
                usleep(1000);
        if (store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) != RC_OK)
                return false;
        if (racer->index == 1) {
                int64_t deleted;
                return limit_clean(&tx, late_ms, &deleted) == RC_OK && tx_commit(&tx) == RC_OK;
        }
        bool taken = take_one(&tx, "later", late_ms);
        *held = true;
        usleep(TIME_TO_CLEAN_MS * 1000);
        return take_one(&tx, "earlier", late_ms) && taken && tx_commit(&tx) == RC_OK;
}

/* Negative control: without SKIP LOCKED in limit_clean PostgreSQL ends one of the two, as they wait for each
 * other. */
CONTRACT(cleaning_limits_waits_for_nobody_who_takes)
{
        int64_t retry;
        _Atomic bool held = false;
        CHECK(take_at(fixture, &five, "earlier", NOW_MS, &retry));
        CHECK(take_at(fixture, &five, "later", NOW_MS + 2 * 3600 * 1000, &retry));
        CHECK(race(fixture, 2, take_or_clean, &held) == 2);
}

CONTRACT(of_two_hundred_parallel_takes_five_are_allowed)
{
        CHECK(race(fixture, 200, take, NULL) == 5);
}

/* A gap, an hour and a day, as sending has them. */
static const struct limit_rule three = {.name = "three", .gap_s = 60, .per_hour = 3, .per_day = 5};

static bool take_all(struct fixture *fixture, const struct limit_taking *takings, size_t len, int64_t now_ms,
                     struct limit_refusal *ret)
{
        bool allowed;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(limit_take(&tx, takings, len, now_ms, &allowed, ret));
        CHECK_OK(tx_commit(&tx));
        return allowed;
}

/* Control: without one of the three conditions of the statement the refusal by that window is missing. */
CONTRACT(windows_of_one_rule_hold_together_and_are_told_apart)
{
        struct limit_refusal refusal;
        const struct limit_taking a = {&three, STR("a")};
        const int64_t minute = 60000, hour = 60 * minute;
        for (int i = 0; i < 3; i++) {
                CHECK(take_all(fixture, &a, 1, NOW_MS + i * minute, &refusal));
                CHECK(!take_all(fixture, &a, 1, NOW_MS + i * minute + 1000, &refusal));
                CHECK(refusal.window == LIMIT_GAP && refusal.retry_after_s == 59);
        }
        CHECK(!take_all(fixture, &a, 1, NOW_MS + 3 * minute, &refusal));
        CHECK(refusal.window == LIMIT_HOUR && refusal.retry_after_s == 57 * 60);
        CHECK(take_all(fixture, &a, 1, NOW_MS + 2 * hour, &refusal));
        CHECK(take_all(fixture, &a, 1, NOW_MS + 3 * hour, &refusal));
        CHECK(!take_all(fixture, &a, 1, NOW_MS + 4 * hour, &refusal));
        CHECK(refusal.window == LIMIT_DAY && refusal.retry_after_s == 20 * 3600);
        CHECK(take_all(fixture, &a, 1, NOW_MS + 24 * hour, &refusal));
        CHECK(!take_all(fixture, &a, 1, NOW_MS + 24 * hour + 30000, &refusal));
        CHECK(refusal.window == LIMIT_GAP);
}

/* Several rules at once: the first that refuses is named, and of the others nothing is taken. Control:
 * without giving back, the rule of ten is used up by the refusals. */
CONTRACT(of_several_rules_all_allow_or_nothing_is_taken)
{
        static const struct limit_rule ten = {.name = "ten", .per_hour = 10, .per_day = 2000},
                                       two = {.name = "two", .per_hour = 2};
        const struct limit_taking both[] = {{&ten, STR("a")}, {&two, STR("b")}};
        struct limit_refusal refusal;
        int64_t retry;
        for (int i = 0; i < 30; i++)
                CHECK(take_all(fixture, both, 2, NOW_MS + i, &refusal) == (i < 2));
        CHECK(refusal.index == 1 && refusal.window == LIMIT_HOUR && refusal.retry_after_s == 3600);
        CHECK(left_at(fixture, &ten, "a", LIMIT_HOUR, NOW_MS + 30, &retry) == 8);
        CHECK(left_at(fixture, &ten, "a", LIMIT_DAY, NOW_MS + 30, &retry) == 1998);
}

/* A gap cannot be kept in the unit of thousands a day: the rule has two rows then, and both hold. */
CONTRACT(windows_of_very_different_size_hold_each)
{
        static const struct limit_rule wide = {.name = "wide", .gap_s = 1, .per_day = 1000},
                                       narrow = {.name = "narrow", .per_hour = 5000, .per_day = 5};
        int64_t retry;
        for (int i = 0; i < 20; i++) {
                CHECK(take_at(fixture, &wide, "a", NOW_MS + i * 1000, &retry));
                CHECK(!take_at(fixture, &wide, "a", NOW_MS + i * 1000 + 500, &retry) && retry == 1);
        }
        for (int i = 0; i < 25; i++)
                CHECK(take_at(fixture, &narrow, "a", NOW_MS + i, &retry) == (i < 5));
        CHECK(left_at(fixture, &wide, "a", LIMIT_DAY, NOW_MS + 20000, &retry) == 980);
        CHECK(left_at(fixture, &narrow, "a", LIMIT_HOUR, NOW_MS + 20000, &retry) == 4995);
}

static const struct limit_rule everybody = {.name = "all", .per_hour = 1600, .shared = true};

/* Control: without looking into the other shares it ends well before. */
CONTRACT(a_shared_limit_is_one_for_all_keys_to_the_last)
{
        char key[16];
        int64_t retry;
        int allowed = 0;
        for (int i = 0; i < 1700; i++) {
                snprintf(key, sizeof(key), "key-%d", i);
                allowed += take_at(fixture, &everybody, i % 3 ? key : "the same", NOW_MS + i, &retry);
        }
        CHECK(allowed == 1600 && retry > 0 && retry <= 3600);
        CHECK(left_at(fixture, &everybody, "", LIMIT_HOUR, NOW_MS + 1700, &retry) == 0 && retry > 0);
        {
                const struct limit_taking back = {&everybody, STR("key-1")};
                BEGIN(tx, TX_WRITE);
                CHECK_OK(limit_give_back(&tx, &back, 1));
                CHECK_OK(tx_commit(&tx));
        }
        CHECK(left_at(fixture, &everybody, "", LIMIT_HOUR, NOW_MS + 1700, &retry) == 1 && retry == 0);
        CHECK(take_at(fixture, &everybody, "key-2", NOW_MS + 1700, &retry));
        CHECK(!take_at(fixture, &everybody, "key-1", NOW_MS + 1700, &retry));
        CHECK(take_at(fixture, &everybody, "key-1", NOW_MS + 3601 * 1000, &retry));
}

/* As sending takes them: one key each, and one for all. */
static bool take_of_all(struct racer *racer)
{
        static const struct limit_rule few = {.name = "few", .per_hour = 60, .shared = true};
        bool allowed = false;
        char key[16];
        struct limit_refusal refusal;
        struct tx tx CLEANUP(tx_rollback) = {0};
        snprintf(key, sizeof(key), "key-%d", racer->index);
        const struct limit_taking takings[] = {{&five, str_from(key)},
                                               {racer->user ? racer->user : &few, str_from(key)}};
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               limit_take(&tx, takings, 2, NOW_MS, &allowed, &refusal) == RC_OK && tx_commit(&tx) == RC_OK &&
               allowed;
}

CONTRACT(of_two_hundred_parallel_takes_of_a_shared_limit_sixty_are_allowed)
{
        atomic_store(&fixture->delay_ms, 18);
        CHECK(race(fixture, 200, take_of_all, NULL) == 60);
        atomic_store(&fixture->delay_ms, 0);
}

/* The shares are used up in any order: nobody may wait for another in a ring. */
CONTRACT(of_parallel_takes_of_a_cut_limit_all_that_is_left_is_allowed)
{
        char key[16];
        int64_t retry;
        for (int i = 0; i < 1500; i++) {
                snprintf(key, sizeof(key), "key-%d", i);
                CHECK(take_at(fixture, &everybody, key, NOW_MS, &retry));
        }
        CHECK(race(fixture, 200, take_of_all, (void *)(uintptr_t)&everybody) == 100);
}

/* Whichever call to the store fails: nothing is allowed that was not counted. Control: let limit_take set
 * *ret_allowed before it asks. */
CONTRACT(a_store_that_fails_allows_nothing)
{
        enum { BEGIN_IT = 1, TAKE_IT, COMMIT_IT, NONE };
        const struct limit_taking takings[] = {{&five, STR("a")}, {&everybody, STR("a")}};
        for (int at = BEGIN_IT; at <= NONE; at++) {
                bool allowed = false;
                struct limit_refusal refusal;
                int64_t retry;
                enum rc rc;
                {
                        struct tx tx CLEANUP(tx_rollback) = {0};
                        atomic_store(&fixture->fault_at, at);
                        rc = store_begin(&fixture->store, &fixture->op, TX_WRITE, &tx);
                        if (rc == RC_OK)
                                rc = limit_take(&tx, takings, 2, NOW_MS, &allowed, &refusal);
                        if (rc == RC_OK)
                                rc = tx_commit(&tx);
                        atomic_store(&fixture->fault_at, 0);
                }
                CHECK(rc == (at < NONE ? RC_UNAVAILABLE : RC_OK) && allowed == (at > TAKE_IT));
                op_forgive(&fixture->op);
                CHECK(left_at(fixture, &five, "a", LIMIT_HOUR, NOW_MS, &retry) == (at < NONE ? 5 : 4));
        }
}

static bool open_breaker(struct racer *racer)
{
        bool won = false;
        const struct breaker_row *seen = racer->user;
        struct tx tx CLEANUP(tx_rollback) = {0};
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               breaker_change(&tx, "x", seen, !seen->open, NOW_MS + seen->changed_at_ms / 2 + 1, &won) ==
                   RC_OK &&
               tx_commit(&tx) == RC_OK && won;
}

CONTRACT(of_many_that_change_a_breaker_one_does)
{
        struct breaker_row seen;
        for (int i = 0; i < 3; i++) {
                {
                        BEGIN(tx, TX_READ);
                        CHECK_OK(breaker_load(&tx, "x", &seen));
                }
                CHECK(seen.open == (i == 1) && (seen.changed_at_ms == 0) == (i == 0));
                CHECK(race(fixture, 50, open_breaker, &seen) == 1);
        }
}
