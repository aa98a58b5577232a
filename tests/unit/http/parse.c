/* The parsers of the HTTP layer, without a server. */
#include "http/addr.h"
#include "http/guard.h"
#include "http/head.h"
#include "http/media.h"
#include "http/query.h"
#include "http/route.h"
#include "unit/test.h"

static struct arena arena_of(size_t max)
{
        struct arena arena;
        arena_init(&arena, max);
        return arena;
}

TEST(query_decodes_pairs_in_order)
{
        CLEANUP(arena_release) struct arena arena = arena_of(65536);
        struct http_pairs pairs;
        CHECK(query_parse(&arena, STR("a=1&b=%ED%99%8D+x&&c&a=2&d=%3D%26"), &pairs));
        CHECK(pairs.len == 5);
        CHECK_STR(http_pairs_get(&pairs, "a"), "1");
        CHECK_STR(http_pairs_get(&pairs, "b"), "홍 x");
        CHECK_STR(http_pairs_get(&pairs, "c"), "");
        CHECK_STR(http_pairs_get(&pairs, "d"), "=&");
        CHECK(str_is_null(http_pairs_get(&pairs, "e")));
        CHECK(query_parse(&arena, STR(""), &pairs) && pairs.len == 0);
}

TEST(query_refuses_what_is_malformed)
{
        static const char *const bad[] = {"a=%",   "a=%4",  "a=%zz",    "a=%00",
                                          "%00=a", "a=%ff", "a=%C0%80", "a=%ED%A0%80"};
        CLEANUP(arena_release) struct arena arena = arena_of(65536);
        struct http_pairs pairs;
        for (size_t i = 0; i < LEN(bad); i++)
                CHECK(!query_parse(&arena, str_from(bad[i]), &pairs));
        char many[2 * HTTP_PAIRS_MAX + 2];
        memset(many, '&', sizeof(many));
        CHECK(!query_parse(&arena, str_from_bytes(many, sizeof(many)), &pairs));
        struct arena small = arena_of(16);
        CHECK(!query_parse(&small, STR("a=1&b=2"), &pairs));
        arena_release(&small);
}

TEST(media_reads_parameters)
{
        struct media media;
        CHECK(media_parse(STR(" application/json ; charset=\"UTF-8\" "), &media));
        CHECK_STR(media.type, "application/json");
        CHECK_STR(media_param(&media, "Charset"), "UTF-8");
        CHECK(media_parse(STR("form-data; name=\"a;b\"; filename=\"x \\\" y\"; q=1;"), &media));
        CHECK_STR(media_param(&media, "name"), "a;b");
        CHECK_STR(media_param(&media, "filename"), "x \\\" y");
        CHECK_STR(media_param(&media, "q"), "1");
        CHECK(media_parse(STR("form-data; filename=\" ? | \" < ;.txt\""), &media));
        CHECK(media_parse(STR("form-data; filename=\"\""), &media) && media.params[0].value.len == 0);
        static const char *const bad[] = {
            "",           ";a=b",          "text/plain; a", "text/plain; a=", "t/p; =b",
            "t/p; a=\"b", "t/p; a=b; A=c", "t/p a=b",       "t/p; a=b c",     "t/p; a=\"b\"c"};
        for (size_t i = 0; i < LEN(bad); i++)
                CHECK(!media_parse(str_from(bad[i]), &media));
}

TEST(addresses_have_one_form)
{
        struct addr a, b;
        CHECK(addr_parse(STR("192.0.2.1"), &a) && addr_parse(STR("::ffff:192.0.2.1"), &b));
        CHECK(memcmp(&a, &b, sizeof(a)) == 0);
        CHECK(addr_parse(STR(" 192.0.2.1:8080 "), &b) && memcmp(&a, &b, sizeof(a)) == 0);
        CHECK(addr_parse(STR("[::ffff:192.0.2.1]:8080"), &b) && memcmp(&a, &b, sizeof(a)) == 0);
        char text[ADDR_TEXT_MAX];
        addr_text(&b, text);
        CHECK_STR(str_from(text), "192.0.2.1");
        CHECK(addr_parse(STR("2001:DB8::0:1"), &a));
        addr_text(&a, text);
        CHECK_STR(str_from(text), "2001:db8::1");
        static const char *const bad[] = {
            "", "x", "1.2.3", "1.2.3.256", "[::1", "fe80::1%eth0", "localhost", "1.2.3.4, 5"};
        for (size_t i = 0; i < LEN(bad); i++)
                CHECK(!addr_parse(str_from(bad[i]), &a));
}

/* Whether `peer`, with these hops and networks, is the client `wanted`. */
static bool client_is(const char *nets_text, const char *peer_text, const char *hops, const char *wanted)
{
        struct addr_nets nets;
        struct str bad;
        struct addr peer, client;
        if (!addr_nets_parse(str_from(nets_text), &nets, &bad) || !addr_parse(str_from(peer_text), &peer))
                return false;
        client = addr_client(&peer, str_from(hops), &nets);
        char text[ADDR_TEXT_MAX];
        addr_text(&client, text);
        return str_equal(str_from(text), str_from(wanted));
}

