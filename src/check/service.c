#include "check/service.h"

enum {
        SLIP_MAX = 256 * 1024,
        WAITING_MANY = 32, /* half of the threads that http has for stories */
        WAIT_MANY_MS = 250,
        LOOK_MS = 250, /* how often the store is asked for the outcome of a job that others do */
};

void service_changed(struct service *svc, const char *session_id)
{
        bell_ring(&svc->bell, session_id, 0);
        if (svc->on_change)
                svc->on_change(svc->on_change_ctx, session_id);
}

struct slip *slip_new(const struct job *job)
{
        struct slip *slip = x_new(1, sizeof(*slip));
        arena_init(&slip->arena, SLIP_MAX);
        slip->job = *job;
        slip->job.kind = arena_copy(&slip->arena, job->kind);
        slip->job.session_id = arena_copy(&slip->arena, job->session_id);
        slip->job.subject_id = arena_copy(&slip->arena, job->subject_id);
        slip->job.payload = arena_copy(&slip->arena, job->payload);
        slip->job.lease_owner = arena_copy(&slip->arena, job->lease_owner);
        slip->job.error = arena_copy(&slip->arena, job->error);
        return slip;
}

void slip_free(struct slip *slip)
{
        if (slip == NULL)
                return;
        arena_release(&slip->arena);
        x_free(slip);
}

enum rc errand_insert(struct tx *tx, struct service *svc, enum lane_kind lane, const struct session *session,
                      const struct job_new *new, struct errand *ret)
{
        struct lane *to = svc->lanes[lane];
        struct job_new job = *new;
        *ret = (struct errand){.svc = svc, .lane = lane, .by_hand = to && lane_has_room(to)};
        if (ret->by_hand) {
                job.lease_owner = str_from(svc->owner);
                job.lease_ms = LEASE_MAX_MS;
        }
        enum rc rc = job_insert(tx, session, &job, &ret->job);
        if (rc != RC_OK)
                return rc;
        bell_listen(&svc->bell, ret->job.id, &ret->wait);
        ret->listening = true;
        return RC_OK;
}

void errand_send_off(struct errand *errand)
{
        struct lane *to = errand->svc->lanes[errand->lane];
        if (!errand->by_hand) {
                if (to)
                        lane_nudge(to);
                return;
        }
        struct slip *slip = slip_new(&errand->job);
        if (!lane_put(to, slip)) /* filled up since: the lease runs out and somebody finds it */
                slip_free(slip);
}

static enum job_state ask_store(struct op *op, struct errand *errand, enum rc *ret_rc)
{
        struct tx tx CLEANUP(tx_rollback) = {0};
        struct job job;
        if (store_begin(errand->svc->store, op, TX_READ, &tx) != RC_OK ||
            job_load(&tx, str_from(errand->job.id), &job) != RC_OK) {
                op_forgive(op);
                return JOB_QUEUED;
        }
        enum rc rc = RC_DELIVERY_FAILED;
        if (job.state == JOB_FAILED && job.error.ptr)
                rc = rc_from_code(arena_copy(&op->arena, job.error).ptr);
        *ret_rc = job.state == JOB_DONE ? RC_OK : rc;
        return job.state;
}

static enum job_state wait_until(struct op *op, struct errand *errand, int64_t until, enum rc *ret_rc)
{
        for (;;) {
                int64_t now = clock_mono_ms();
                int value;
                int64_t look = errand->by_hand ? until : MIN(until, now + LOOK_MS);
                if (bell_wait(&errand->wait, look, &value)) {
                        *ret_rc = (enum rc)value;
                        return value == RC_OK ? JOB_DONE : JOB_FAILED;
                }
                if (clock_mono_ms() >= until)
                        return JOB_QUEUED;
                enum job_state state = ask_store(op, errand, ret_rc);
                if (state == JOB_DONE || state == JOB_FAILED)
                        return state;
        }
}

enum job_state errand_wait(struct op *op, struct errand *errand, int64_t max_ms, enum rc *ret_rc)
{
        bool many = atomic_fetch_add(&errand->svc->waiting, 1) >= WAITING_MANY;
        int64_t wait_ms = MIN(many ? MIN(max_ms, (int64_t)WAIT_MANY_MS) : max_ms, op_left_ms(op));
        enum job_state state = wait_until(op, errand, clock_mono_ms() + wait_ms, ret_rc);
        atomic_fetch_sub(&errand->svc->waiting, 1);
        return state;
}

void errand_release(struct errand *errand)
{
        if (errand->listening)
                bell_leave(&errand->svc->bell, &errand->wait);
        errand->listening = false;
}
