/*
 * The embedded pages and their files.
 */
#include "api/api.h"
#include "web/web.h"

static bool takes_gzip(const struct http_request *request)
{
        struct str rest = http_request_header(request, "Accept-Encoding"), one;
        while (str_split(&rest, ',', &one)) {
                struct str coding = one, name;
                if (str_split(&coding, ';', &name) && str_equal_nocase(str_trim(name), STR("gzip")))
                        return !str_equal(str_trim(coding), STR("q=0"));
        }
        return false;
}

enum rc api_asset(struct call *call)
{
        struct http_reply *reply = call->reply;
        const struct web_asset *asset = web_find(call->request->path);
        if (asset == NULL)
                return op_fail(call->op, RC_NOT_FOUND, "no such page");
        reply->content_type = asset->content_type;
        reply->cache_control = asset->cache_control;
        reply->csp = asset->csp;
        http_reply_header(call->request, reply, "ETag", str_from(asset->etag));
        http_reply_header(call->request, reply, "Vary", STR("Accept-Encoding"));
        if (str_equal(http_request_header(call->request, "If-None-Match"), str_from(asset->etag))) {
                reply->status = 304;
                return RC_OK;
        }
        reply->status = 200;
        if (!takes_gzip(call->request))
                return web_inflate(call->op, asset, &reply->body);
        http_reply_header(call->request, reply, "Content-Encoding", STR("gzip"));
        reply->fixed = asset->gzip;
        return RC_OK;
}