TEST(client_is_the_rightmost_untrusted_hop)
{
        CHECK(client_is("", "192.0.2.9", "198.51.100.1", "192.0.2.9"));
        CHECK(client_is("10.0.0.0/8", "192.0.2.9", "198.51.100.1", "192.0.2.9"));
        CHECK(client_is("10.0.0.0/8", "10.1.2.3", "198.51.100.1", "198.51.100.1"));
        CHECK(client_is("10.0.0.0/8", "10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"));
        CHECK(client_is("10.0.0.0/8", "10.1.2.3", NULL, "10.1.2.3"));
        CHECK(client_is("10.0.0.0/8", "10.1.2.3", "", "10.1.2.3"));
        CHECK(client_is("10.0.0.0/8", "10.1.2.3", "1.1.1.1, nonsense, 10.9.9.9", "10.9.9.9"));
        CHECK(client_is("10.0.0.0/8", "10.1.2.3", "10.1.1.1,10.2.2.2", "10.1.1.1"));
        CHECK(client_is("::1 , fd00::/8", "::1", "2001:db8::7", "2001:db8::7"));
        CHECK(client_is("fd00::/8", "fd12::1", "[2001:db8::7]:443", "2001:db8::7"));
        CHECK(client_is("192.0.2.128/25", "192.0.2.127", "1.1.1.1", "192.0.2.127"));
        CHECK(client_is("192.0.2.128/25", "192.0.2.129", "1.1.1.1", "1.1.1.1"));
}

TEST(networks_that_cannot_be_read_are_named)
{
        struct addr_nets nets;
        struct str bad;
        CHECK(!addr_nets_parse(STR("10.0.0.0/8, 10.0.0.0/33"), &nets, &bad));
        CHECK_STR(bad, "10.0.0.0/33");
        CHECK(!addr_nets_parse(STR("proxy.example"), &nets, &bad));
        CHECK(!addr_nets_parse(STR("::/129"), &nets, &bad));
        CHECK(addr_nets_parse(STR("0.0.0.0/0"), &nets, &bad) && nets.items[0].bits == 96);
}

TEST(language_is_what_the_client_likes_best)
{
        CHECK(head_language(STR_NULL) == LANG_KO);
        CHECK(head_language(STR("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7")) == LANG_KO);
        CHECK(head_language(STR("en-US,en;q=0.9,ko;q=0.8")) == LANG_EN);
        CHECK(head_language(STR("ko;q=0.3, en;q=0.4")) == LANG_EN);
        CHECK(head_language(STR("en;q=0, ko;q=0.1")) == LANG_KO);
        CHECK(head_language(STR("en;q=0")) == LANG_KO);
        CHECK(head_language(STR("de, fr")) == LANG_KO);
        CHECK(head_language(STR("en")) == LANG_EN);
        CHECK(head_language(STR("english,,;q=,;")) == LANG_KO);
}

static void nothing(void *ctx, struct http_request *request, struct http_reply *reply)
{
}

TEST(routes_match_whole_paths)
{
        static const struct http_route routes[] = {
            {HTTP_GET, "/", 0, nothing},
            {HTTP_GET, "/a/{x}/b/{y}", 0, nothing},
            {HTTP_POST, "/a/{x}/b/{y}", 0, nothing},
            {HTTP_GET, "/s/{rest*}", 0, nothing},
        };
        struct route_match match;
        route_find(routes, LEN(routes), HTTP_HEAD, STR("/a/1/b/2"), &match);
        CHECK(match.route == &routes[1]);
        CHECK_STR(match.params[0], "1");
        CHECK_STR(match.params[1], "2");
        route_find(routes, LEN(routes), HTTP_DELETE, STR("/a/1/b/2"), &match);
        CHECK(match.route == NULL);
        CLEANUP(buf_release) struct buf allow;
        buf_init(&allow, 100);
        route_allow(match.methods, &allow);
        CHECK_STR(buf_str(&allow), "GET, HEAD, POST, OPTIONS");
        static const char *const unknown[] = {"/a/1/b/", "/a//b/2", "/a/1/b/2/", "/a/1/b", "//", "", "/x"};
        for (size_t i = 0; i < LEN(unknown); i++) {
                route_find(routes, LEN(routes), HTTP_GET, str_from(unknown[i]), &match);
                CHECK(match.route == NULL && match.methods == 0);
        }
        route_find(routes, LEN(routes), HTTP_GET, STR("/s/p/q.js"), &match);
        CHECK_STR(match.params[0], "p/q.js");
        CHECK(route_param_index(routes[1].pattern, STR("y")) == 1);
        CHECK(route_param_index(routes[3].pattern, STR("rest")) == 0);
        CHECK(route_param_index(routes[3].pattern, STR("y")) == -1);
}

