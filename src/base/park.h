/*
 * A place where flows of control sleep until something has happened once. A thread sleeps on a futex, with no
 * mutex to queue for on waking, which is what makes it cheaper than a condition variable where many sleep and
 * wake all the time; one of a crew (base/crew.h) steps aside and its thread goes on with another.
 */
#pragma once

#include "base/util.h"

#include <stdatomic.h>

struct park {
        /* 0, or 1 once it has happened; before that bits that say that threads sleep, or that the list is
         * being changed, and the list of those of crews that sleep (park_sleeper). */
        _Atomic uintptr_t state;
};

/* Sleep until it has happened (true: what the waker wrote before is seen) or the time has come (false).
 * INT64_MAX: no end. */
bool park_wait(struct park *park, int64_t until_mono_ms);
/* It has happened: wake all that sleep, and all that come later. The park itself may be gone as soon as a
 * sleeper sees it: nothing of it is read after that. */
void park_wake(struct park *park);
bool park_happened(const struct park *park);
