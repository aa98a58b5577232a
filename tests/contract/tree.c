#include "store/tree.h"

#include "contract/contract.h"
#include "store/event.h"
#include <time.h>

CONTRACT(tree_is_made_once_and_grows_from_the_size_that_it_had)
{
        struct tree tree;
        bool moved;
        BEGIN(tx, TX_WRITE);
        CHECK_RC(tree_load(&tx, &tree), RC_NOT_FOUND);
        op_forgive(&fixture->op);
        CHECK_OK(tree_insert(&tx, STR("id.example.org/log"), STR("sealed")));
        CHECK_OK(tree_insert(&tx, STR("other.example.org/log"), STR("other")));
        CHECK_OK(tree_load(&tx, &tree));
        CHECK_STR(tree.origin, "id.example.org/log");
        CHECK(tree.size == 0 && tree.number == 0 && tree.checkpoint.len == 0 && tree.frontier.len == 0);
        const struct tree to = {.size = 3, .number = 5, .frontier = STR("f"), .checkpoint = STR("signed\n")};
        CHECK_OK(tree_grow(&tx, 1, &to, &moved));
        CHECK(!moved);
        CHECK_OK(tree_grow(&tx, 0, &to, &moved));
        CHECK(moved);
        CHECK_OK(tree_load(&tx, &tree));
        CHECK(tree.size == 3 && tree.number == 5);
        CHECK_STR(tree.checkpoint, "signed\n");
        CHECK_STR(tree.key, "sealed");
}

CONTRACT(tree_parts_are_found_by_place_and_by_number)
{
        struct str bytes;
        uint64_t position = 0;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(tree_bundle_save(&tx, 0, 1, STR("first")));
        CHECK_OK(tree_bundle_save(&tx, 1, 300, STR("second")));
        CHECK_OK(tree_bundle_save(&tx, 1, 999, STR("second, grown"))); /* where it begins is told once */
        CHECK_OK(tree_bundle_find(&tx, 299, &position));
        CHECK(position == 0);
        CHECK_OK(tree_bundle_find(&tx, 300, &position));
        CHECK(position == 1);
        CHECK_OK(tree_bundle_load(&tx, 1, &bytes));
        CHECK_STR(bytes, "second, grown");
        CHECK_OK(tree_tile_save(&tx, 0, 7, STR("hashes")));
        CHECK_OK(tree_tile_save(&tx, 0, 7, STR("more hashes")));
        CHECK_OK(tree_tile_load(&tx, 0, 7, &bytes));
        CHECK_STR(bytes, "more hashes");
        CHECK_RC(tree_tile_load(&tx, 1, 7, &bytes), RC_NOT_FOUND);
        op_forgive(&fixture->op);
        CHECK_RC(tree_bundle_load(&tx, 2, &bytes), RC_NOT_FOUND);
}

CONTRACT(event_numbers_tell_the_order_and_the_end)
{
        struct event *events;
        size_t len;
        int64_t settled, last, count;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(event_append(&tx, EVENT_PHONE_SENT, "a", STR("{}"), 10));
        CHECK_OK(event_append(&tx, EVENT_PHONE_VERIFIED, "b", STR_NULL, 20));
        CHECK_OK(event_append(&tx, EVENT_EMAIL_SENT, "a", STR_NULL, 5));
        CHECK_OK(event_settle(&tx, &settled));
        CHECK_OK(event_load_after(&tx, 0, 10, &events, &len));
        CHECK(len == 3 && events[2].number == settled && events[0].number < events[1].number);
        CHECK(events[0].type == EVENT_PHONE_SENT && events[0].salt.len == EVENT_SALT_LEN);
        CHECK(!str_equal(events[0].salt, events[1].salt));
        CHECK_OK(event_last_of(&tx, STR("a"), settled, &last));
        CHECK(last == settled);
        CHECK_OK(event_last_of(&tx, STR("a"), settled - 1, &last));
        CHECK(last == events[0].number);
        CHECK_OK(event_last_of(&tx, STR("nobody"), settled, &last));
        CHECK(last == 0);
        CHECK_OK(event_count(&tx, settled - 1, &count));
        CHECK(count == 2);
        CHECK_OK(event_load_after(&tx, events[0].number, 1, &events, &len));
        CHECK(len == 1 && events[0].type == EVENT_PHONE_VERIFIED);
}

/* A transaction that has its number and has not ended must not be passed over. */
static bool append_slowly(struct racer *racer)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        if (store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) != RC_OK ||
            event_append(&tx, EVENT_PHONE_SENT, "slow", STR_NULL, 1) != RC_OK)
                return false;
        nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
        return tx_commit(&tx) == RC_OK;
}

static bool settle(struct racer *racer)
{
        for (int i = 0; i < 20; i++) {
                int64_t settled, before, after;
                {
                        struct tx tx CLEANUP(tx_rollback) = {0};
                        if (store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) != RC_OK ||
                            event_settle(&tx, &settled) != RC_OK ||
                            event_count(&tx, settled, &before) != RC_OK)
                                return false;
                }
                nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(&racer->fixture->store, &racer->op, TX_READ, &tx) != RC_OK ||
                    event_count(&tx, settled, &after) != RC_OK || after != before)
                        return false;
        }
        return true;
}

static bool append_or_settle(struct racer *racer)
{
        int *turn = racer->user;
        bool mine = __atomic_fetch_add(turn, 1, __ATOMIC_SEQ_CST) == 0;
        for (int i = 0; i < 20 && !mine; i++)
                if (!append_slowly(racer))
                        return false;
        return mine ? settle(racer) : true;
}

CONTRACT(event_numbers_that_are_settled_stay_so)
{
        int turn = 0;
        CHECK(race(fixture, 8, append_or_settle, &turn) == 8);
}
