/*
 * After SECRET_KEY has changed: wrap the keys of sessions anew under the current secret, and make the hashes
 * anew by which they are found, a few rows at a time, while others go on. What only the old secret could find
 * afterwards are identity numbers, which are not kept: their hashes stay as they are.
 */
#pragma once

#include "store/session.h"

struct rewrapped {
        int64_t done, damaged; /* the latter do not open under any secret, and were left */
        char last[ID_MAX];     /* where to go on */
        bool more;
};

/* The sessions behind `after` ("" to begin with), at most `max` of them. */
NODISCARD enum rc rewrap_sessions(struct tx *tx, const char *after, int64_t max, struct rewrapped *ret);
