#include "contract/contract.h"

#include <stdio.h>
#include <unistd.h>

static struct job_claim claim_of(const char *owner, int64_t now_ms)
{
        return (struct job_claim){.owner = str_from(owner), .max = 10, .lease_ms = 30000, .now_ms = now_ms};
}

static void insert(struct fixture *fixture, const struct session *session, const char *owner, struct job *ret)
{
        struct job_new new = {.kind = "sms",
                              .subject_id = STR("code-1"),
                              .payload = STR("{\"to\":\"+821012345678\"}"),
                              .lease_owner = str_from(owner),
                              .lease_ms = 30000,
                              .now_ms = NOW_MS};
        BEGIN(tx, TX_WRITE);
        CHECK_OK(job_insert(&tx, session, &new, ret));
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(a_job_is_claimed_once_and_done_once)
{
        struct session session;
        struct job made, *jobs, again;
        size_t len;
        bool held;
        make_session(fixture, "key-1", &session);
        insert(fixture, &session, NULL, &made);
        CHECK(made.state == JOB_QUEUED && made.attempts == 0);
        BEGIN(tx, TX_WRITE);
        struct job_claim claim = claim_of("w1", NOW_MS), other = claim_of("w2", NOW_MS + 1);
        claim.kind = "mail";
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 0);
        claim.kind = "sms";
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 1 && strcmp(jobs[0].id, made.id) == 0 && jobs[0].attempts == 1 && !jobs[0].exhausted);
        CHECK_STR(jobs[0].payload, "{\"to\":\"+821012345678\"}");
        CHECK_STR(jobs[0].kind, "sms");
        CHECK_STR(jobs[0].subject_id, "code-1");
        CHECK(jobs[0].lease_until_ms == NOW_MS + 30000);
        struct job job = jobs[0];
        CHECK_OK(job_claim(&tx, &other, &jobs, &len));
        CHECK(len == 0);
        CHECK_OK(job_finish(&tx, &job, NOW_MS + 2, &held));
        CHECK(held);
        CHECK_OK(job_finish(&tx, &job, NOW_MS + 3, &held));
        CHECK(!held);
        CHECK_OK(job_load(&tx, str_from(made.id), &again));
        CHECK(again.state == JOB_DONE && again.finished_at_ms == NOW_MS + 2 && str_is_null(again.payload));
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(a_job_may_be_born_leased)
{
        struct job made, *jobs;
        size_t len;
        bool held;
        int64_t queued, leased, next;
        insert(fixture, NULL, "w1", &made);
        CHECK(made.state == JOB_LEASED && made.attempts == 1);
        BEGIN(tx, TX_WRITE);
        struct job_claim claim = claim_of("w2", NOW_MS + 29999);
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 0);
        CHECK_OK(job_count(&tx, &queued, &leased, &next));
        CHECK(queued == 0 && leased == 1 && next == NOW_MS + 30000);
        CHECK_OK(job_extend(&tx, &made, NOW_MS + 60000, &held));
        CHECK(held);
        claim.now_ms = NOW_MS + 30000;
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 0);
        CHECK_OK(job_finish(&tx, &made, NOW_MS, &held));
        CHECK(held);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(a_dead_workers_job_is_taken_over_and_he_comes_too_late)
{
        struct job first, *jobs;
        size_t len;
        bool held;
        insert(fixture, NULL, "w1", &first);
        BEGIN(tx, TX_WRITE);
        struct job_claim claim = claim_of("w2", NOW_MS + 30000);
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 1 && jobs[0].attempts == 2);
        struct job second = jobs[0];
        CHECK_OK(job_finish(&tx, &first, NOW_MS, &held));
        CHECK(!held);
        CHECK_OK(job_retry(&tx, &first, NOW_MS, "UNAVAILABLE", &held));
        CHECK(!held);
        /* The same worker again, by another lease, is another too. */
        claim = claim_of("w2", NOW_MS + 60000);
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 1 && jobs[0].attempts == 3 && !jobs[0].exhausted);
        CHECK_OK(job_finish(&tx, &second, NOW_MS, &held));
        CHECK(!held);
        /* Three tries, and all their workers died: who claims it now is told not to run it. */
        claim = claim_of("w3", NOW_MS + 90000);
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 1 && jobs[0].exhausted);
        CHECK_OK(job_fail(&tx, &jobs[0], "TIMED_OUT", NOW_MS + 90001, &held));
        CHECK(held);
        claim.now_ms = NOW_MS * 2;
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 0);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(a_retried_job_waits_its_time)
{
        struct job job, *jobs, again;
        size_t len;
        bool held;
        int64_t deleted, freed;
        insert(fixture, NULL, "w1", &job);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(job_retry(&tx, &job, NOW_MS + 5000, "DELIVERY_FAILED", &held));
        CHECK(held);
        struct job_claim claim = claim_of("w2", NOW_MS + 4999);
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 0);
        claim.now_ms = NOW_MS + 5000;
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 1);
        CHECK_STR(jobs[0].error, "DELIVERY_FAILED");
        CHECK_OK(job_free_expired_leases(&tx, NOW_MS + 34999, &freed));
        CHECK(freed == 0);
        CHECK_OK(job_free_expired_leases(&tx, NOW_MS + 35000, &freed));
        CHECK(freed == 1);
        claim.now_ms = NOW_MS + 35000;
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 1 && jobs[0].attempts == 3);
        CHECK_OK(job_fail(&tx, &jobs[0], "DELIVERY_FAILED", NOW_MS + 40000, &held));
        CHECK(held);
        CHECK_OK(job_load(&tx, str_from(job.id), &again));
        CHECK(again.state == JOB_FAILED);
        CHECK_OK(job_clean(&tx, NOW_MS + 40000, &deleted));
        CHECK(deleted == 0);
        CHECK_OK(job_clean(&tx, NOW_MS + 40001, &deleted));
        CHECK(deleted == 1);
        CHECK_OK(tx_commit(&tx));
}

