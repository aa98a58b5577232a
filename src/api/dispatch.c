#include "api/api.h"

const struct api_route *api_route_of(const struct api *api, const struct http_request *request)
{
        return &api_routes[request->route - api->http_routes];
}

static enum rc run(struct api *api, struct http_request *request, struct http_reply *reply)
{
        const struct api_route *route = api_route_of(api, request);
        struct call call = {
            .api = api, .svc = api->svc, .request = request, .reply = reply, .op = &request->op};
        /* Inline routes answer from memory; an upload's sink has asked the guard already. */
        bool guarded = (route->flags & HTTP_INLINE) || request->upload;
        if (!guarded && api_guard(api, request, &call.apikey) != RC_OK)
                return request->op.rc;
        return route->run(&call);
}

static void handle(void *ctx, struct http_request *request, struct http_reply *reply)
{
        enum rc rc = run(ctx, request, reply);
        if (rc == RC_OK)
                return;
        if (request->op.rc == RC_OK)
                (void)!op_fail(&request->op, rc, "%s failed without a reason", request->route->pattern);
        reply->status = 0;
}

void api_app(struct api *api, struct http_app *ret)
{
        size_t len = MIN(api_routes_len, LEN(api->http_routes));
        for (size_t i = 0; i < len; i++) {
                const struct api_route *route = &api_routes[i];
                api->http_routes[i] = (struct http_route){
                    .method = route->method,
                    .pattern = route->pattern,
                    .flags = route->flags,
                    .handle = handle,
                    .body_max = route->body_max,
                    .file_max = route->file_max,
                    .sink = route->sink,
                    .repeated = route->repeated,
                };
        }
        *ret = (struct http_app){
            .routes = api->http_routes, .routes_len = len, .render_error = api_render_error, .ctx = api};
}

void api_session_changed(void *ctx, const char *session_id)
{
        struct api *api = ctx;
        struct http_server *server = atomic_load(&api->server);
        if (server)
                http_server_wake(server, str_from(session_id));
}
