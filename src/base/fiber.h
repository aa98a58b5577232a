/*
 * A fiber: a call stack of its own that a thread enters and that leaves again in the middle of what it does,
 * to be entered once more later. Code on it is written as if it had a thread to itself. A fiber is always
 * entered by the thread that made it, since compilers keep the address of thread-local variables in
 * registers.
 *
 * Built on makecontext and swapcontext (POSIX.1-2001), which also keep a hardware shadow stack right;
 * sanitizers are told of every switch.
 */
#pragma once

#include "base/util.h"

struct fiber;

/* Nothing runs yet. `run` never returns: when it has nothing more to do, it leaves. The stack ends in a page
 * that must not be touched. NULL where there is no memory. */
struct fiber *fiber_new(size_t stack_bytes, void (*run)(void *arg), void *arg);
/* Must be outside of `run`, which is not unwound. NULL is fine. */
void fiber_free(struct fiber *fiber);
/* Run it, from the thread's own stack, until it leaves. */
void fiber_enter(struct fiber *fiber);
/* Back to who entered; called on the fiber. */
void fiber_leave(void);

/* Tells flows of control apart: an address of its own for each fiber, and for each thread outside of fibers.
 */
const void *fiber_identity(void);
