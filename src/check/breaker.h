/*
 * The breaker of SMS. People who ask for a code type it in; who has messages sent to be paid for them, or to
 * annoy, does not. So when of the last SMS_BREAKER_WINDOW codes that went out, and that people had time for,
 * fewer than SMS_BREAKER_SHARE came back, sending stops for SMS_BREAKER_PAUSE_MINUTES. Then it is half open:
 * a few go out on trial, and if enough of those come back it closes, else the pause begins anew.
 *
 * Whether it is open stands in the store, for all processes and over restarts, and changes only if it still
 * is what it was judged by. The codes themselves are what is counted, so that a send costs no statement more:
 * once a second whoever sends looks, and what he saw holds for the others of his process until then.
 */
#pragma once

#include "check/service.h"

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN, BREAKER_STATE_COUNT };

const char *breaker_state_name(enum breaker_state state); /* "closed" …; static */

struct breaker_view {
        enum breaker_state state;
        int64_t changed_at_ms;   /* closed or opened; 0: never */
        int64_t half_open_at_ms; /* where it is open or half open */
};

void breaker_init(struct breaker_seen *seen);

/* How it stands, for those who watch. Always closed where SMS_BREAKER_WINDOW is 0. */
NODISCARD enum rc breaker_read(struct tx *tx, const struct conf *conf, int64_t now_ms,
                               struct breaker_view *ret);

/* Judge it anew, where it was not done within the last second. To be called before the transaction that
 * sends. A store that cannot be asked fails the op: nothing is sent that was not judged. */
NODISCARD enum rc breaker_look(struct op *op, struct service *svc);
/* Whether an SMS may go out now: RC_RATE_LIMIT_EXCEEDED with what its reply carries, and *ret_refused as by
 * otp_limit_send, where it may not. Half open, it takes one of the trials. */
NODISCARD enum rc breaker_pass(struct tx *tx, struct service *svc, int64_t now_ms, const char **ret_refused);
