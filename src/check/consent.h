/*
 * The story of consent: what an applicant agrees to is written down, with the text that they saw, before the
 * first of their data. Where CONSENT_REQUIRED is set no step begins without it.
 */
#pragma once

#include "check/consent_text.h"
#include "check/session.h"

/* A set of items that were agreed to: CONSENT_OF(STEP_PHONE) | CONSENT_OF(CONSENT_COMPARISON) | … */
#define CONSENT_OF(item) (1u << (item))

/* RC_CONSENT_REQUIRED where the step's item has not been agreed to, and must be. */
NODISCARD enum rc consent_may(struct tx *tx, const struct service *svc, const struct session *session,
                              enum step step);

struct consent_state {
        unsigned given;
        bool missing; /* of an item that the flow needs, where consent is required */
        int64_t last_at_ms;
};

NODISCARD enum rc consent_state(struct tx *tx, const struct service *svc, const struct session *session,
                                struct consent_state *ret);

/* What the applicant saw, and agreed to. All of it must be that of the present text, in one of its languages:
 * else RC_VALIDATION_FAILED, and the text has to be read again. */
struct consent_request {
        struct str session_key;
        struct str version, text_sha256, purpose;
        int64_t retention_days;
        unsigned items;
};

/* Write it down. Items that were agreed to before are not written again. */
NODISCARD enum rc consent_give(struct op *op, struct service *svc, const struct consent_request *request,
                               struct session *ret_session, struct consent_state *ret);

/* "phone,email" and the set, each from the other. */
struct str consent_items_text(struct op *op, unsigned items);
unsigned consent_items_of(struct str text);
