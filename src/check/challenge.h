/*
 * The story of active liveness: a challenge is given to a session, and once, while it lasts, frames are taken
 * for it.
 */
#pragma once

#include "check/session.h"
#include "check/upload.h"
#include "store/challenge.h"

struct challenge_given {
        char nonce[ID_MAX];
        struct challenge challenge;
        int64_t expires_at_ms;
};

/* Draw one; the session's earlier one is void. Of sessions that wait for their face alone. RC_NOT_FOUND where
 * LIVENESS_MODE is passive, RC_RATE_LIMIT_EXCEEDED where the session has drawn too many. */
NODISCARD enum rc challenge_give(struct op *op, struct service *svc, struct str session_key,
                                 struct challenge_given *ret);

/* What came with a selfie. */
struct challenge_answer {
        struct str nonce;      /* null: none came */
        struct str times;      /* JSON: of each frame, in ms since the challenge was received; null: none */
        struct upload *frames; /* NULL: none */
        int64_t last_ms;       /* the last of the times; challenge_check fills it in */
};

/* Whether it is an answer at all, before anything is looked up: a nonce, frames of a fit number, and as many
 * times that a camera can have taken them at. *ret_active false: nothing came, which is fine unless
 * LIVENESS_MODE is active (RC_CHALLENGE_REQUIRED). */
NODISCARD enum rc challenge_check(struct op *op, const struct service *svc, struct challenge_answer *answer,
                                  bool *ret_active);
/* Use the challenge up, in the transaction that submits its frames. RC_CHALLENGE_NOT_FOUND,
 * RC_CHALLENGE_EXPIRED; RC_VALIDATION_FAILED where the frames tell of more time than has passed since it was
 * given. */
NODISCARD enum rc challenge_use(struct tx *tx, const struct session *session,
                                const struct challenge_answer *answer, int64_t now_ms,
                                struct str *ret_actions);
