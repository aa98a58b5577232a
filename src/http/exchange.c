#include "http/core.h"

#include "base/log.h"
#include "http/stream.h"
#include "http/upload.h"

enum {
        ARENA_MAX = 256 * 1024,
        BYTES_PER_MS = 32, /* slower than 32 KiB a second is too slow */
        /* A refused body up to this is read past, then answered: many clients, browsers among them, look for
           the answer only when all is sent, and would find the connection reset. */
        PASSED_OVER_MAX = 32 * 1024 * 1024,
        STATUS_BROKEN_OFF = 499, /* in logs and counters: the client left before an answer */
};

void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *mhd)
{
        struct http_server *server = cls;
        struct http_exchange *x = x_new(1, sizeof(*x));
        atomic_fetch_add(&server->active, 1);
        op_init(&x->request.op, NULL, ARENA_MAX, server->config.story_ms);
        x->request.exchange = x;
        x->request.method = HTTP_METHODS;
        x->server = server;
        x->mhd = mhd;
        x->conn = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
        x->uri_at = uri;
        x->uri = arena_copy(&x->request.op.arena, str_from(uri));
        x->started_ms = clock_mono_ms();
        buf_init_secret(&x->body, HTTP_BODY_MAX);
        buf_init_secret(&x->reply.body, HTTP_REPLY_MAX);
        conn_deadline_sooner(x->conn, x->started_ms + server->config.header_ms);
        return x;
}

void exchange_free(struct http_exchange *x)
{
        struct http_server *server = x->server;
        if (x->reply.stream.close)
                x->reply.stream.close(x->reply.stream.ctx);
        upload_free(x->upload);
        buf_release(&x->body);
        buf_release(&x->reply.body);
        op_release(&x->request.op);
        x_free(x);
        atomic_fetch_sub(&server->active, 1);
}

void exchange_render(struct http_exchange *x)
{
        struct http_reply *reply = &x->reply;
        struct op *op = &x->request.op;
        if (reply->stream.close)
                reply->stream.close(reply->stream.ctx);
        reply->stream = (struct http_stream){0};
        buf_clear(&reply->body);
        reply->fixed = STR_NULL;
        reply->status = rc_status(op->rc);
        if (op->rc == RC_NOT_FOUND && x->request.route == NULL && x->server->app.not_found)
                x->server->app.not_found(x->server->app.ctx, &x->request, reply);
        else
                x->server->app.render_error(x->server->app.ctx, &x->request, reply);
}

static void handle(struct http_exchange *x)
{
        struct op *op = &x->request.op;
        if (op->rc == RC_OK && op_left_ms(op) == 0)
                op_fail(op, RC_UNAVAILABLE, "no story thread was free in time");
        if (op->rc == RC_OK && x->request.route)
                x->request.route->handle(x->server->app.ctx, &x->request, &x->reply);
        if (op->rc != RC_OK && x->reply.status == 0)
                exchange_render(x);
        if (!buf_ok(&x->reply.body)) {
                op_forgive(op);
                op_fail(op, RC_INTERNAL, "the reply is too large");
                exchange_render(x);
        }
}

/* On a story thread, while the connection sleeps. */
static void run_story(struct crew_task *task)
{
        struct http_exchange *x =
            (struct http_exchange *)((char *)task - offsetof(struct http_exchange, task));
        if (x->upload) {
                upload_feed(x->upload, buf_str(&x->body));
                buf_clear(&x->body);
        }
        if (x->phase == EXCHANGE_RUNNING) {
                if (x->upload)
                        upload_finish(x->upload);
                handle(x);
                x->phase = EXCHANGE_DONE;
        } else {
                x->phase = EXCHANGE_READING;
        }
        MHD_resume_connection(x->mhd);
}

/* Put the connection to sleep and let a story go on: from then on `x` is its own. */
static void to_story(struct http_exchange *x, bool whole)
{
        x->request.op.deadline_ms = clock_mono_ms() + x->server->config.story_ms;
        x->phase = whole ? EXCHANGE_RUNNING : EXCHANGE_FEEDING;
        x->task.run = run_story;
        MHD_suspend_connection(x->mhd);
        if (crew_push(x->server->crew, &x->task))
                return;
        x->request.op.retry_after_s = 1;
        op_fail(&x->request.op, RC_UNAVAILABLE, "too many requests wait");
        if (whole)
                exchange_render(x);
        x->phase = whole ? EXCHANGE_DONE : EXCHANGE_READING;
        MHD_resume_connection(x->mhd);
}

