/*
 * The allocator of this program, which fails when told to: malloc and its sisters are defined here, so that
 * what libraries allocate goes through it too. One thread at a time may be armed.
 */
#pragma once

#include "base/util.h"

/* From now on, on this thread, let the `at`-th allocation fail, once; 0: none. */
void alloc_arm(int64_t at);

struct alloc_tally {
        int64_t calls; /* allocations since it was armed */
        int64_t held;  /* … that were not freed since */
        bool failed;   /* it has come to the one that fails */
};
struct alloc_tally alloc_disarm(void);
