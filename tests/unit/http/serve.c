/* The server, over real sockets. */
#include "unit/http/app.h"
#include "unit/http/client.h"
#include "unit/test.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static struct test_app app;

static void serve(struct http_config config)
{
        app = (struct test_app){0};
        test_app_serve(&app, config);
}

static void stop(void)
{
        http_server_close(app.server);
        app.server = NULL;
}

static void ask(const char *text, struct buf *buf, struct client_reply *ret)
{
        client_ask(http_server_port(app.server), str_from(text), buf, ret);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"
#define BUF(name)                                                                                            \
        CLEANUP(buf_release) struct buf name;                                                                \
        buf_init(&name, 64 << 20)

TEST(server_answers_inline_and_on_story_threads)
{
        serve((struct http_config){0});
        BUF(buf);
        struct client_reply reply;
        ask(GET("/inline"), &buf, &reply);
        CHECK(reply.status == 200);
        CHECK_STR(reply.body, "{\"hello\":true}");
        CHECK_STR(client_header(&reply, "Content-Type"), "application/json");
        CHECK_STR(client_header(&reply, "X-Content-Type-Options"), "nosniff");
        CHECK_STR(client_header(&reply, "Referrer-Policy"), "no-referrer");
        CHECK_STR(client_header(&reply, "Cache-Control"), "no-store");
        CHECK(client_header(&reply, "Content-Security-Policy").len > 0);
        CHECK(client_header(&reply, "X-Request-Id").len == 32);
        ask(GET("/story"), &buf, &reply);
        CHECK(reply.status == 200);
        CHECK_STR(reply.body, "{\"hello\":true}");
        stop();
}

/* However much a client forges before it, what the proxy wrote last counts. Control: where forwarded_for() in
 * head.c joins line by line, the arena is full behind some number of them, and the proxy is the client. */
TEST(client_is_found_behind_any_number_of_forged_hops)
{
        serve((struct http_config){.trusted_proxies = STR("127.0.0.1")});
        BUF(buf);
        BUF(request);
        for (int lines = 1; lines <= 56; lines++) {
                struct client_reply reply;
                buf_clear(&request);
                buf_add(&request, STR("GET /item/a/status HTTP/1.1\r\nHost: x\r\n"));
                for (int i = 0; i < lines; i++)
                        buf_addf(&request, "X-Forwarded-For: %0440d\r\n", i);
                buf_add(&request, STR("X-Forwarded-For: 203.0.113.7\r\n\r\n"));
                client_ask(http_server_port(app.server), buf_str(&request), &buf, &reply);
                CHECK(reply.status == 200);
                CHECK(str_find_str(reply.body, STR("\"ip\":\"203.0.113.7\"")) > 0);
        }
        stop();
}

TEST(server_words_failures_by_the_application)
{
        serve((struct http_config){0});
        BUF(buf);
        struct client_reply reply;
        ask(GET("/nowhere"), &buf, &reply);
        CHECK(reply.status == 404 && str_find_str(reply.body, STR("NOT_FOUND")) > 0);
        ask("DELETE /inline HTTP/1.1\r\nHost: x\r\n\r\n", &buf, &reply);
        CHECK(reply.status == 405);
        CHECK_STR(client_header(&reply, "Allow"), "GET, HEAD, POST, OPTIONS");
        ask("BREW /inline HTTP/1.1\r\nHost: x\r\n\r\n", &buf, &reply);
        CHECK(reply.status == 405);
        ask("GET /inline?a=%zz HTTP/1.1\r\nHost: x\r\n\r\n", &buf, &reply);
        CHECK(reply.status == 400);
        ask(GET("/denied"), &buf, &reply);
        CHECK(reply.status == 429);
        CHECK_STR(client_header(&reply, "Retry-After"), "7");
        CHECK_STR(client_header(&reply, "X-Extra"), "given");
        ask(GET("/big?n=5000000"), &buf, &reply);
        CHECK(reply.status == 500 && str_find_str(reply.body, STR("INTERNAL")) > 0);
        stop();
}

TEST(server_reads_json_and_forms)
{
        serve((struct http_config){0});
        BUF(buf);
        struct client_reply reply;
        static const struct {
                const char *type, *body;
                int status;
        } cases[] = {
            {"application/json", "{\"a\":1}", 200},
            {"application/json; charset=utf-8", "{}", 200},
            {"Application/JSON;charset=\"UTF-8\"", "{}", 200},
            {"application/json; charset=euc-kr", "{}", 415},
            {"text/plain", "{}", 415},
            {"application/json", "[1]", 400},
            {"application/json", "", 400},
            {"application/json", "{\"a\":1,\"a\":2}", 400},
            {"application/json", "{\"a\":\"\xff\"}", 400},
            {"application/json", "{} x", 400},
        };
        for (size_t i = 0; i < LEN(cases); i++) {
                char text[512];
                snprintf(text, sizeof(text),
                         "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                         i % 2 ? "/echo" : "/inline", cases[i].type, strlen(cases[i].body), cases[i].body);
                ask(text, &buf, &reply);
                CHECK(reply.status == cases[i].status);
        }
        ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", &buf, &reply);
        CHECK(reply.status == 415);
        ask("POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: 17\r\n\r\nx=1&token=a%2Bb+c",
            &buf, &reply);
        CHECK(reply.status == 200);
        CHECK_STR(reply.body, "a+b c");
        stop();
}

TEST(server_tells_who_asks)
{
        serve((struct http_config){.trusted_proxies = STR("127.0.0.0/8")});
        BUF(buf);
        struct client_reply reply;
        ask("GET /item/a%2Fb/status?q=%ED%99%8D HTTP/1.1\r\nHost: x\r\nUser-Agent: t\xc2\xa9\tt\r\n"
            "X-Forwarded-For: 1.1.1.1, 198.51.100.7\r\nX-Forwarded-For: 127.0.0.5\r\n"
            "Accept-Language: en\r\nAuthorization: Bearer  key \r\n\r\n",
            &buf, &reply);
        CHECK(reply.status == 200);
        CHECK_STR(reply.body,
                  "{\"id\":\"a/b\",\"rest\":null,\"q\":\"홍\",\"ip\":\"198.51.100.7\",\"lang\":\"en\","
                  "\"agent\":\"t\xc2\xa9t\",\"bearer\":\"key\"}");
        stop();
}

TEST(server_keeps_connections_and_takes_pipelines)
{
        serve((struct http_config){0});
        BUF(buf);
        struct client_reply reply;
        CLEANUP(fd_close) int fd = client_connect(http_server_port(app.server));
        CHECK(client_send(
            fd,
            STR(GET("/story") GET("/inline") GET(
                "/nowhere") "HEAD /story HTTP/1.1\r\nHost: x\r\n\r\n"
                            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}" GET("/inline"))));
        static const int wanted[] = {200, 200, 404, 200, 415, 200};
        size_t used = 0;
        for (size_t i = 0; i < LEN(wanted); i++) {
                BUF(rest);
                buf_add(&rest, str_sub(buf_str(&buf), used, buf.len));
                client_read(fd, &rest, 5000, i == 3, &reply);
                CHECK(reply.status == wanted[i]);
                if (i == 3)
                        CHECK_STR(client_header(&reply, "Content-Length"), "14");
                buf_clear(&buf);
                buf_add(&buf, str_sub(buf_str(&rest), reply.used, rest.len));
        }
        CHECK(buf.len == 0);
        stop();
}

TEST(server_answers_preflights)
{
        serve((struct http_config){.cors_origins = STR("https://a.example, https://b.example")});
        BUF(buf);
        struct client_reply reply;
        ask("OPTIONS /inline HTTP/1.1\r\nHost: x\r\nOrigin: https://b.example\r\n"
            "Access-Control-Request-Method: POST\r\n\r\n",
            &buf, &reply);
        CHECK(reply.status == 204);
        CHECK_STR(client_header(&reply, "Access-Control-Allow-Origin"), "https://b.example");
        CHECK_STR(client_header(&reply, "Access-Control-Allow-Methods"), "GET, HEAD, POST, OPTIONS");
        CHECK_STR(client_header(&reply, "Vary"), "Origin");
        ask("GET /inline HTTP/1.1\r\nHost: x\r\nOrigin: https://b.example\r\n\r\n", &buf, &reply);
        CHECK_STR(client_header(&reply, "Access-Control-Allow-Origin"), "https://b.example");
        ask("GET /inline HTTP/1.1\r\nHost: x\r\nOrigin: https://c.example\r\n\r\n", &buf, &reply);
        CHECK(str_is_null(client_header(&reply, "Access-Control-Allow-Origin")));
        ask("OPTIONS /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", &buf, &reply);
        CHECK(reply.status == 404);
        stop();
}

TEST(server_counts_for_prometheus)
{
        serve((struct http_config){0});
        BUF(buf);
        struct client_reply reply;
        ask(GET("/inline"), &buf, &reply);
        ask(GET("/inline"), &buf, &reply);
        ask(GET("/item/secret/x"), &buf, &reply);
        BUF(text);
        /* a request is counted when its reply has gone, a little after the client has it */
        for (int i = 0; i < 100; i++) {
                buf_clear(&text);
                http_server_metrics(app.server, &text);
                if (str_find_str(buf_str(&text), STR("status=\"404\"} 1")) > 0 &&
                    str_find_str(buf_str(&text), STR("status=\"200\"} 2")) > 0)
                        break;
                nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        }
        CHECK(str_find_str(buf_str(&text), STR("{method=\"GET\",route=\"/inline\",status=\"200\"} 2\n")) > 0);
        CHECK(str_find_str(buf_str(&text), STR("{method=\"\",route=\"\",status=\"404\"} 1\n")) > 0);
        CHECK(str_find_str(buf_str(&text), STR("route=\"/inline\",le=\"+Inf\"} 2\n")) > 0);
        CHECK(str_find_str(buf_str(&text), STR("secret")) < 0);
        stop();
}

/* What opening a server on this address says. */
static void opening_says(enum rc expected, const char *listen, const char *text)
{
        struct op op;
        op_init(&op, NULL, 4096, 1000);
        struct http_app http = test_app_for(&app);
        struct http_config config = {.listen = str_from(listen)};
        struct http_server *server = NULL;
        enum rc rc = http_server_open(&op, &config, &http, &server);
        bool said = strstr(op.why, text) != NULL;
        op_release(&op);
        http_server_close(server);
        CHECK(rc == expected && said);
}

TEST(server_says_why_it_cannot_listen)
{
        serve((struct http_config){0});
        char taken[32];
        snprintf(taken, sizeof(taken), "127.0.0.1:%u", http_server_port(app.server));
        opening_says(RC_UNAVAILABLE, taken, "choose another port in LISTEN");
        stop();
        opening_says(RC_CONFIG, "127.0.0.1", "write HOST:PORT");
        opening_says(RC_CONFIG, "127.0.0.1:70000", "write HOST:PORT");
        opening_says(RC_CONFIG, "::1:80", "write HOST:PORT");
        opening_says(RC_CONFIG, "198.51.100.1:8080", "does not have that address");
        opening_says(RC_CONFIG, "no.such.host.invalid:80", "cannot be resolved");
        serve((struct http_config){.listen = STR("[::1]:0")});
        CHECK(http_server_port(app.server) > 0);
        stop();
}

/*
 * libmicrohttpd asks epoll for 128 events at a time, and where it gets so many, for more before it serves
 * any: with nobody else to say something it would wait for ever. Control: the events without their pulse.
 */
TEST(server_answers_when_as_many_are_ready_as_are_asked_for_at_once)
{
        enum { MANY = 128 };
        int fds[MANY], busy, answered = 0;
        serve((struct http_config){.event_threads = 1, .per_ip_max = 2 * MANY});
        BUF(buf);
        struct client_reply reply;
        for (int i = 0; i < MANY; i++) {
                fds[i] = client_connect(http_server_port(app.server));
                CHECK(client_send(fds[i], STR(GET("/inline"))));
                buf_clear(&buf);
                client_read(fds[i], &buf, 2000, false, &reply);
                CHECK(reply.status == 200);
        }
        busy = client_connect(http_server_port(app.server));
        CHECK(client_send(busy, STR(GET("/busy?ms=300"))));
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        for (int i = 0; i < MANY; i++)
                CHECK(client_send(fds[i], STR(GET("/inline"))));
        for (int i = 0; i < MANY; i++) {
                buf_clear(&buf);
                client_read(fds[i], &buf, answered == i ? 2000 : 1, false, &reply);
                answered += reply.status == 200;
                close(fds[i]);
        }
        close(busy);
        stop();
        CHECK(answered == MANY);
}
