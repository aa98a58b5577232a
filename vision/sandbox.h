/*
 * The cell in which hostile bytes are parsed. sandbox_lock gives up, for good and for the whole process,
 * files, network, other processes, new programs and privileges; what is left is memory, the clock, and
 * reading and writing one descriptor. Everything that needs a file is loaded before.
 */
#pragma once

#include "base/op.h"

/* What took hold. Whatever the kernel is too old for is false or 0; the filter of system calls and the limits
 * are never optional. */
struct sandbox {
        bool filtered;    /* system calls; false only in builds that measure (sanitizers) */
        int landlock_abi; /* 0: the kernel has none */
        bool no_new_code; /* memory that was writable never becomes executable */
        bool unprivileged;
};

/* Lock the calling process in. `fd` stays usable; every other descriptor but stderr is closed, and stderr
 * leads nowhere. No other thread may be running. RC_INTERNAL where a part that is not optional did not take
 * hold. */
NODISCARD enum rc sandbox_lock(struct op *op, int fd, struct sandbox *ret);

/* Try the forbidden operation `name` from where we are. Returns its errno, 0 where it worked, -1 where there
 * is no such operation. In a locked process most of them do not return at all. */
int sandbox_probe(const char *name);
