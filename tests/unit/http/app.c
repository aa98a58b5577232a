#include "unit/http/app.h"

#include "base/emit.h"
#include "unit/test.h"

#include <stdio.h>
#include <time.h>

static void sleep_ms(int64_t ms)
{
        nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static void hello(void *ctx, struct http_request *request, struct http_reply *reply)
{
        buf_add(&reply->body, STR("{\"hello\":true}"));
}

static void slow(void *ctx, struct http_request *request, struct http_reply *reply)
{
        struct test_app *app = ctx;
        int64_t ms = 0;
        if (!str_to_int(http_request_query(request, "ms"), 0, 60000, &ms))
                ms = 0;
        atomic_fetch_add(&app->stories, 1);
        sleep_ms(ms);
        atomic_fetch_sub(&app->stories, 1);
        buf_add(&reply->body, STR("{}"));
}

static void item(void *ctx, struct http_request *request, struct http_reply *reply)
{
        struct emit emit = emit_to(&reply->body);
        emit_open(&emit, NULL);
        emit_str(&emit, "id", http_request_param(request, "id"));
        emit_str(&emit, "rest", http_request_param(request, "rest"));
        emit_str(&emit, "q", http_request_query(request, "q"));
        emit_str(&emit, "ip", request->op.client.ip);
        emit_text(&emit, "lang", request->op.client.lang == LANG_KO ? "ko" : "en");
        emit_str(&emit, "agent", request->op.client.user_agent);
        emit_str(&emit, "bearer", http_request_bearer(request));
        emit_close(&emit);
}

static void echo(void *ctx, struct http_request *request, struct http_reply *reply)
{
        json_auto_t *json = NULL;
        if (http_request_json(request, &json) != RC_OK)
                return;
        buf_add(&reply->body, request->body);
}

static void raw(void *ctx, struct http_request *request, struct http_reply *reply)
{
        buf_addf(&reply->body, "%zu", request->body.len);
}

static void form(void *ctx, struct http_request *request, struct http_reply *reply)
{
        struct http_pairs pairs;
        if (http_request_form(request, &pairs) != RC_OK)
                return;
        reply->content_type = "text/plain";
        buf_add(&reply->body, http_pairs_get(&pairs, "token"));
}

static void big(void *ctx, struct http_request *request, struct http_reply *reply)
{
        int64_t n = 0;
        if (!str_to_int(http_request_query(request, "n"), 0, 64 << 20, &n))
                n = 0;
        for (int64_t i = 0; i < n; i += 16)
                buf_add(&reply->body, STR("0123456789abcdef"));
}

static void denied(void *ctx, struct http_request *request, struct http_reply *reply)
{
        request->op.retry_after_s = 7;
        op_fail(&request->op, RC_RATE_LIMIT_EXCEEDED, "too many");
        http_reply_header(request, reply, "X-Extra", STR("given"));
}

static void uploaded(void *ctx, struct http_request *request, struct http_reply *reply)
{
        struct emit emit = emit_to(&reply->body);
        emit_open(&emit, NULL);
        for (size_t i = 0; i < request->parts_len; i++) {
                const struct http_part *part = &request->parts[i];
                char name[64];
                snprintf(name, sizeof(name), "%.*s", STR_FMT(part->name));
                if (str_is_null(part->filename))
                        emit_str(&emit, name, part->value);
                else
                        emit_int(&emit, name, (int64_t)part->size);
        }
        emit_close(&emit);
}

static bool next_event(void *ctx, struct op *op, struct buf *buf)
{
        struct test_app *app = ctx;
        char data[32];
        int beats = app->beats;
        snprintf(data, sizeof(data), "{\"beats\":%d}", beats);
        http_event(buf, "status", str_from(data));
        return beats < 100;
}

static void close_events(void *ctx)
{
        struct test_app *app = ctx;
        atomic_fetch_add(&app->streams_closed, 1);
}

static void events(void *ctx, struct http_request *request, struct http_reply *reply)
{
        reply->stream = (struct http_stream){.next = next_event, .close = close_events, .ctx = ctx};
        snprintf(reply->stream.topic, sizeof(reply->stream.topic), "beats");
}

static enum rc sink_open(void *ctx, struct http_request *request, struct http_part *part)
{
        struct test_app *app = ctx;
        atomic_fetch_add(&app->opened, 1);
        part->file = x_new(1, 1);
        if (str_equal(part->name, STR("forbidden")))
                return op_fail(&request->op, RC_FORBIDDEN, "no such part");
        return RC_OK;
}

static enum rc sink_write(void *ctx, struct http_request *request, struct http_part *part, struct str bytes)
{
        return RC_OK;
}

static enum rc sink_close(void *ctx, struct http_request *request, struct http_part *part)
{
        return RC_OK;
}

static void sink_release(void *ctx, struct http_request *request, struct http_part *part)
{
        struct test_app *app = ctx;
        x_free(part->file);
        atomic_fetch_add(&app->released, 1);
}

static const struct http_sink sink = {
    .open = sink_open, .write = sink_write, .close = sink_close, .release = sink_release};

static const struct http_route routes[] = {
    {HTTP_GET, "/inline", HTTP_INLINE, hello},
    {HTTP_POST, "/inline", HTTP_INLINE, echo},
    {HTTP_GET, "/", HTTP_INLINE, hello},
    {HTTP_POST, "/", HTTP_INLINE, raw},
    {HTTP_PUT, "/", HTTP_INLINE, raw},
    {HTTP_GET, "/url", HTTP_INLINE, hello},
    {HTTP_PUT, "/url", HTTP_INLINE, raw},
    {HTTP_GET, "/story", HTTP_STORY, hello},
    {HTTP_GET, "/slow", HTTP_STORY, slow},
    {HTTP_GET, "/busy", HTTP_INLINE, slow},
    {HTTP_GET, "/big", HTTP_STORY, big},
    {HTTP_GET, "/item/{id}/status", HTTP_INLINE, item},
    {HTTP_DELETE, "/item/{id}", HTTP_STORY, hello},
    {HTTP_GET, "/files/{rest*}", HTTP_INLINE, item},
    {HTTP_POST, "/echo", HTTP_STORY, echo},
    {HTTP_POST, "/form", HTTP_STORY, form},
    {HTTP_GET, "/denied", HTTP_STORY, denied},
    {HTTP_GET, "/events", HTTP_STORY, events},
    {HTTP_POST, "/upload", HTTP_UPLOAD, uploaded, .body_max = 21 << 20, .file_max = 10 << 20, .sink = &sink},
};

static void render(void *ctx, struct http_request *request, struct http_reply *reply)
{
        struct emit emit = emit_to(&reply->body);
        emit_open(&emit, NULL);
        emit_bool(&emit, "success", false);
        emit_open_array(&emit, "errors");
        emit_text(&emit, NULL, rc_code(request->op.rc));
        emit_close_array(&emit);
        emit_text(&emit, "why", request->op.why);
        emit_text(&emit, "request_id", request->op.id);
        emit_close(&emit);
}

struct http_app test_app_for(struct test_app *app)
{
        return (struct http_app){
            .routes = routes, .routes_len = LEN(routes), .render_error = render, .ctx = app};
}

void test_app_serve(struct test_app *app, struct http_config config)
{
        struct op op;
        op_init(&op, NULL, 4096, 1000);
        struct http_app http = test_app_for(app);
        if (str_is_null(config.listen))
                config.listen = STR("127.0.0.1:0");
        if (config.per_ip_max == 0)
                config.per_ip_max = 4096;
        config.quiet = !app->loud;
        enum rc rc = http_server_open(&op, &config, &http, &app->server);
        if (rc != RC_OK)
                printf("  %s\n", op.why);
        op_release(&op);
        CHECK(rc == RC_OK);
}
