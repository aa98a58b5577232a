/*
 * The contract of the store: one suite, run on each backend. CONTRACT(name) { … } registers sqlite_NAME and
 * postgres_NAME; the latter needs an empty database at the URL in BONIN_TEST_POSTGRES, which it wipes, and
 * skips where that is not set. Checks may be made on the test's own thread only; others count what went
 * wrong.
 */
#pragma once

#include "store/apikey.h"
#include "store/code.h"
#include "store/consent.h"
#include "store/erasure.h"
#include "store/event.h"
#include "store/face.h"
#include "store/job.h"
#include "store/limit.h"
#include "store/people.h"
#include "store/session.h"
#include "store/stats.h"
#include "unit/test.h"

#include <stdatomic.h>

enum { NOW = 1800000000 }; /* seconds */
#define NOW_MS ((int64_t)NOW * 1000)

struct fixture {
        struct store store;
        struct op op;
        bool sqlite;
        char url[512];
        char folder[128]; /* of the SQLite file */
        char path[160];
        _Atomic int delay_ms; /* before each statement: 2 to this */
        _Atomic int fault_at; /* the how-many-th call from now fails; 0: none */
};

void contract_run(bool sqlite, void (*body)(struct fixture *fixture));

#define CONTRACT(ident)                                                                                      \
        static void ident(struct fixture *fixture);                                                          \
        TEST(sqlite_##ident)                                                                                 \
        {                                                                                                    \
                contract_run(true, ident);                                                                   \
        }                                                                                                    \
        TEST(postgres_##ident)                                                                               \
        {                                                                                                    \
                contract_run(false, ident);                                                                  \
        }                                                                                                    \
        static void ident(struct fixture *fixture)

/* A tx that rolls back at the end of its scope, on the fixture's op. */
#define BEGIN(name, mode)                                                                                    \
        struct tx name CLEANUP(tx_rollback) = {0};                                                           \
        CHECK_OK(store_begin(&fixture->store, &fixture->op, (mode), &name))

/* Tells why it failed. */
#define CHECK_OK(call)                                                                                       \
        do {                                                                                                 \
                if ((call) != RC_OK)                                                                         \
                        test_fail(__FILE__, __LINE__, fixture->op.why);                                      \
        } while (0)
/* It must fail with this code; the op is forgiven. */
#define CHECK_RC(call, code)                                                                                 \
        do {                                                                                                 \
                enum rc rc_ = (call);                                                                        \
                if (rc_ != (code))                                                                           \
                        test_fail(__FILE__, __LINE__, rc_ == RC_OK ? #call " succeeded" : fixture->op.why);  \
                op_forgive(&fixture->op);                                                                    \
        } while (0)

/* Close the store and open it again, as a restart does. */
void fixture_reopen(struct fixture *fixture, const struct db_options *options);
/* A committed session with everything in it. */
void make_session(struct fixture *fixture, const char *key, struct session *ret);
/* A committed code, sent to 010-1234-5678 or hong@example.org. */
void make_code(struct fixture *fixture, const struct session *session, enum code_channel channel,
               char ret_id[ID_MAX]);

/* A session, and a row of each kind that holds something of a person. */
struct whole {
        struct session session;
        char phone_code[ID_MAX], email_code[ID_MAX], document[ID_MAX], face[ID_MAX], job[ID_MAX];
};
/* Committed, the session completed. */
void make_whole(struct fixture *fixture, const char *key, struct whole *ret);
/* The same rows once more for the session that is in it. */
void make_rows(struct fixture *fixture, struct whole *whole);

/* Run `body` on `len` threads at once; returns how often it said true. Each has an op of its own. */
struct racer {
        struct fixture *fixture;
        struct op op;
        int index;
        void *user;
};
int race(struct fixture *fixture, int len, bool (*body)(struct racer *racer), void *user);
