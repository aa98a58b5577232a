#include "base/op.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

/* op.h shows the analyzer a simpler form; here are the true ones. */
#undef op_fail
#undef op_fail_field

void op_init(struct op *op, const char *id, size_t memory_max, int64_t timeout_ms)
{
        *op = (struct op){.attempts_remaining = -1, .deadline_ms = clock_mono_ms() + timeout_ms};
        arena_init(&op->arena, memory_max);
        if (id) {
                snprintf(op->id, sizeof(op->id), "%s", id);
                return;
        }
        uint8_t random[16];
        if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
                abort();
        static const char digits[] = "0123456789abcdef";
        for (size_t i = 0; i < sizeof(random); i++) {
                op->id[2 * i] = digits[random[i] >> 4];
                op->id[2 * i + 1] = digits[random[i] & 15];
        }
}

void op_release(struct op *op)
{
        arena_release(&op->arena);
}

enum rc op_fail(struct op *op, enum rc rc, const char *why, ...)
{
        assert(rc != RC_OK);
        if (op->rc != RC_OK)
                return op->rc;
        op->rc = rc;
        va_list args;
        va_start(args, why);
        vsnprintf(op->why, sizeof(op->why), why, args);
        va_end(args);
        return rc;
}

enum rc op_fail_field(struct op *op, enum rc rc, const char *field, const char *text_ko, const char *text_en)
{
        if (op->fields_len < OP_FIELDS_MAX)
                op->fields[op->fields_len++] = (struct op_field_error){field, text_ko, text_en};
        return op_fail(op, rc, "field %s: %s", field, text_en);
}

void op_forgive(struct op *op)
{
        op->rc = RC_OK;
        op->why[0] = '\0';
        op->fields_len = 0;
        op->retry_after_s = 0;
        op->limit_type = NULL;
        op->expired_at_ms = 0;
        op->max_bytes = 0;
        op->attempts_remaining = -1;
}

int64_t op_left_ms(const struct op *op)
{
        int64_t left = op->deadline_ms - clock_mono_ms();
        return left > 0 ? left : 0;
}