/* The whole request is here. */
static enum MHD_Result dispatch(struct http_exchange *x)
{
        const struct http_server *server = x->server;
        const struct http_route *route = x->request.route;
        if (x->body_seen != x->verdict.content_length)
                return MHD_NO;
        if (x->upload == NULL)
                x->request.body = buf_str(&x->body);
        conn_deadline(x->conn, clock_mono_ms() + server->config.story_ms + server->config.answer_ms);
        if (x->request.op.rc == RC_OK && route && (route->flags & HTTP_INLINE) == 0) {
                to_story(x, true);
                return MHD_YES;
        }
        handle(x);
        return answer_send(x);
}

/* Take what came of the body: into the buffer, or past it where the request has failed already. */
static void take_body(struct http_exchange *x, const char *bytes, size_t *len)
{
        bool wanted = x->request.op.rc == RC_OK;
        size_t room = HTTP_BODY_MAX - x->body.len;
        size_t taken = wanted ? MIN(*len, room) : *len;
        if (wanted)
                buf_add_bytes(&x->body, bytes, taken);
        x->body_seen += taken;
        *len -= taken;
        if (*len == 0)
                return;
        if (x->upload) {
                to_story(x, false);
                return;
        }
        op_fail(&x->request.op, RC_BODY_TOO_LARGE, "the body is too large");
        x->body_seen += *len;
        *len = 0;
}

static enum MHD_Result first_step(struct http_exchange *x, const char *method, const char *version)
{
        enum rc rc = head_read(x, method, version);
        const struct http_route *route = x->request.route;
        if (rc == RC_OK && route && (route->flags & HTTP_UPLOAD))
                rc = upload_new(&x->request, x->server->app.ctx, &x->upload);
        int64_t length = (int64_t)x->verdict.content_length;
        bool passable = !x->verdict.expects_continue && length <= PASSED_OVER_MAX;
        if (rc != RC_OK && (x->close || !passable)) {
                /* what the client still sends would be read as a request */
                x->close = x->close || length > 0;
                handle(x);
                return answer_send(x);
        }
        conn_deadline(x->conn, clock_mono_ms() + x->server->config.body_ms + length / BYTES_PER_MS);
        return MHD_YES;
}

enum MHD_Result exchange_step(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                              const char *version, const char *bytes, size_t *len, void **ctx)
{
        struct http_exchange *x = *ctx;
        if (x == NULL)
                return MHD_NO;
        switch (x->phase) {
        case EXCHANGE_NEW:
                x->phase = EXCHANGE_READING;
                enum MHD_Result result = first_step(x, method, version);
                return result;
        case EXCHANGE_READING:
                if (*len == 0)
                        return dispatch(x);
                take_body(x, bytes, len);
                return MHD_YES;
        case EXCHANGE_DONE:
                return answer_send(x);
        default: /* the reply is under way */
                return MHD_YES;
        }
}

static void log_access(const struct http_exchange *x, bool whole)
{
        const struct op *op = &x->request.op;
        const struct http_route *route = x->request.route;
        log_line(LOG_INFO, "request", LOG_ID("id", op->id),
                 LOG_WORD("method", http_method_name(x->request.method)),
                 LOG_WORD("route", route ? route->pattern : "none"), LOG_INT("status", x->reply.status),
                 LOG_INT("ms", clock_mono_ms() - x->started_ms),
                 LOG_ID("ip", op->client.ip.ptr ? op->client.ip.ptr : ""), LOG_INT("whole", whole),
                 LOG_WORD("error", op->rc == RC_OK ? "" : rc_code(op->rc)),
                 LOG_CAUSE(op->rc == RC_OK ? "" : op->why));
}

void exchange_end(void *cls, struct MHD_Connection *mhd, void **ctx, enum MHD_RequestTerminationCode code)
{
        struct http_server *server = cls;
        struct http_exchange *x = *ctx;
        *ctx = NULL;
        if (x == NULL)
                return;
        int64_t now = clock_mono_ms();
        if (x->reply.status == 0)
                x->reply.status = STATUS_BROKEN_OFF;
        conn_deadline(x->conn, now + server->config.idle_ms);
        meter_count(server->meter, x->request.route, x->reply.status, now - x->started_ms);
        if (!server->config.quiet)
                log_access(x, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
        if (x->stream == NULL || stream_detach(x->stream))
                exchange_free(x);
}
