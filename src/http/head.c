#include "http/core.h"

#include "http/head.h"
#include "http/query.h"
#include "http/route.h"

struct header_list {
        struct http_pair *items;
        size_t len;
};

static enum MHD_Result count_header(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
        (*(size_t *)ctx)++;
        return MHD_YES;
}

static enum MHD_Result add_header(void *ctx, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                  const char *value, size_t value_len)
{
        struct header_list *list = ctx;
        list->items[list->len++] = (struct http_pair){{name, name_len}, {value ? value : "", value_len}};
        return MHD_YES;
}

/* The header lines, views into the receive buffer, where they stay until the request ends. */
static bool collect_headers(struct http_exchange *x, struct header_list *ret)
{
        size_t count = 0;
        MHD_get_connection_values(x->mhd, MHD_HEADER_KIND, count_header, &count);
        if (count > GUARD_HEADERS_MAX)
                return false;
        ret->len = 0;
        ret->items = arena_alloc(&x->request.op.arena, (count + 1) * sizeof(*ret->items));
        if (ret->items == NULL)
                return false;
        MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, add_header, ret);
        return true;
}

static bool layout_ok(struct http_exchange *x, const char *method, const char *version,
                      const struct header_list *headers)
{
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
        struct guard_layout layout = {.method = method,
                                      .uri = x->uri_at,
                                      .uri_len = x->uri.len,
                                      .version = version,
                                      .headers = headers->items,
                                      .headers_len = headers->len,
                                      .head_len = info ? info->header_size : 0};
        return guard_layout_canonical(&layout);
}

/* Blanks and tabs only: a bare CR at the edge is for the guard to see. */
static struct str trim_blanks(struct str s)
{
        while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
                s = str_sub(s, 1, s.len);
        while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
                s.len--;
        return s;
}

static enum rc malformed(struct http_exchange *x, const char *why)
{
        x->close = true;
        return op_fail(&x->request.op, RC_INVALID_REQUEST, "%s", why);
}

static enum rc check_form(struct http_exchange *x, const char *method, const char *version)
{
        struct header_list headers;
        if (str_is_null(x->uri))
                return malformed(x, "there is no target");
        if (!collect_headers(x, &headers))
                return malformed(x, "too many headers");
        if (x->server->check_layout && !layout_ok(x, method, version, &headers))
                return malformed(x, "the head is not written canonically");
        for (size_t i = 0; i < headers.len; i++)
                headers.items[i].value = trim_blanks(headers.items[i].value);
        struct guard_head head = {.method = str_from(method),
                                  .uri = x->uri,
                                  .version = str_from(version),
                                  .headers = headers.items,
                                  .headers_len = headers.len};
        const char *why = guard_check(&head, &x->verdict);
        if (why)
                return malformed(x, why);
        x->request.method = x->verdict.method;
        x->request.headers = (struct http_pairs){headers.items, headers.len};
        return RC_OK;
}

static bool is_forwarded_for(const struct http_pair *header)
{
        return str_equal_nocase(header->name, STR("X-Forwarded-For"));
}

/* All X-Forwarded-For lines as one, in one piece of the arena: joined one by one they would fill it. */
static struct str forwarded_for(struct http_exchange *x)
{
        const struct http_pairs *headers = &x->request.headers;
        size_t len = 0;
        for (size_t i = 0; i < headers->len; i++)
                len += is_forwarded_for(&headers->items[i]) ? headers->items[i].value.len + 1 : 0;
        char *all = len ? arena_alloc(&x->request.op.arena, len) : NULL;
        if (all == NULL)
                return STR_NULL;
        char *at = all;
        for (size_t i = 0; i < headers->len; i++) {
                struct str value = headers->items[i].value;
                if (!is_forwarded_for(&headers->items[i]))
                        continue;
                memcpy(at, value.ptr, value.len);
                at[value.len] = ',';
                at += value.len + 1;
        }
        return str_from_bytes(all, len - 1);
}

static void note_client(struct http_exchange *x)
{
        struct client *client = &x->request.op.client;
        char text[ADDR_TEXT_MAX];
        struct addr addr = addr_client(conn_peer(x->conn), forwarded_for(x), &x->server->proxies);
        addr_text(&addr, text);
        client->ip = arena_copy(&x->request.op.arena, str_from(text));
        client->user_agent =
            head_user_agent(&x->request.op.arena, http_request_header(&x->request, "User-Agent"));
        client->lang = head_language(http_request_header(&x->request, "Accept-Language"));
}

/* Path and query out of the target, and the route. */
static enum rc find_route(struct http_exchange *x)
{
        struct http_request *request = &x->request;
        ssize_t mark = str_find(x->uri, '?');
        struct str raw = mark < 0 ? STR("") : str_sub(x->uri, (size_t)mark + 1, x->uri.len);
        request->path = mark < 0 ? x->uri : str_sub(x->uri, 0, (size_t)mark);
        struct route_match match;
        route_find(x->server->app.routes, x->server->app.routes_len, request->method, request->path, &match);
        request->route = match.route;
        x->methods = match.methods;
        if (!query_parse(&request->op.arena, raw, &request->query))
                return op_fail(&request->op, RC_INVALID_REQUEST, "the query is malformed");
        for (size_t i = 0; i < HTTP_PARAMS_MAX; i++)
                if (!str_is_null(match.params[i]) &&
                    !query_decode(&request->op.arena, match.params[i], false, &request->params[i]))
                        return op_fail(&request->op, RC_INVALID_REQUEST, "the path is malformed");
        if (request->method == HTTP_OPTIONS && match.methods && match.route == NULL) {
                x->preflight = true;
                return RC_OK;
        }
        if (match.methods == 0 && request->method < HTTP_METHODS)
                return op_fail(&request->op, RC_NOT_FOUND, "no route has this path");
        if (match.route == NULL)
                return op_fail(&request->op, RC_METHOD_NOT_ALLOWED, "the path does not know this method");
        return RC_OK;
}

static enum rc check_length(struct http_exchange *x)
{
        const struct http_route *route = x->request.route;
        size_t max = route && route->body_max ? route->body_max : HTTP_BODY_MAX;
        if (x->verdict.content_length > max)
                return op_fail(&x->request.op, RC_BODY_TOO_LARGE, "the body is announced as too large");
        return RC_OK;
}

enum rc head_read(struct http_exchange *x, const char *method, const char *version)
{
        enum rc rc = check_form(x, method, version);
        note_client(x);
        if (rc == RC_OK)
                rc = find_route(x);
        if (rc == RC_OK)
                rc = check_length(x);
        if (rc == RC_OK && x->server->stopping) {
                x->close = true;
                rc = op_fail(&x->request.op, RC_UNAVAILABLE, "the server is stopping");
        }
        return rc;
}
