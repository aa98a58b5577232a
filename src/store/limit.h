/*
 * Limits: at most one take within a gap, so many within an hour and so many within a day, per key (an IP, a
 * number, an address, a session), counted across sessions and machines, for several rules in one atomic
 * statement, kept over restarts. Keys are stored as keyed hashes.
 *
 * A row keeps the times of the last takes, newest first, as many as its largest window allows: a take is
 * allowed where, for each window, the max-th last is out of it. So the windows truly slide, and there is no
 * edge at which twice the limit passes. Where a maximum is over 100, each kept time stands for a hundredth of
 * it (rounded up), also for the smaller windows beside it, which errs by that much at most, on the strict
 * side; a window that this would make too coarse has a row of its own. A clock that was set back by more than
 * a window frees it, so that nobody is locked out for longer than twice the window.
 *
 * A failure allows nothing: only *ret_allowed does, and it is set in success alone.
 */
#pragma once

#include "store/store.h"

/* 0: no limit. */
struct limit_rule {
        const char *name; /* "sms"; part of the key */
        int64_t gap_s;    /* seconds between two */
        int64_t per_hour, per_day;
        /* All keys take from one: where it is large it is cut into shares that the keys are dealt out to,
         * lest all writers queue for one row. What is left in other shares can still be had. */
        bool shared;
};

enum limit_window { LIMIT_GAP, LIMIT_HOUR, LIMIT_DAY, LIMIT_WINDOWS };

struct limit_taking {
        const struct limit_rule *rule;
        struct str key;
};

struct limit_refusal {
        size_t index;             /* the first of the takings that is refused */
        enum limit_window window; /* and the first of its windows that refuses */
        int64_t retry_after_s;    /* at least 1: when it will be free */
};

enum { LIMIT_TAKINGS_MAX = 4 };

/* Take one of each, or, where one is refused, none. The rules have different names, and one gap at most among
 * them. A shared one comes last: others wait for its row until the transaction is over. */
NODISCARD enum rc limit_take(struct tx *tx, const struct limit_taking *takings, size_t len, int64_t now_ms,
                             bool *ret_allowed, struct limit_refusal *ret_refusal);
/* Give the last ones back (a message that could not be sent). */
NODISCARD enum rc limit_give_back(struct tx *tx, const struct limit_taking *takings, size_t len);
/* What is left in one window (INT64_MAX where it has no limit), and when one more is free (0: now), without
 * taking. */
NODISCARD enum rc limit_peek(struct tx *tx, const struct limit_taking *taking, enum limit_window window,
                             int64_t now_ms, int64_t *ret_left, int64_t *ret_retry_after_s);
/* Cleanup: rows whose windows are over. */
NODISCARD enum rc limit_clean(struct tx *tx, int64_t now_ms, int64_t *ret_deleted);
