#include "base/park.h"

#include "base/clock.h"
#include "base/crew.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The state: HAPPENED alone, or the two lower flags and, above them, the first sleeper. */
enum { HAPPENED = 1, THREADS = 2, CHANGING = 4, FLAGS = 7 };

/* One of a crew that sleeps here, on its own stack. */
struct park_sleeper {
        _Alignas(8) struct park_sleeper *next;
        struct hand *hand;
};

static struct park_sleeper *sleepers_of(uintptr_t state)
{
        return (struct park_sleeper *)(state & ~(uintptr_t)FLAGS);
}

bool park_happened(const struct park *park)
{
        return (atomic_load_explicit(&park->state, memory_order_acquire) & HAPPENED) != 0;
}

/* The half of the state that holds the flags: what a futex can compare. */
static uint32_t *flags_of(struct park *park)
{
        uint32_t *halves = (uint32_t *)(void *)&park->state;
        return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? halves : halves + sizeof(park->state) / 4 - 1;
}

static bool wait_thread(struct park *park, int64_t until_mono_ms)
{
        struct timespec until = {until_mono_ms / 1000, (until_mono_ms % 1000) * 1000000};
        const struct timespec *limit = until_mono_ms == INT64_MAX ? NULL : &until;
        for (;;) {
                uintptr_t state = atomic_load_explicit(&park->state, memory_order_acquire);
                if (state & HAPPENED)
                        return true;
                if (!atomic_compare_exchange_weak(&park->state, &state, state | THREADS))
                        continue;
                /* The bitset form takes an absolute time of the monotonic clock. */
                long result = syscall(SYS_futex, flags_of(park), FUTEX_WAIT_BITSET_PRIVATE,
                                      (uint32_t)(state | THREADS), limit, NULL, FUTEX_BITSET_MATCH_ANY);
                if (result != 0 && errno == ETIMEDOUT)
                        return park_happened(park);
        }
}

/* Have the list to oneself, as it was; false where it has happened. Held for a few instructions. */
static bool begin_change(struct park *park, uintptr_t *ret_state)
{
        for (;;) {
                uintptr_t state = atomic_load_explicit(&park->state, memory_order_acquire);
                if (state & HAPPENED)
                        return false;
                if (state & CHANGING)
                        sched_yield();
                else if (atomic_compare_exchange_weak(&park->state, &state, state | CHANGING)) {
                        *ret_state = state;
                        return true;
                }
        }
}

static void end_change(struct park *park, struct park_sleeper *first)
{
        uintptr_t state = atomic_load_explicit(&park->state, memory_order_relaxed), changed;
        do
                changed = (uintptr_t)first | (state & THREADS);
        while (!atomic_compare_exchange_weak(&park->state, &state, changed));
}

static bool enlist(struct park *park, struct park_sleeper *sleeper)
{
        uintptr_t state;
        if (!begin_change(park, &state))
                return false;
        sleeper->next = sleepers_of(state);
        end_change(park, sleeper);
        return true;
}

static bool strike_off(struct park *park, const struct park_sleeper *sleeper)
{
        uintptr_t state;
        if (!begin_change(park, &state))
                return false;
        struct park_sleeper *first = sleepers_of(state), **at = &first;
        while (*at != sleeper)
                at = &(*at)->next;
        *at = sleeper->next;
        end_change(park, first);
        return true;
}

static bool wait_hand(struct park *park, struct hand *hand, int64_t until_mono_ms)
{
        struct park_sleeper sleeper = {.hand = hand};
        if (!enlist(park, &sleeper))
                return true;
        if (hand_sleep(hand, until_mono_ms))
                return true;
        if (strike_off(park, &sleeper))
                return false;
        /* It happened just now: who woke it holds our place in the list, and is about to call. */
        hand_sleep(hand, INT64_MAX);
        return true;
}

bool park_wait(struct park *park, int64_t until_mono_ms)
{
        if (park_happened(park))
                return true;
        struct hand *hand = hand_self();
        return hand ? wait_hand(park, hand, until_mono_ms) : wait_thread(park, until_mono_ms);
}

void park_wake(struct park *park)
{
        uintptr_t state;
        if (!begin_change(park, &state))
                return;
        uint32_t *flags = flags_of(park);
        state = atomic_exchange_explicit(&park->state, HAPPENED, memory_order_acq_rel);
        if (state & THREADS)
                syscall(SYS_futex, flags, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
        for (struct park_sleeper *sleeper = sleepers_of(state), *next; sleeper; sleeper = next) {
                next = sleeper->next;
                hand_wake(sleeper->hand);
        }
}
