/*
 * What a handler answers. The server makes it zeroed but for `body`, sends it and releases it. A handler that
 * fails notes it in request->op (op_fail) and returns with `status` 0: the application's render_error then
 * fills the reply. Every reply carries X-Request-Id and the security headers besides what is set here.
 */
#pragma once

#include "http/request.h"

enum { HTTP_REPLY_HEADERS_MAX = 8, HTTP_REPLY_MAX = 4 * 1024 * 1024, HTTP_TOPIC_MAX = 64 };

/*
 * Server-Sent Events. `next` appends what is new since the last call (nothing where nothing is) and returns
 * false where the stream is over; it is called at once, whenever http_server_wake names the topic, and every
 * `poll_ms` (0: only when woken), on a story thread and never twice at a time, with an op of its own. `close`
 * is called once, on any thread, when the stream is over or the client gone; it must not block.
 */
struct http_stream {
        bool (*next)(void *ctx, struct op *op, struct buf *buf);
        void (*close)(void *ctx);
        void *ctx; /* may lie in the request's arena, which lives as long as the stream */
        char topic[HTTP_TOPIC_MAX];
        int64_t poll_ms;
};

struct http_reply {
        int status;                /* 0: 200, or a failure where request->op.rc says so */
        const char *content_type;  /* static; NULL: application/json */
        struct buf body;           /* at most HTTP_REPLY_MAX */
        struct str fixed;          /* instead of `body`: bytes that outlive the server */
        const char *cache_control; /* static; NULL: no-store */
        const char *csp;           /* Content-Security-Policy, static; NULL: one that allows nothing */
        struct http_pair headers[HTTP_REPLY_HEADERS_MAX];
        size_t headers_len;
        struct http_stream stream; /* used where stream.next is set; status and headers above still count */
};

/* Add a header. The name is static, the value is copied into the request's arena; a value with control bytes,
 * or one past HTTP_REPLY_HEADERS_MAX, fails the op with RC_INTERNAL. */
void http_reply_header(struct http_request *request, struct http_reply *reply, const char *name,
                       struct str value);
/* One event, as Server-Sent Events write it; `data` holds no line break. */
void http_event(struct buf *buf, const char *event, struct str data);
