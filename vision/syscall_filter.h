/*
 * The allow list of system calls. Anything that is not in it kills the process, but for the few
 * questions of libraries that are merely refused.
 */
#pragma once

#include "base/util.h"

/* Install the filter in all threads. `fd` is the one descriptor that may be read and written. False: errno.
 */
NODISCARD bool syscall_filter_install(int fd);
