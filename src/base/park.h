/*
 * A place where threads sleep until something has happened once: a futex, with no mutex to queue for on
 * waking, which is what makes it cheaper than a condition variable where many threads sleep and wake all the
 * time.
 */
#pragma once

#include "base/util.h"

#include <stdatomic.h>

struct park {
        _Atomic uint32_t happened;
};

/* Sleep until it has happened (true: what the waker wrote before is seen) or the time has come (false).
 * INT64_MAX: no end. */
bool park_wait(struct park *park, int64_t until_mono_ms);
/* It has happened: wake all that sleep, and all that come later. The park itself may be gone as soon as a
 * sleeper sees it: nothing of it is read after that. */
void park_wake(struct park *park);
bool park_happened(const struct park *park);
/* Use it anew. Nobody may sleep in it. */
void park_reset(struct park *park);
