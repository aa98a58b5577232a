#include "base/crew.h"
#include "base/clock.h"
#include "base/fiber.h"
#include "base/park.h"
#include "unit/test.h"

#include <pthread.h>
#include <time.h>

static void sleep_ms(long ms)
{
        nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static bool becomes(const atomic_int *value, int wanted)
{
        for (int i = 0; i < 5000 && *value != wanted; i++)
                sleep_ms(1);
        return *value == wanted;
}

struct job {
        struct crew_task task;
        struct park *park, *other;
        int64_t wait_ms; /* at most; INT64_MAX: no end */
        atomic_int *begun, *woken, *late;
};

static struct job *job_of(struct crew_task *task)
{
        return (struct job *)((char *)task - offsetof(struct job, task));
}

static void wait_in_park(struct crew_task *task)
{
        struct job *job = job_of(task);
        atomic_fetch_add(job->begun, 1);
        int64_t until = job->wait_ms == INT64_MAX ? INT64_MAX : clock_mono_ms() + job->wait_ms;
        atomic_fetch_add(park_wait(job->park, until) ? job->woken : job->late, 1);
}

TEST(crew_runs_more_tasks_at_a_time_than_it_has_threads)
{
        enum { TASKS = 50, HANDS = 16 };
        struct crew *crew = crew_new(&(struct crew_options){.threads = 2, .hands = HANDS, .queue = TASKS});
        struct park park = {0};
        struct job jobs[TASKS];
        atomic_int begun = 0, woken = 0, late = 0;
        for (int i = 0; i < TASKS; i++) {
                jobs[i] = (struct job){{wait_in_park}, &park, NULL, INT64_MAX, &begun, &woken, &late};
                CHECK(crew_push(crew, &jobs[i].task));
        }
        CHECK(becomes(&begun, HANDS)); /* no more than may run, though none has ended */
        sleep_ms(20);
        CHECK(begun == HANDS && crew_waiting(crew) == TASKS - HANDS);
        park_wake(&park);
        crew_free(crew); /* waits for all */
        CHECK(begun == TASKS && woken == TASKS && late == 0);
}

TEST(crew_refuses_what_its_queue_cannot_hold)
{
        struct crew *crew = crew_new(&(struct crew_options){.threads = 1, .hands = 1, .queue = 1});
        struct park park = {0};
        struct job jobs[3];
        atomic_int begun = 0, woken = 0, late = 0;
        for (int i = 0; i < 3; i++)
                jobs[i] = (struct job){{wait_in_park}, &park, NULL, INT64_MAX, &begun, &woken, &late};
        CHECK(crew_push(crew, &jobs[0].task) && becomes(&begun, 1));
        CHECK(crew_push(crew, &jobs[1].task));
        CHECK(!crew_push(crew, &jobs[2].task));
        park_wake(&park);
        crew_close(crew);
        CHECK(!crew_push(crew, &jobs[2].task));
        crew_free(crew);
        CHECK(woken == 2);
}

static void *wait_as_thread(void *arg)
{
        wait_in_park(&((struct job *)arg)->task);
        return NULL;
}

TEST(park_wakes_threads_and_hands_alike)
{
        struct crew *crew = crew_new(&(struct crew_options){.threads = 2, .hands = 4, .queue = 4});
        struct park park = {0};
        struct job jobs[8];
        pthread_t threads[4];
        atomic_int begun = 0, woken = 0, late = 0;
        for (int i = 0; i < 8; i++)
                jobs[i] = (struct job){{wait_in_park}, &park, NULL, 10000, &begun, &woken, &late};
        for (int i = 0; i < 4; i++) {
                CHECK(crew_push(crew, &jobs[i].task));
                CHECK(pthread_create(&threads[i], NULL, wait_as_thread, &jobs[4 + i]) == 0);
        }
        CHECK(becomes(&begun, 8));
        sleep_ms(20);
        park_wake(&park);
        for (int i = 0; i < 4; i++)
                pthread_join(threads[i], NULL);
        crew_free(crew);
        CHECK(woken == 8 && late == 0);
}

TEST(park_tells_a_hand_that_its_time_has_come)
{
        struct crew *crew = crew_new(&(struct crew_options){.threads = 1, .hands = 3, .queue = 3});
        struct park never = {0}, soon = {0};
        atomic_int begun = 0, woken = 0, late = 0;
        struct job jobs[] = {{{wait_in_park}, &never, NULL, 30, &begun, &woken, &late},
                             {{wait_in_park}, &soon, NULL, 10000, &begun, &woken, &late},
                             {{wait_in_park}, &never, NULL, 0, &begun, &woken, &late}};
        for (size_t i = 0; i < LEN(jobs); i++)
                CHECK(crew_push(crew, &jobs[i].task));
        CHECK(becomes(&late, 2) && woken == 0);
        park_wake(&soon);
        crew_free(crew);
        CHECK(woken == 1 && late == 2);
}

/* Two by two: each wakes the other's park and waits in its own, whose deadline comes about when it is woken.
 */
static void meet(struct crew_task *task)
{
        struct job *job = job_of(task);
        int64_t until = job->wait_ms == INT64_MAX ? INT64_MAX : clock_mono_ms() + job->wait_ms;
        park_wake(job->other);
        if (!park_wait(job->park, until)) {
                atomic_fetch_add(job->late, 1);
                park_wait(job->park, INT64_MAX); /* it is woken in the end */
        }
        atomic_fetch_add(job->woken, 1);
}

TEST(crew_loses_no_wake_that_crosses_with_a_deadline)
{
        enum { ROUNDS = 300, PAIRS = 16 };
        struct crew *crew = crew_new(&(struct crew_options){.threads = 3, .hands = 48, .queue = 2 * PAIRS});
        atomic_int woken = 0, late = 0;
        for (int round = 0; round < ROUNDS; round++) {
                struct park parks[2 * PAIRS] = {0};
                struct job jobs[2 * PAIRS];
                for (int i = 0; i < 2 * PAIRS; i++) {
                        jobs[i] =
                            (struct job){{meet}, &parks[i], &parks[i ^ 1], i % 3 == 0 ? INT64_MAX : i % 2,
                                         NULL,   &woken,    &late};
                        CHECK(crew_push(crew, &jobs[i].task));
                }
                CHECK(becomes(&woken, (round + 1) * 2 * PAIRS));
        }
        crew_free(crew);
        CHECK(woken == ROUNDS * 2 * PAIRS);
}

static void note_identity(struct crew_task *task)
{
        struct job *job = job_of(task);
        const void *mine = fiber_identity();
        atomic_fetch_add(job->begun, 1);
        park_wait(job->park, INT64_MAX);
        atomic_fetch_add(mine == fiber_identity() ? job->woken : job->late, 1);
        job->other = (struct park *)(uintptr_t)mine;
}

TEST(fiber_identity_is_kept_and_nobody_elses)
{
        struct crew *crew = crew_new(&(struct crew_options){.threads = 1, .hands = 2, .queue = 2});
        struct park park = {0};
        atomic_int begun = 0, woken = 0, late = 0;
        struct job jobs[] = {{{note_identity}, &park, NULL, 0, &begun, &woken, &late},
                             {{note_identity}, &park, NULL, 0, &begun, &woken, &late}};
        CHECK(crew_push(crew, &jobs[0].task) && crew_push(crew, &jobs[1].task) && becomes(&begun, 2));
        park_wake(&park);
        crew_free(crew);
        CHECK(woken == 2 && late == 0 && jobs[0].other != jobs[1].other);
        CHECK(jobs[0].other != fiber_identity() && hand_self() == NULL);
}
