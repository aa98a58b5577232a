/*
 * The HTTP server, on libmicrohttpd: knows HTTP and no feature. An application gives it a table of routes and
 * a function that words failures; the server reads requests strictly, runs handlers and sends replies.
 *
 * Threads: as many event threads as cores, and a crew (base/crew.h) for the stories: handlers that may block
 * while their connection sleeps. Where as many run as may, and the queue is full, the answer is
 * RC_UNAVAILABLE with Retry-After.
 */
#pragma once

#include "http/reply.h"

enum http_route_flags {
        HTTP_STORY = 0,       /* the handler may block */
        HTTP_INLINE = 1 << 0, /* the handler answers at once, from memory, on an event thread */
        HTTP_UPLOAD = 1 << 1, /* multipart/form-data, streamed into the sink */
};

/*
 * Where the file parts of an upload go. All run on story threads, one at a time for a request. A failure
 * (noted in request->op) ends the upload: nothing more is written, and the failure is the answer.
 */
struct http_sink {
        /* A part begins: name, filename, type are known, and all parts before it. May set part->file. */
        enum rc (*open)(void *ctx, struct http_request *request, struct http_part *part);
        enum rc (*write)(void *ctx, struct http_request *request, struct http_part *part, struct str bytes);
        /* The part is whole. */
        enum rc (*close)(void *ctx, struct http_request *request, struct http_part *part);
        /* The request is over, answered or broken off: once for every part that `open` was called for, on any
         * thread. */
        void (*release)(void *ctx, struct http_request *request, struct http_part *part);
};

struct http_route {
        enum http_method method; /* GET serves HEAD too */
        const char *pattern;     /* "/session/{session_key}/status"; a last segment "{rest*}" takes all */
        unsigned flags;
        void (*handle)(void *ctx, struct http_request *request, struct http_reply *reply);
        size_t body_max;              /* 0: HTTP_BODY_MAX; uploads: of the whole body */
        size_t file_max;              /* uploads: of each file */
        const struct http_sink *sink; /* uploads */
        const char *repeated;         /* uploads: files of this name may be several; NULL: none may */
};

struct http_app {
        const struct http_route *routes; /* static */
        size_t routes_len;
        /* Word the failure in request->op.rc; runs on any thread and must not block. */
        void (*render_error)(void *ctx, struct http_request *request, struct http_reply *reply);
        /* Where no route has the path; NULL: RC_NOT_FOUND. Must not block. */
        void (*not_found)(void *ctx, struct http_request *request, struct http_reply *reply);
        void *ctx;
};

/* Zero takes the default of the comment. */
struct http_config {
        struct str listen;          /* "HOST:PORT", "[::1]:8080"; port 0 takes a free one */
        struct str trusted_proxies; /* addresses and networks, parted by commas or blanks */
        struct str cors_origins;    /* "https://a.example, https://b.example"; "*" allows all */
        unsigned event_threads;     /* number of cores */
        unsigned stories;           /* 64 at a time */
        unsigned story_threads;     /* that they take turns on: as many as stories */
        unsigned queue_max;         /* 1024 requests that wait for their story to begin */
        unsigned connections_max;   /* 4096 */
        unsigned per_ip_max;        /* 256; proxies are exempt: each counts as many */
        unsigned streams_max;       /* 1024 */
        int64_t header_ms;          /* 10,000: to send the request's head */
        int64_t idle_ms;      /* 60,000: between requests of a kept connection, the next head included */
        int64_t body_ms;      /* 20,000, and a second for each 32 KiB announced */
        int64_t story_ms;     /* 30,000: op's deadline */
        int64_t answer_ms;    /* 20,000, and a second for each 32 KiB, to take the reply */
        int64_t heartbeat_ms; /* 15,000: of an event stream */
        int64_t stream_ms;    /* 1,800,000: life of an event stream */
        bool quiet;           /* no line per request in the log */
};

struct http_server;

/* Listen and serve. RC_CONFIG with what to do about it in op->why: address that cannot be read, port in use,
 * no permission. `app` is copied, its routes are not. */
NODISCARD enum rc http_server_open(struct op *op, const struct http_config *config,
                                   const struct http_app *app, struct http_server **ret);
/* Stop accepting, end streams, let running handlers finish and their replies go out. Within the longest
 * deadline. Until it is closed it may still be woken, by those who do not know yet. NULL is fine. */
void http_server_stop(struct http_server *server);
/* Stop, and free. NULL is fine. */
void http_server_close(struct http_server *server);
/* The port listened on. */
unsigned http_server_port(const struct http_server *server);
/* Call `next` of every stream of this topic soon. From any thread. NULL is fine: nobody listens yet. */
void http_server_wake(struct http_server *server, struct str topic);
/* Append the counters as Prometheus text. From any thread. */
void http_server_metrics(struct http_server *server, struct buf *buf);
