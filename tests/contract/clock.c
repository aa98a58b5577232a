#include "contract/contract.h"

/* What an hour that is lived again may not bring back: codes, leases and waits of the first time. */
enum { HOUR_MS = 3600 * 1000, LEASE_MS = 45000 };

CONTRACT(the_clock_is_noted_and_told_the_next_time)
{
        int64_t last_ms = -1;
        BEGIN(tx, TX_WRITE);
        CHECK_OK(store_note_clock(&tx, NOW_MS, &last_ms));
        CHECK(last_ms == 0);
        CHECK_OK(store_note_clock(&tx, NOW_MS - HOUR_MS, &last_ms));
        CHECK(last_ms == NOW_MS);
        CHECK_OK(store_note_clock(&tx, NOW_MS, &last_ms));
        CHECK(last_ms == NOW_MS - HOUR_MS);
}

CONTRACT(codes_of_a_later_time_can_be_voided)
{
        struct session session;
        struct code code;
        char id[ID_MAX];
        make_session(fixture, "key-1", &session);
        make_code(fixture, &session, CODE_PHONE, id);
        BEGIN(tx, TX_WRITE);
        CHECK_OK(code_void_made_after(&tx, CODE_PHONE, NOW_MS, NOW_MS));
        CHECK_OK(code_void_made_after(&tx, CODE_EMAIL, NOW_MS - HOUR_MS, NOW_MS));
        CHECK_OK(code_load(&tx, &session, CODE_PHONE, str_from(id), &code));
        CHECK(code.voided_at_ms == 0);
        CHECK_OK(code_void_made_after(&tx, CODE_PHONE, NOW_MS - HOUR_MS, NOW_MS - HOUR_MS));
        CHECK_RC(code_load_latest(&tx, &session, CODE_PHONE, STR_NULL, &code), RC_NO_PENDING_VERIFICATION);
}

static struct job insert(struct fixture *fixture, struct tx *tx, const char *owner, int64_t run_after_ms)
{
        struct job job = {0};
        struct job_new new = {.kind = "sms",
                              .payload = STR("{}"),
                              .lease_owner = str_from(owner),
                              .lease_ms = LEASE_MS,
                              .run_after_ms = run_after_ms,
                              .now_ms = NOW_MS};
        CHECK_OK(job_insert(tx, NULL, &new, &job));
        return job;
}

CONTRACT(jobs_wait_no_longer_for_a_clock_that_was_set_back)
{
        struct job waits, leased, *jobs;
        size_t len;
        int64_t now_ms = NOW_MS - HOUR_MS;
        BEGIN(tx, TX_WRITE);
        waits = insert(fixture, &tx, NULL, NOW_MS + 2000);
        leased = insert(fixture, &tx, "w1", 0);
        CHECK_OK(job_clock_set_back(&tx, now_ms, HOUR_MS, LEASE_MS));
        CHECK_OK(job_load(&tx, str_from(waits.id), &waits));
        CHECK_OK(job_load(&tx, str_from(leased.id), &leased));
        CHECK(waits.run_after_ms == now_ms + 2000 && leased.lease_until_ms == now_ms + LEASE_MS);
        struct job_claim claim = {
            .owner = STR("w2"), .max = 9, .lease_ms = LEASE_MS, .now_ms = now_ms + LEASE_MS};
        CHECK_OK(job_claim(&tx, &claim, &jobs, &len));
        CHECK(len == 2);
}
