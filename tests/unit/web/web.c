#include "web/web.h"

#include "unit/test.h"

enum { CONTENT_MAX = 4 * 1024 * 1024, TIMEOUT_MS = 1000 };

static void content_of(const char *path, struct buf *ret)
{
        struct op op;
        const struct web_asset *asset = web_find(str_from(path));

        CHECK(asset);
        op_init(&op, NULL, 1024, TIMEOUT_MS);
        CHECK(web_inflate(&op, asset, ret) == RC_OK);
        CHECK(ret->len == asset->len);
        op_release(&op);
}

TEST(web_offers_the_pages_at_their_addresses)
{
        CHECK_STR(str_from(web_find(STR("/"))->content_type), "text/html; charset=utf-8");
        CHECK_STR(str_from(web_find(STR("/api/docs"))->content_type), "text/html; charset=utf-8");
        CHECK_STR(str_from(web_find(STR("/api/openapi.json"))->content_type),
                  "application/json; charset=utf-8");
        CHECK(web_find(STR("/assets/page.css")));
}

TEST(web_knows_nothing_else)
{
        CHECK(!web_find(STR("")));
        CHECK(!web_find(STR_NULL));
        CHECK(!web_find(STR("/index.html")));
        CHECK(!web_find(STR("/api/docs/")));
        CHECK(!web_find(STR("/api/doc")));
        CHECK(!web_find(STR("/assets/../api/docs")));
}

TEST(web_finds_every_asset)
{
        size_t len;
        const struct web_asset *assets = web_all(&len);

        CHECK(len > 5);
        for (size_t i = 0; i < len; i++) {
                CLEANUP(buf_release) struct buf content;
                buf_init(&content, CONTENT_MAX);
                CHECK(web_find(str_from(assets[i].path)) == &assets[i]);
                content_of(assets[i].path, &content);
        }
}

TEST(web_pages_come_with_a_policy_and_name_no_other_host)
{
        CLEANUP(buf_release) struct buf page;
        const struct web_asset *asset = web_find(STR("/"));

        buf_init(&page, CONTENT_MAX);
        content_of("/", &page);
        CHECK(asset->csp && strstr(asset->csp, "script-src 'self'") && !strstr(asset->csp, "unsafe"));
        CHECK(str_find_str(buf_str(&page), STR("https://")) < 0);
        CHECK(str_find_str(buf_str(&page), STR("http://")) < 0);
        CHECK_STR(str_from(asset->cache_control), "no-cache");
}

TEST(web_inflate_stops_at_the_maximum)
{
        struct op op;
        CLEANUP(buf_release) struct buf small;

        op_init(&op, NULL, 1024, TIMEOUT_MS);
        buf_init(&small, 10);
        CHECK(web_inflate(&op, web_find(STR("/")), &small) == RC_INTERNAL);
        op_release(&op);
}
