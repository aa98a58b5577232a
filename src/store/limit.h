/*
 * Limits: at most `max` within any `window_s` seconds, per key (an IP, a number, an address), counted across
 * sessions and machines, in one atomic statement, kept over restarts. The key is stored as a keyed hash.
 *
 * The row keeps the times of the last `max` takes, newest first: a take is allowed where the max-th last is
 * out of the window. So the window truly slides, and there is no edge at which twice the limit passes. Where
 * `max` is over 100, each kept time stands for max/100 takes (rounded up), which errs by that much at most,
 * on the strict side. A clock that jumped back by more than the window starts the row anew, so that nobody is
 * locked out for longer than twice the window.
 */
#pragma once

#include "store/store.h"

struct limit_rule {
        const char *name; /* "sms_hour"; part of the key */
        int64_t window_s;
        int64_t max; /* 0: no limit */
};

/* Take one. *ret_allowed; where not, *ret_retry_after_s (at least 1) says when one will be free. */
NODISCARD enum rc limit_take(struct tx *tx, const struct limit_rule *rule, struct str key, int64_t now_ms,
                             bool *ret_allowed, int64_t *ret_retry_after_s);
/* Give the last one back (a message that could not be sent). */
NODISCARD enum rc limit_give_back(struct tx *tx, const struct limit_rule *rule, struct str key);
/* What is left, and when one more is free (0: now), without taking. */
NODISCARD enum rc limit_peek(struct tx *tx, const struct limit_rule *rule, struct str key, int64_t now_ms,
                             int64_t *ret_left, int64_t *ret_retry_after_s);
/* Cleanup: rows whose windows are over. */
NODISCARD enum rc limit_clean(struct tx *tx, int64_t now_ms, int64_t *ret_deleted);
