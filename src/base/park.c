#include "base/park.h"

#include "base/clock.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

bool park_happened(const struct park *park)
{
        return atomic_load_explicit(&park->happened, memory_order_acquire) != 0;
}

bool park_wait(struct park *park, int64_t until_mono_ms)
{
        struct timespec until = {until_mono_ms / 1000, (until_mono_ms % 1000) * 1000000};
        const struct timespec *limit = until_mono_ms == INT64_MAX ? NULL : &until;
        while (!park_happened(park)) {
                /* The bitset form takes an absolute time of the monotonic clock. */
                long result = syscall(SYS_futex, &park->happened, FUTEX_WAIT_BITSET_PRIVATE, 0, limit, NULL,
                                      FUTEX_BITSET_MATCH_ANY);
                if (result != 0 && errno == ETIMEDOUT)
                        return park_happened(park);
        }
        return true;
}

void park_wake(struct park *park)
{
        atomic_store_explicit(&park->happened, 1, memory_order_release);
        syscall(SYS_futex, &park->happened, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

void park_reset(struct park *park)
{
        atomic_store_explicit(&park->happened, 0, memory_order_relaxed);
}