struct claims {
        _Atomic int claimed[64];
        _Atomic int wrong;
};

/* Claim by threes until there is nothing left; finish what was had. */
static bool work(struct racer *racer)
{
        struct claims *claims = racer->user;
        char owner[16];
        snprintf(owner, sizeof(owner), "w%d", racer->index);
        for (;;) {
                struct job *jobs;
                size_t len = 0;
                struct job_claim claim = claim_of(owner, NOW_MS);
                claim.max = 3;
                struct tx tx CLEANUP(tx_rollback) = {0};
                if (store_begin(&racer->fixture->store, &racer->op, TX_WRITE, &tx) != RC_OK ||
                    job_claim(&tx, &claim, &jobs, &len) != RC_OK)
                        return false;
                for (size_t i = 0; i < len; i++) {
                        bool held = false;
                        int64_t number;
                        if (job_finish(&tx, &jobs[i], NOW_MS, &held) != RC_OK || !held ||
                            !str_to_int(jobs[i].payload, 0, 63, &number))
                                atomic_fetch_add(&claims->wrong, 1);
                        else
                                atomic_fetch_add(&claims->claimed[number], 1);
                }
                if (tx_commit(&tx) != RC_OK)
                        return false;
                if (len == 0)
                        return true;
        }
}

CONTRACT(workers_at_once_share_the_jobs_and_take_none_twice)
{
        static struct claims claims;
        claims = (struct claims){0};
        for (int i = 0; i < 64; i++) {
                struct job job;
                char number[8];
                snprintf(number, sizeof(number), "%d", i);
                struct job_new new = {.kind = "sms", .payload = str_from(number), .now_ms = NOW_MS};
                BEGIN(tx, TX_WRITE);
                CHECK_OK(job_insert(&tx, NULL, &new, &job));
                CHECK_OK(tx_commit(&tx));
        }
        /* A worker may see nothing while others hold rows locked, and leave early; somebody does them all. */
        CHECK(race(fixture, 16, work, &claims) == 16);
        CHECK(atomic_load(&claims.wrong) == 0);
        for (int i = 0; i < 64; i++)
                CHECK(atomic_load(&claims.claimed[i]) == 1);
}

CONTRACT(a_job_that_was_put_back_has_lost_no_attempt)
{
        struct job made, *jobs;
        bool held;
        size_t len;
        struct job_new new = {.kind = "k", .lease_owner = STR("one"), .lease_ms = 60000, .now_ms = NOW_MS};
        struct job_claim claim = {.owner = STR("two"), .max = 1, .lease_ms = 1000, .now_ms = NOW_MS + 1};
        BEGIN(tx, TX_WRITE);
        CHECK_OK(job_insert(&tx, NULL, &new, &made));
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 0);
        CHECK_OK(job_put_back(&tx, &made, NOW_MS + 1, &held));
        CHECK(held);
        CHECK_OK(job_put_back(&tx, &made, NOW_MS + 1, &held));
        CHECK(!held);
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 1 && jobs[0].attempts == 1);
        CHECK_OK(tx_commit(&tx));
}

CONTRACT(a_job_that_cannot_be_opened_holds_up_no_other)
{
        struct session damaged, session;
        struct job made, *jobs;
        size_t len;
        make_session(fixture, "key-1", &damaged);
        make_session(fixture, "key-2", &session);
        struct job_new new = {.kind = "k", .payload = STR("secret"), .now_ms = NOW_MS};
        struct job_claim claim = {.owner = STR("w"), .max = 1, .lease_ms = 1000, .now_ms = NOW_MS + 5};
        BEGIN(tx, TX_WRITE);
        CHECK_OK(job_insert(&tx, &damaged, &new, &made));
        new.now_ms++;
        CHECK_OK(job_insert(&tx, &session, &new, &made));
        CHECK_OK(TX_EXEC(&tx, "UPDATE sessions SET wrapped_key = $2 WHERE id = $1", NULL,
                         db_words(damaged.id), db_blob(STR("noise"))));
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 1 && str_is_null(jobs[0].payload));
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 1 && str_equal(jobs[0].payload, STR("secret")));
        CHECK_OK(tx_commit(&tx));
}
