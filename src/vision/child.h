/*
 * One bonin-vision process and the socket to it. A child belongs to the thread that took it from the pool.
 */
#pragma once

#include "vision/client.h"

struct child {
        pid_t pid; /* 0: none */
        int fd;    /* -1: none */
        bool ready;
        unsigned served;
        struct vision_status status; /* once ready */
};

/* Start the program, without waiting for it. RC_UNAVAILABLE where it cannot be started. */
NODISCARD enum rc child_start(struct op *op, const struct vision_options *options, struct child *ret);
/* Wait until it has loaded and locked itself in, at most until the op's deadline. RC_UNAVAILABLE where it
 * ended instead, as it does where it cannot be locked in. */
NODISCARD enum rc child_wait_ready(struct op *op, struct child *child);
/* Whether it has said, or done, something unasked: when it is idle that means that it is no use any more. */
bool child_has_spoken(const struct child *child);
/* Send and wait for the answer. Any failure leaves the child fit only for child_end. */
NODISCARD enum rc child_ask(struct op *op, struct child *child, const struct frame *request,
                            struct frame *ret_reply);
/* Kill and reap. A child that was never started is fine. */
void child_end(struct child *child);

/* Where bonin-vision is: `given`, else the variable BONIN_VISION, else beside our own executable. False where
 * it is not to be found. */
NODISCARD bool child_find_program(const char *given, char *ret_path, size_t path_max);
