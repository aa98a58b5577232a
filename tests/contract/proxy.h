/*
 * A wire between us and the server that can be cut: a socket in a folder, each of whose connections goes on
 * to the real server's.
 */
#pragma once

#include "base/util.h"

enum wire {
        WIRE_GOOD,
        WIRE_MUTE, /* nothing gets through, nothing is closed: a dropped route */
        WIRE_CUT,  /* every connection is closed at once: a dead server */
};

struct proxy;

/* `folder` gets the socket, `server` is the folder of the real one. */
struct proxy *proxy_start(const char *folder, const char *server);
void proxy_set(struct proxy *proxy, enum wire wire);
void proxy_stop(struct proxy *proxy);
