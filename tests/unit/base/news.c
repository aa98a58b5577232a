#include "base/bell.h"
#include "base/lane.h"
#include "unit/test.h"

struct pair {
        struct bell bell;
        struct lane lane;
};

static void *ring_after(void *arg)
{
        struct pair *pair = arg;
        bell_ring(&pair->bell, "nobody listens", 1);
        bell_ring(&pair->bell, "job-1", 7);
        return NULL;
}

TEST(bell_tells_those_who_listen)
{
        struct pair pair;
        struct bell_wait wait, other;
        bell_init(&pair.bell);
        bell_listen(&pair.bell, "job-1", &wait);
        bell_listen(&pair.bell, "job-2", &other);
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, ring_after, &pair) == 0);
        int value = 0;
        CHECK(bell_wait(&wait, clock_mono_ms() + 5000, &value) && value == 7);
        pthread_join(thread, NULL);
        CHECK(!bell_wait(&other, clock_mono_ms() + 1, &value));
        bell_leave(&pair.bell, &wait);
        bell_leave(&pair.bell, &other);
        bell_ring(&pair.bell, "job-1", 1);
        bell_release(&pair.bell);
}

TEST(bell_keeps_the_first_ring_though_it_came_before_the_wait)
{
        struct bell bell;
        struct bell_wait wait;
        int value;
        bell_init(&bell);
        bell_listen(&bell, "a", &wait);
        bell_ring(&bell, "a", 3);
        CHECK(bell_wait(&wait, 0, &value) && value == 3);
        bell_ring(&bell, "a", 4);
        CHECK(bell_wait(&wait, 0, &value) && value == 3);
        bell_leave(&bell, &wait);
        bell_release(&bell);
}

static void *take_one(void *arg)
{
        return lane_take(&((struct pair *)arg)->lane, clock_mono_ms() + 5000);
}

TEST(lane_is_bounded_and_in_order)
{
        struct pair pair;
        int a, b, c;
        lane_init(&pair.lane, 2);
        CHECK(lane_take(&pair.lane, 0) == NULL);
        CHECK(lane_put(&pair.lane, &a) && lane_put(&pair.lane, &b) && !lane_put(&pair.lane, &c));
        CHECK(!lane_has_room(&pair.lane));
        CHECK(lane_take(&pair.lane, 0) == &a);
        CHECK(lane_put(&pair.lane, &c));
        lane_close(&pair.lane);
        CHECK(!lane_put(&pair.lane, &a));
        CHECK(lane_take(&pair.lane, 0) == &b && lane_take(&pair.lane, 0) == &c);
        lane_release(&pair.lane);
}

TEST(lane_wakes_a_sleeper)
{
        struct pair pair;
        int item;
        void *taken;
        pthread_t thread;
        lane_init(&pair.lane, 2);
        CHECK(pthread_create(&thread, NULL, take_one, &pair) == 0);
        CHECK(lane_put(&pair.lane, &item));
        pthread_join(thread, &taken);
        CHECK(taken == &item);
        lane_release(&pair.lane);
}
