/*
 * The socket that the server listens on.
 */
#pragma once

#include "base/op.h"

/* "HOST:PORT", "[IPV6]:PORT"; HOST may be a name, or empty for every address; port 0 takes a free one.
 * RC_CONFIG, or RC_UNAVAILABLE where another program has the port, with what to do about it in op->why. */
NODISCARD enum rc listen_open(struct op *op, struct str address, int *ret_fd, unsigned *ret_port);
