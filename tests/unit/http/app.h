/*
 * A small application for tests of the HTTP layer: one route of each kind.
 */
#pragma once

#include "http/server.h"

#include <stdatomic.h>

struct test_app {
        atomic_int released;       /* parts that the sink released */
        atomic_int opened;         /* parts that it was asked to open */
        atomic_int streams_closed; /* event streams that ended */
        atomic_int beats;          /* value that the event stream tells */
        atomic_int stories;        /* handlers that run on story threads now */
        bool loud;                 /* log each request */
        struct http_server *server;
};

/* Routes of the application, for http_server_open. */
struct http_app test_app_for(struct test_app *app);
/* A server on a free port of the loopback; ends the test where it does not start. */
void test_app_serve(struct test_app *app, struct http_config config);
