/*
 * Everything that stories need, in a folder of its own: a store, blobs, keys, providers that remember what
 * they were asked to send, and a vision process that accepts everybody. Of the calls that a story makes to
 * the database and to the blobs, one can be made to fail. Jobs run when stage_work says so, on the calling
 * thread, so that the calls of a story come in the same order each time.
 */
#pragma once

#include "check/consent_text.h"
#include "work/runner.h"

enum { STAGE_CODE_MAX = 16 };

struct stage {
        char folder[64];
        struct conf conf;
        struct vault *vault;
        struct store store;
        struct blob_store *blobs;
        struct keyring *keyring;
        struct consent_text *consent;
        struct service svc;
        struct ocr_provider *ocr;
        struct workers_deps deps;
        struct sms_provider sms;
        struct mail_backend mail;
        struct blob_store faulty;  /* the svc's: `blobs`, but for the fault */
        char code[STAGE_CODE_MAX]; /* the last one that was sent */
        int sent;                  /* messages */
        int64_t calls;             /* since stage_fail_at */
        int64_t fail_at;           /* 0: none; the how-many-th call from then on */
        enum rc fail_with;
        bool failed; /* it has come to that call */
        bool held;   /* calls are not counted, and do not fail */
        int left;    /* blobs that could not be removed */
};

/* Checks that it could. There is one at a time. */
void stage_open(struct stage *stage);
void stage_close(struct stage *stage);
/* Count from here, and let the `at`-th call fail with `with`. 0: none. */
void stage_fail_at(struct stage *stage, int64_t at, enum rc with);
/* Count and fail no calls until it is let go; returns how it was. For those who look on. */
bool stage_hold(struct stage *stage, bool hold);
/* Run all jobs to their end, as time passes: retries wait for nothing, and lost leases are over. */
void stage_work(struct stage *stage);
/* An op as a request has it, but without time to wait for a provider. */
void stage_op(struct op *op);
