/*
 * One request or one job: its name in the logs, its memory, its deadline, who asks, and how it failed. An op
 * belongs to one thread at a time.
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/rc.h"

enum lang { LANG_KO, LANG_EN };

/* Who asks. Views into the op's arena. */
struct client {
        struct str ip;         /* text form; of the peer, or the trusted proxy's word */
        struct str user_agent; /* at most 256 bytes, control bytes taken out */
        enum lang lang;
};

enum { OP_ID_MAX = 33, OP_WHY_MAX = 256, OP_FIELDS_MAX = 8 };

/* A field of the request that was wrong, for `field_errors`. Static words; a name may lie in the op's arena.
 */
struct op_field_error {
        const char *field;
        const char *text_ko;
        const char *text_en;
};

struct op {
        char id[OP_ID_MAX]; /* request_id: 32 hex digits */
        struct arena arena;
        int64_t deadline_ms; /* of clock_mono_ms */
        struct client client;

        /* How it failed: set once by op_fail. */
        enum rc rc;
        char why[OP_WHY_MAX]; /* for the log, technical, English, no personal data */
        struct op_field_error fields[OP_FIELDS_MAX];
        size_t fields_len;

        /* What a reply of this failure also carries; 0 and NULL: nothing. */
        int64_t retry_after_s;
        const char *limit_type;
        int64_t expired_at_ms;
        int64_t max_bytes;
        int attempts_remaining; /* -1: not told */
};

/* `id` NULL makes a random one. */
void op_init(struct op *op, const char *id, size_t memory_max, int64_t timeout_ms);
void op_release(struct op *op);

/* Note how the op failed and return `rc`, for `return op_fail(op, RC_…, "…")`. The first failure stays. */
enum rc op_fail(struct op *op, enum rc rc, const char *why, ...) PRINTF(3, 4);
/* Note a wrong field; fails the op with `rc` (RC_VALIDATION_FAILED or a sharper 422). The texts are static.
 */
enum rc op_fail_field(struct op *op, enum rc rc, const char *field, const char *text_ko, const char *text_en);
#ifdef __clang_analyzer__
/* The analyzer cannot see into op.c: both give back the code that they were given. */
#define op_fail(op, rc, ...)       ((void)op_fail((op), (rc), __VA_ARGS__), (rc))
#define op_fail_field(op, rc, ...) ((void)op_fail_field((op), (rc), __VA_ARGS__), (rc))
#endif
/* Forget a failure, to try another way. */
void op_forgive(struct op *op);
/* Milliseconds left, at least 0. */
int64_t op_left_ms(const struct op *op);
