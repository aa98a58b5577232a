#include "contract/contract.h"

static const struct limit_rule five = {.name = "five", .window_s = 3600, .max = 5};

static bool take_at(struct fixture *fixture, const struct limit_rule *rule, const char *key, int64_t now_ms,
                    int64_t *ret_retry)
{
        bool allowed;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(limit_take(&tx, rule, str_from(key), now_ms, &allowed, ret_retry));
        CHECK_OK(tx_commit(&tx));
        return allowed;
}

CONTRACT(a_limit_slides_and_has_no_edge)
{
        int64_t retry, left;
        const int64_t minute = 60000;
        CHECK(take_at(fixture, &five, "a", NOW_MS, &retry));
        for (int i = 0; i < 4; i++)
                CHECK(take_at(fixture, &five, "a", NOW_MS + 59 * minute, &retry));
        CHECK(!take_at(fixture, &five, "a", NOW_MS + 59 * minute, &retry) && retry == 60);
        CHECK(take_at(fixture, &five, "b", NOW_MS + 59 * minute, &retry));
        /* One comes free with the first; the four later ones still count. */
        CHECK(take_at(fixture, &five, "a", NOW_MS + 60 * minute, &retry));
        CHECK(!take_at(fixture, &five, "a", NOW_MS + 61 * minute, &retry) && retry == 58 * 60);
        BEGIN(tx, TX_READ);
        CHECK_OK(limit_peek(&tx, &five, STR("a"), NOW_MS + 61 * minute, &left, &retry));
        CHECK(left == 0 && retry == 58 * 60);
        CHECK_OK(limit_peek(&tx, &five, STR("a"), NOW_MS + 119 * minute, &left, &retry));
        CHECK(left == 4 && retry == 0);
        CHECK_OK(limit_peek(&tx, &five, STR("c"), NOW_MS, &left, &retry));
        CHECK(left == 5);
}

CONTRACT(what_is_given_back_can_be_taken_again)
{
        int64_t retry;
        for (int i = 0; i < 5; i++)
                CHECK(take_at(fixture, &five, "a", NOW_MS + i, &retry));
        CHECK(!take_at(fixture, &five, "a", NOW_MS + 5, &retry));
        BEGIN(tx, TX_WRITE);
        CHECK_OK(limit_give_back(&tx, &five, STR("a")));
        CHECK_OK(limit_give_back(&tx, &five, STR("never taken")));
        CHECK_OK(tx_commit(&tx));
        CHECK(take_at(fixture, &five, "a", NOW_MS + 6, &retry));
        CHECK(!take_at(fixture, &five, "a", NOW_MS + 7, &retry));
}

CONTRACT(a_limit_of_nothing_is_no_limit_and_large_ones_hold)
{
        static const struct limit_rule off = {.name = "off", .window_s = 60, .max = 0},
                                       large = {.name = "large", .window_s = 60, .max = 250};
        int64_t retry;
        int allowed = 0;
        for (int i = 0; i < 20; i++)
                CHECK(take_at(fixture, &off, "a", NOW_MS, &retry));
        for (int i = 0; i < 300; i++)
                allowed += take_at(fixture, &large, "a", NOW_MS + i, &retry);
        CHECK(allowed <= 250 && allowed >= 245);
        CHECK(!take_at(fixture, &large, "a", NOW_MS + 300, &retry) && retry > 0 && retry <= 60);
        CHECK(take_at(fixture, &large, "a", NOW_MS + 61000, &retry));
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
        int64_t retry;
        struct tx tx CLEANUP(tx_rollback) = {0};
        return store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) == RC_OK &&
               limit_take(&tx, &five, STR("a"), NOW_MS, &allowed, &retry) == RC_OK &&
               tx_commit(&tx) == RC_OK && allowed;
}

CONTRACT(of_two_hundred_parallel_takes_five_are_allowed)
{
        CHECK(race(fixture, 200, take, NULL) == 5);
}