/* The guard's word on a head with these header lines, besides a proper Host. */
static const char *guard_says(const char *method, const char *uri, const char *version, const char *name,
                              const char *value)
{
        struct http_pair headers[2] = {{STR("Host"), STR("id.example:8080")},
                                       {str_from(name), str_from(value)}};
        struct guard_head head = {.method = str_from(method),
                                  .uri = str_from(uri),
                                  .version = str_from(version),
                                  .headers = headers,
                                  .headers_len = name ? 2 : 1};
        struct guard_verdict verdict;
        return guard_check(&head, &verdict);
}

TEST(guard_takes_plain_requests)
{
        CHECK(guard_says("GET", "/a?b=c", "HTTP/1.1", NULL, NULL) == NULL);
        CHECK(guard_says("POST", "/", "HTTP/1.0", "Content-Length", "18") == NULL);
        CHECK(guard_says("POST", "/", "HTTP/1.1", "Expect", "100-Continue") == NULL);
        CHECK(guard_says("GET", "/", "HTTP/1.1", "X-Name", "\xed\x99\x8d\tx") == NULL);
        CHECK(guard_says("BREW", "/", "HTTP/1.1", NULL, NULL) == NULL);
}

TEST(guard_refuses_what_two_readers_could_read_differently)
{
        static const struct {
                const char *method, *uri, *version, *name, *value;
        } bad[] = {
            {"GET", "", "HTTP/1.1", NULL, NULL},
            {"GET", "*", "HTTP/1.1", NULL, NULL},
            {"GET", "http://id.example/", "HTTP/1.1", NULL, NULL},
            {"GET", "/a b", "HTTP/1.1", NULL, NULL},
            {"GET", "/a\x80", "HTTP/1.1", NULL, NULL},
            {"GET", "/a#b", "HTTP/1.1", NULL, NULL},
            {"GET", "/a%00", "HTTP/1.1", NULL, NULL},
            {"G(T", "/", "HTTP/1.1", NULL, NULL},
            {"GET", "/", "HTTP/1.2", NULL, NULL},
            {"GET", "/", "HTTP/2.0", NULL, NULL},
            {"GET", "/", "http/1.1", NULL, NULL},
            {"GET", "/", "", NULL, NULL},
            {"GET", "/", "HTTP/1.1", "Host", "id.example"},
            {"GET", "/", "HTTP/1.1", "X Y", "1"},
            {"GET", "/", "HTTP/1.1", "", "1"},
            {"GET", "/", "HTTP/1.1", "X", "a\rb"},
            {"GET", "/", "HTTP/1.1", "X", "a\x7f"},
            {"POST", "/", "HTTP/1.1", "Transfer-Encoding", "chunked"},
            {"POST", "/", "HTTP/1.1", "transfer-encoding", ""},
            {"POST", "/", "HTTP/1.1", "Content-Length", ""},
            {"POST", "/", "HTTP/1.1", "Content-Length", "+1"},
            {"POST", "/", "HTTP/1.1", "Content-Length", "1, 1"},
            {"POST", "/", "HTTP/1.1", "Content-Length", "0x10"},
            {"POST", "/", "HTTP/1.1", "Content-Length", "1000000000000000000"},
            {"POST", "/", "HTTP/1.1", "Expect", "200-maybe"},
        };
        for (size_t i = 0; i < LEN(bad); i++)
                CHECK(guard_says(bad[i].method, bad[i].uri, bad[i].version, bad[i].name, bad[i].value) !=
                      NULL);
        struct http_pair none = {STR("X"), STR("y")}, twice[] = {{STR("Host"), STR("a")},
                                                                 {STR("Content-Length"), STR("1")},
                                                                 {STR("content-length"), STR("1")}};
        struct guard_head head = {STR("GET"), STR("/"), STR("HTTP/1.1"), &none, 1};
        struct guard_verdict verdict;
        CHECK(guard_check(&head, &verdict) != NULL);
        head.headers = twice;
        head.headers_len = 2;
        CHECK(guard_check(&head, &verdict) == NULL && verdict.content_length == 1);
        head.headers_len = 3;
        CHECK(guard_check(&head, &verdict) != NULL);
        twice[0].value = STR("a b");
        head.headers_len = 1;
        CHECK(guard_check(&head, &verdict) != NULL);
}

TEST(guard_sees_where_line_ends_were)
{
        /* as it lies after parsing: GET /a HTTP/1.1 CRLF Host: x CRLF CRLF, ends written over with zeros */
        static const char buffer[] = "GET\0/a\0HTTP/1.1\0\0Host\0 x\0\0\0\0";
        struct http_pair header = {{buffer + 17, 4}, {buffer + 23, 1}};
        struct guard_layout layout = {.method = buffer,
                                      .uri = buffer + 4,
                                      .uri_len = 2,
                                      .version = buffer + 7,
                                      .headers = &header,
                                      .headers_len = 1,
                                      .head_len = 28};
        CHECK(guard_layout_canonical(&layout));
        layout.head_len = 27; /* the last line ended with a bare LF */
        CHECK(!guard_layout_canonical(&layout));
        layout.head_len = 28;
        header.name.ptr--; /* the request line did */
        CHECK(!guard_layout_canonical(&layout));
        header.name.ptr++;
        layout.uri_len = 1; /* a NUL in the target */
        CHECK(!guard_layout_canonical(&layout));
}
