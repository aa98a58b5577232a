/*
 * How often the applicant may still try. A session takes so many documents and so many selfies, and one that
 * can be given no more of what it waits for can never be completed.
 */
#pragma once

#include "store/session.h"

/* Whether each picture that the session has not got yet has an upload left of `max`, or one that is still to
 * be judged. Of two last uploads that are judged at once the second to write its verdict sees the first. */
NODISCARD enum rc attempts_are_left(struct tx *tx, const struct session *session, int64_t max, bool *ret);
