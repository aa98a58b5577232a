#include "http/core.h"

#include "http/route.h"
#include "http/stream.h"

#include <stdio.h>

enum { BYTES_PER_MS = 32 };

static const char default_csp[] = "default-src 'none'; frame-ancestors 'none'";

void http_reply_header(struct http_request *request, struct http_reply *reply, const char *name,
                       struct str value)
{
        for (size_t i = 0; i < value.len; i++) {
                if ((unsigned char)value.ptr[i] < 32 || value.ptr[i] == 127) {
                        op_fail(&request->op, RC_INTERNAL, "header %s would hold a control byte", name);
                        return;
                }
        }
        struct str copy = arena_copy(&request->op.arena, value);
        if (reply->headers_len == HTTP_REPLY_HEADERS_MAX || str_is_null(copy)) {
                op_fail(&request->op, RC_INTERNAL, "no room for header %s", name);
                return;
        }
        reply->headers[reply->headers_len++] = (struct http_pair){str_from(name), copy};
}

void http_event(struct buf *buf, const char *event, struct str data)
{
        buf_addf(buf, "event: %s\ndata: ", event);
        buf_add(buf, data);
        buf_add(buf, STR("\n\n"));
}

static bool origin_allowed(const struct http_server *server, struct str origin)
{
        for (size_t i = 0; i < server->origins_len; i++)
                if (str_equal(server->origins[i], origin))
                        return true;
        return server->any_origin;
}

static void add(struct MHD_Response *response, const char *name, const char *value)
{
        (void)MHD_add_response_header(response, name, value);
}

static void add_cors(struct http_exchange *x, struct MHD_Response *response, const char *allow)
{
        const struct http_server *server = x->server;
        if (server->origins_len == 0 && !server->any_origin)
                return;
        add(response, "Vary", "Origin");
        struct str origin = http_request_header(&x->request, "Origin");
        struct str copy =
            origin_allowed(server, origin) ? arena_copy(&x->request.op.arena, origin) : STR_NULL;
        if (str_is_null(copy))
                return;
        add(response, "Access-Control-Allow-Origin", copy.ptr);
        if (!x->preflight) {
                add(response, "Access-Control-Expose-Headers", "X-Request-Id, Retry-After");
                return;
        }
        add(response, "Access-Control-Allow-Methods", allow);
        add(response, "Access-Control-Allow-Headers", "Authorization, Content-Type, Accept-Language");
        add(response, "Access-Control-Max-Age", "600");
}

/* What the status asks for. */
static void add_for_status(struct http_exchange *x, struct MHD_Response *response)
{
        const struct op *op = &x->request.op;
        char number[24];
        if (op->rc != RC_OK && op->retry_after_s > 0) {
                snprintf(number, sizeof(number), "%lld", (long long)op->retry_after_s);
                add(response, "Retry-After", number);
        }
        if (x->reply.status == MHD_HTTP_UNAUTHORIZED)
                add(response, "WWW-Authenticate", "Bearer");
        CLEANUP(buf_release) struct buf allow;
        buf_init(&allow, 128);
        route_allow(x->methods ? x->methods : (1u << HTTP_METHODS) - 1, &allow);
        if (x->reply.status == MHD_HTTP_METHOD_NOT_ALLOWED || x->preflight)
                add(response, "Allow", buf_text(&allow));
        add_cors(x, response, buf_text(&allow));
}

static void add_headers(struct http_exchange *x, struct MHD_Response *response)
{
        const struct http_reply *reply = &x->reply;
        const char *type = reply->content_type ? reply->content_type : "application/json";
        if (x->stream)
                type = "text/event-stream";
        if (!x->preflight)
                add(response, "Content-Type", type);
        if (x->stream)
                add(response, "X-Accel-Buffering", "no");
        add(response, "X-Request-Id", x->request.op.id);
        add(response, "X-Content-Type-Options", "nosniff");
        add(response, "Referrer-Policy", "no-referrer");
        add(response, "Cache-Control", reply->cache_control ? reply->cache_control : "no-store");
        add(response, "Content-Security-Policy", reply->csp ? reply->csp : default_csp);
        for (size_t i = 0; i < reply->headers_len; i++)
                add(response, reply->headers[i].name.ptr, reply->headers[i].value.ptr);
        add_for_status(x, response);
        if (x->close)
                add(response, "Connection", "close");
}

/* Begin the event stream that the handler asked for; where there are too many, that is the answer. */
static void begin_stream(struct http_exchange *x)
{
        if (x->request.method == HTTP_HEAD)
                return;
        if (stream_open(x->server->streams, x))
                return;
        x->request.op.retry_after_s = 5;
        op_fail(&x->request.op, RC_UNAVAILABLE, "too many event streams");
        exchange_render(x);
}

enum MHD_Result answer_send(struct http_exchange *x)
{
        struct http_reply *reply = &x->reply;
        if (reply->stream.next)
                begin_stream(x);
        if (reply->status == 0)
                reply->status = x->preflight ? MHD_HTTP_NO_CONTENT : MHD_HTTP_OK;
        struct str body = str_is_null(reply->fixed) ? buf_str(&reply->body) : reply->fixed;
        struct MHD_Response *response =
            x->stream ? stream_response(x->stream)
                      : MHD_create_response_from_buffer(body.len, (void *)body.ptr, MHD_RESPMEM_PERSISTENT);
        if (response == NULL)
                return MHD_NO;
        add_headers(x, response);
        const struct http_config *config = &x->server->config;
        int64_t life_ms = x->stream ? config->stream_ms : (int64_t)(body.len / BYTES_PER_MS);
        conn_deadline(x->conn, clock_mono_ms() + config->answer_ms + life_ms);
        x->phase = EXCHANGE_SENDING;
        enum MHD_Result queued = MHD_queue_response(x->mhd, (unsigned)reply->status, response);
        MHD_destroy_response(response);
        return queued;
}
