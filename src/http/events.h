/*
 * The event threads: each runs a daemon of libmicrohttpd of its own, all on one listening socket, and none
 * waits for longer than from one pulse to the next.
 *
 * libmicrohttpd asks epoll for 128 events at a time, and where it gets as many, asks for more before it
 * serves any: without a limit of time, so that 128 requests that come at once would wait until somebody says
 * something.
 */
#pragma once

#include "base/util.h"

#include <microhttpd.h>

struct events;

struct events *events_new(unsigned len);
/* After events_stop, or where they never started. NULL is fine. */
void events_free(struct events *events);
/* Start the daemons by `start`, each with a descriptor of its own for the socket `fd`, and close `fd`. False,
 * and errno: then none runs, and `fd` is left open. */
NODISCARD bool events_start(struct events *events, int fd, struct MHD_Daemon *(*start)(void *ctx, int fd),
                            void *ctx);
/* Returns when all threads have ended. */
void events_stop(struct events *events);
/* Wake them all. From any thread, at any time. */
void events_pulse(const struct events *events);
