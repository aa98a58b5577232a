/*
 * What the stories of check/ work with: opened once at the start, shared by all threads, read-only but for
 * the queues, the bell, the breaker and the counters, which take care of themselves.
 */
#pragma once

#include "base/bell.h"
#include "base/lane.h"
#include "blob/blob.h"
#include "check/verdicts.h"
#include "conf/conf.h"
#include "crypto/jws.h"
#include "store/job.h"

#include <stdatomic.h>

enum {
        CLOCK_SLACK_MS = 60000, /* what the clocks of two machines may differ by */
        /* Longer than any job takes, yet a dead worker's is over within a minute. */
        LEASE_MAX_MS = 45000,
};

struct consent_text;

/* Sending waits for the network, reading images for a core: neither may hold up the other. */
enum lane_kind { LANE_SEND, LANE_IMAGE, LANE_COUNT };

/* What this process last saw of the breaker of SMS (check/breaker.h). */
struct breaker_seen {
        _Atomic int64_t look_at_ms;   /* of clock_mono_ms: when it is looked at next */
        _Atomic int64_t opened_at_ms; /* 0: it is closed */
};

struct service {
        const struct conf *conf;
        struct store *store;
        const struct vault *vault;
        struct blob_store *blobs;
        struct keyring *keyring;
        const struct consent_text *consent;
        char owner[JOB_OWNER_MAX];      /* names this process in leases */
        struct bell bell;               /* jobs, by id: their outcome; sessions, by id: something changed */
        struct lane *lanes[LANE_COUNT]; /* to the workers of this process; NULL where it has none */
        atomic_int waiting;             /* for an outcome, see errand_wait */
        struct breaker_seen sms_breaker;
        struct verdicts verdicts;
        void (*on_change)(void *ctx, const char *session_id); /* may be NULL */
        void *on_change_ctx;
        char issuer[300]; /* PUBLIC_ORIGIN, or the address we listen on */
};

/* Something that /status shows has changed and is committed. From any thread. */
void service_changed(struct service *svc, const char *session_id);

/* A job and the memory it lies in, on its way from who committed it to a worker. */
struct slip {
        struct arena arena;
        struct job job;
};

struct slip *slip_new(const struct job *job);
void slip_free(struct slip *slip);

/*
 * A job being submitted: insert it in the story's transaction, send it off once that is committed, and wait
 * for its outcome if the answer wants it. Workers of this process get it by hand, others find it in the
 * store.
 */
struct errand {
        struct service *svc;
        enum lane_kind lane;
        struct job job;
        bool by_hand;
        bool listening;
        struct bell_wait wait;
};

NODISCARD enum rc errand_insert(struct tx *tx, struct service *svc, enum lane_kind lane,
                                const struct session *session, const struct job_new *new, struct errand *ret);
void errand_send_off(struct errand *errand);
/* JOB_DONE with *ret_rc RC_OK, JOB_FAILED with the reason, or JOB_QUEUED where it is still being tried after
 * `max_ms`; much sooner where many wait, lest a provider that hangs takes all threads from those who ask for
 * something else. */
enum job_state errand_wait(struct op *op, struct errand *errand, int64_t max_ms, enum rc *ret_rc);
/* For CLEANUP; a zeroed errand is fine. */
void errand_release(struct errand *errand);
