/*
 * Challenges of active liveness: what a session was asked to do before the camera, and whether it is still
 * worth something. Its id is the nonce that the frames come back with.
 */
#pragma once

#include "store/session.h"

struct challenge_new {
        struct str actions; /* as doc/challenge.h writes them */
        int64_t now_ms, expires_at_ms;
};

/* Voids the session's earlier ones. In a tx that has loaded the session for writing, of two at once one
 * stays. */
NODISCARD enum rc challenge_insert(struct tx *tx, const struct session *session,
                                   const struct challenge_new *new, char ret_id[ID_MAX]);

struct challenge_taken {
        struct str actions;
        int64_t created_at_ms;
};

/* Use it, which one call does and no other: RC_CHALLENGE_NOT_FOUND where it is not the session's, void, or
 * used, RC_CHALLENGE_EXPIRED where its time is over. Undone with the tx. */
NODISCARD enum rc challenge_take(struct tx *tx, const struct session *session, struct str id, int64_t now_ms,
                                 struct challenge_taken *ret);

/* Cleanup, after the clock was set back: void those that a later time has given. */
NODISCARD enum rc challenge_void_made_after(struct tx *tx, int64_t after_ms, int64_t now_ms);
/* Cleanup: delete those that expired before `before_ms`. */
NODISCARD enum rc challenge_clean(struct tx *tx, int64_t before_ms);
