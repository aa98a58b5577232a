/*
 * The story of a session: opened by a relying party, walked through step by step, read as a status.
 */
#pragma once

#include "check/service.h"
#include "crypto/token.h"

/* In the order in which they are taken; the session's status counts those that are done. */
enum step { STEP_PHONE, STEP_EMAIL, STEP_ID_CARD, STEP_FACE, STEP_COUNT };

const char *step_name(enum step step); /* "phone" …; static */

struct session_request {
        bool full;
        struct str phone, email; /* as written; null: not given */
        struct str expected_name, expected_birth_date;
        struct str metadata; /* JSON object; null: none */
        struct str rp_id;    /* null: nobody's */
};

/* Open a session. The key is for the applicant alone: it is in *ret_key and nowhere else. */
NODISCARD enum rc session_create(struct op *op, struct service *svc, const struct session_request *request,
                                 struct session *ret, char ret_key[TOKEN_MAX]);

/* Load by session key, whatever its status. RC_SESSION_NOT_FOUND. */
NODISCARD enum rc session_find(struct tx *tx, struct str key, struct session *ret);
/* Whether `step` may be taken now: RC_SESSION_COMPLETED, RC_SESSION_FAILED, RC_SESSION_EXPIRED,
 * RC_ALREADY_VERIFIED or RC_STEP_OUT_OF_ORDER where it may not. */
NODISCARD enum rc session_may(struct op *op, const struct session *session, enum step step, int64_t now_ms);
/* RC_SESSION_COMPLETED, _FAILED or _EXPIRED where the session takes no more. */
NODISCARD enum rc session_is_open(struct op *op, const struct session *session, int64_t now_ms);

/* Within a write: no attempts are left, and without them the session can never be completed: it fails, and
 * the log is told. *ret_failed (may be NULL): it was this call that ended it. */
NODISCARD enum rc session_exhaust(struct tx *tx, struct session *session, int64_t now_ms, bool *ret_failed);

/* What /status tells. */
struct session_view {
        enum session_status status; /* expired as soon as the time is over, also before cleanup notes it */
        int steps_max;              /* 4 or 2 */
        int steps_done;
        int current_step; /* 1 to steps_max */
        int score;        /* 0 to 100 */
        bool verified[STEP_COUNT];
};

void session_view(const struct session *session, int64_t now_ms, struct session_view *ret);
