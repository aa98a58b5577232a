/*
 * What the files of this layer share: the server, and an exchange, which is one request with its reply on the
 * way through the server. Not for other layers.
 */
#pragma once

#include "base/crew.h"
#include "http/addr.h"
#include "http/conn.h"
#include "http/events.h"
#include "http/guard.h"
#include "http/meter.h"
#include "http/server.h"

#include <microhttpd.h>
#include <stdatomic.h>

struct streams;
struct stream;
struct upload;

struct http_server {
        struct http_config config; /* defaults filled in; its texts are copies */
        struct http_app app;
        struct addr_nets proxies;
        struct str *origins; /* for CORS */
        size_t origins_len;
        bool any_origin;
        struct buf texts; /* what config's texts point into */

        struct events *events;
        bool running; /* the daemons do */
        unsigned port;
        bool check_layout; /* this libmicrohttpd reads heads leniently */
        struct crew *crew;
        struct conns *conns;
        struct meter *meter;
        struct streams *streams;
        atomic_uint active; /* exchanges that live */
        atomic_bool stopping;
};

struct http_exchange {
        struct http_request request;
        struct http_reply reply;
        struct http_server *server;
        struct MHD_Connection *mhd;
        struct conn *conn;

        struct str uri;     /* as it came; in the arena */
        const char *uri_at; /* where it lay in the receive buffer */
        struct guard_verdict verdict;
        unsigned methods; /* that the path knows */

        enum {
                EXCHANGE_NEW,     /* the head has not been looked at */
                EXCHANGE_READING, /* the body comes */
                EXCHANGE_FEEDING, /* a story thread takes a piece of an upload */
                EXCHANGE_RUNNING, /* a story thread runs the handler */
                EXCHANGE_DONE,    /* the reply is ready */
                EXCHANGE_SENDING, /* the reply was handed over */
        } phase;
        bool close; /* the connection must not be used again */
        bool preflight;
        uint64_t body_seen;
        struct buf body;
        struct upload *upload;
        struct stream *stream;
        struct crew_task task;

        int64_t started_ms;
};

/* Callbacks for libmicrohttpd; `cls` is the server. */
void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result exchange_step(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                              const char *version, const char *bytes, size_t *len, void **ctx);
void exchange_end(void *cls, struct MHD_Connection *mhd, void **ctx, enum MHD_RequestTerminationCode code);
/* Give everything back. For a stream whose task outlives the connection; otherwise exchange_end does it. */
void exchange_free(struct http_exchange *x);
/* Word the failure in the op into the reply. */
void exchange_render(struct http_exchange *x);

/* Look at the head: guard, route, limits, who asks. RC_OK, or the failure noted in the op. */
enum rc head_read(struct http_exchange *x, const char *method, const char *version);

/* Queue the reply. MHD_NO where the connection cannot go on. */
enum MHD_Result answer_send(struct http_exchange *x);
