/* Clients that dribble, stall, leave, or come in crowds; event streams; uploads; stopping under load. */
#include "base/clock.h"
#include "unit/http/app.h"
#include "unit/http/client.h"
#include "unit/test.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
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
}

static void sleep_ms(int64_t ms)
{
        nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static bool becomes(atomic_int *value, int wanted, int timeout_ms)
{
        int64_t until_ms = clock_mono_ms() + timeout_ms;
        while (*value != wanted && clock_mono_ms() < until_ms)
                sleep_ms(5);
        return *value == wanted;
}

/* Send the text a byte at a time, `gap_ms` apart; milliseconds until the server closed, or -1. */
static int64_t dribble(const char *start, const char *text, int64_t gap_ms)
{
        CLEANUP(fd_close) int fd = client_connect(http_server_port(app.server));
        int64_t since_ms = clock_mono_ms();
        CHECK(client_send(fd, str_from(start)));
        for (const char *at = text; *at; at++) {
                if (client_closed(fd, (int)gap_ms) || !client_send(fd, str_from_bytes(at, 1)))
                        return clock_mono_ms() - since_ms;
        }
        return -1;
}

#define MANY_BYTES "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

TEST(slow_heads_and_bodies_are_cut_at_the_deadline)
{
        serve((struct http_config){.header_ms = 600, .body_ms = 600, .idle_ms = 600});
        int64_t ms = dribble("GET /inline", MANY_BYTES, 40);
        CHECK(ms >= 500 && ms < 1500);
        ms = dribble("GET /inline HTTP/1.1\r\nX: ", MANY_BYTES, 40);
        CHECK(ms >= 500 && ms < 1500);
        ms = dribble("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n", MANY_BYTES, 40);
        CHECK(ms >= 500 && ms < 1500);
        ms = dribble("GET /inline HTTP/1.1\r\nHost: x\r\n\r\nGET /in", MANY_BYTES, 40);
        CHECK(ms >= 500 && ms < 1500);
        stop();
}

/* Whether so many connections come to be open in time. */
static bool opens(unsigned wanted, int timeout_ms)
{
        char line[64];
        CLEANUP(buf_release) struct buf text;
        buf_init(&text, 1 << 20);
        snprintf(line, sizeof(line), "\nbonin_http_connections %u\n", wanted);
        for (int64_t until_ms = clock_mono_ms() + timeout_ms; clock_mono_ms() < until_ms; sleep_ms(20)) {
                buf_clear(&text);
                http_server_metrics(app.server, &text);
                if (str_find_str(buf_str(&text), str_from(line)) > 0)
                        return true;
        }
        return false;
}

/* A client that lets a few kilobytes come before it reads. */
static int connect_small(void)
{
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), small = 2048;
        struct sockaddr_in to = {.sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)http_server_port(app.server)),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)) == 0);
        CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
        return fd;
}

TEST(slow_readers_are_cut_at_the_deadline)
{
        serve((struct http_config){.answer_ms = 400});
        CLEANUP(fd_close) int fd = connect_small();
        /* the announced time grows with the reply: pipelined, so that more is asked for than buffers hold */
        for (int i = 0; i < 20; i++)
                CHECK(client_send(fd, STR("GET /big?n=320000 HTTP/1.1\r\nHost: x\r\n\r\n")));
        CHECK(opens(1, 1000) && opens(0, 15000));
        stop();
}

/* Half a megabyte in answers that a client does not read: neither looks it idle, nor does anything come once
 * it was cut. Controls, in conn.c: without TCP_NOTSENT_LOWAT it is not cut in time, without SO_LINGER the
 * kernel goes on sending. */
TEST(slow_readers_are_left_nothing_in_the_kernel)
{
        enum { LATE_MAX = 8192 };
        serve((struct http_config){.answer_ms = 300});
        CLEANUP(fd_close) int fd = connect_small();
        CLEANUP(buf_release) struct buf asked;
        buf_init(&asked, 4096);
        for (int i = 0; i < 20; i++)
                buf_add(&asked, STR("GET /big?n=24000 HTTP/1.1\r\nHost: x\r\n\r\n"));
        CHECK(client_send(fd, buf_str(&asked)));
        CHECK(opens(1, 1000) && opens(0, 5000));
        CLEANUP(buf_release) struct buf late;
        buf_init(&late, 1 << 20);
        CHECK(!client_expect(fd, &late, "never", 1000));
        CHECK(late.len <= LATE_MAX);
        stop();
}

TEST(slow_story_does_not_hold_up_others)
{
        serve((struct http_config){.event_threads = 1});
        CLEANUP(fd_close) int fd = client_connect(http_server_port(app.server));
        CHECK(client_send(fd, STR("GET /slow?ms=400 HTTP/1.1\r\nHost: x\r\n\r\n")));
        CHECK(becomes(&app.stories, 1, 1000));
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1 << 20);
        struct client_reply reply;
        int64_t since_ms = clock_mono_ms();
        client_ask(http_server_port(app.server), STR("GET /story HTTP/1.1\r\nHost: x\r\n\r\n"), &buf, &reply);
        CHECK(reply.status == 200 && clock_mono_ms() - since_ms < 200);
        buf_clear(&buf);
        client_read(fd, &buf, 2000, false, &reply);
        CHECK(reply.status == 200);
        stop();
}

TEST(server_refuses_when_all_threads_are_busy)
{
        serve((struct http_config){.stories = 1, .queue_max = 1});
        CLEANUP(fd_close) int first = client_connect(http_server_port(app.server));
        CHECK(client_send(first, STR("GET /slow?ms=300 HTTP/1.1\r\nHost: x\r\n\r\n")));
        CHECK(becomes(&app.stories, 1, 1000));
        CLEANUP(fd_close) int second = client_connect(http_server_port(app.server));
        CHECK(client_send(second, STR("GET /slow?ms=1 HTTP/1.1\r\nHost: x\r\n\r\n")));
        sleep_ms(50);
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1 << 20);
        struct client_reply reply;
        client_ask(http_server_port(app.server), STR("GET /slow?ms=1 HTTP/1.1\r\nHost: x\r\n\r\n"), &buf,
                   &reply);
        CHECK(reply.status == 503);
        CHECK_STR(client_header(&reply, "Retry-After"), "1");
        buf_clear(&buf);
        client_read(second, &buf, 2000, false, &reply);
        CHECK(reply.status == 200);
        stop();
}

TEST(server_limits_connections_of_one_address)
{
        serve((struct http_config){.per_ip_max = 3});
        int fds[5];
        for (size_t i = 0; i < LEN(fds); i++) {
                fds[i] = client_connect(http_server_port(app.server));
                sleep_ms(20);
        }
        CHECK(client_closed(fds[3], 1000) && client_closed(fds[4], 1000));
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1 << 20);
        struct client_reply reply;
        CHECK(client_send(fds[0], STR("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n")));
        client_read(fds[0], &buf, 1000, false, &reply);
        CHECK(reply.status == 200);
        for (size_t i = 0; i < LEN(fds); i++)
                fd_close(&fds[i]);
        stop();
}

enum { CROWD = 1200 };

TEST(server_answers_while_a_crowd_idles)
{
        struct rlimit limit;
        CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
        limit.rlim_cur = limit.rlim_max;
        if (limit.rlim_max < 2 * CROWD + 200 || setrlimit(RLIMIT_NOFILE, &limit) != 0)
                test_skip("too few file descriptors allowed");
        serve((struct http_config){.header_ms = 1500});
        static int fds[CROWD];
        for (size_t i = 0; i < CROWD; i++) {
                fds[i] = client_connect(http_server_port(app.server));
                CHECK(client_send(fds[i], STR("GET /inline HTTP/1.1\r\nX: ")));
        }
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1 << 20);
        struct client_reply reply;
        for (int i = 0; i < 20; i++) {
                int64_t since_ms = clock_mono_ms();
                client_ask(http_server_port(app.server), STR("GET /story HTTP/1.1\r\nHost: x\r\n\r\n"), &buf,
                           &reply);
                CHECK(reply.status == 200 && clock_mono_ms() - since_ms < 500);
        }
        int64_t until_ms = clock_mono_ms() + 5000;
        for (size_t i = 0; i < CROWD; i++) {
                CHECK(client_closed(fds[i], (int)(until_ms - clock_mono_ms())));
                fd_close(&fds[i]);
        }
        stop();
}

TEST(upload_streams_parts_to_the_sink)
{
        serve((struct http_config){0});
        CLEANUP(buf_release) struct buf body;
        CLEANUP(buf_release) struct buf buf;
        CLEANUP(buf_release) struct buf request;
        buf_init(&body, 32 << 20);
        buf_init(&request, 32 << 20);
        buf_init(&buf, 1 << 20);
        static const struct {
                size_t front, back;
                const char *part; /* name of the second file */
                int status;
                const char *says;
        } cases[] = {
            {10, 20, "back", 200, "{\"key\":\"k1\",\"front\":10,\"back\":20}"},
            {10 << 20, 10 << 20, "back", 200, "\"front\":10485760,\"back\":10485760}"},
            {(10 << 20) + 1, 1, "back", 413, "FILE_TOO_LARGE"},
            {300000, 10, "forbidden", 403, "FORBIDDEN"},
            {10, 10, "front", 422, "two parts of one name"},
        };
        for (size_t i = 0; i < LEN(cases); i++) {
                app.opened = app.released = 0;
                buf_clear(&body);
                buf_add(&body, STR("--B\r\nContent-Disposition: form-data; name=key\r\n\r\nk1\r\n--B\r\n"
                                   "Content-Disposition: form-data; name=front; filename=f.jpg\r\n\r\n"));
                for (size_t n = 0; n < cases[i].front; n++)
                        buf_add_char(&body, (char)n);
                buf_addf(&body, "\r\n--B\r\nContent-Disposition: form-data; name=%s; filename=\"b\"\r\n\r\n",
                         cases[i].part);
                for (size_t n = 0; n < cases[i].back; n++)
                        buf_add_char(&body, '\r');
                buf_add(&body, STR("\r\n--B--\r\n"));
                buf_clear(&request);
                buf_addf(
                    &request,
                    "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\n"
                    "Content-Length: %zu\r\n\r\n",
                    body.len);
                buf_add(&request, buf_str(&body));
                struct client_reply reply;
                client_ask(http_server_port(app.server), buf_str(&request), &buf, &reply);
                if (reply.status != cases[i].status)
                        printf("  case %zu: %d %.*s\n", i, reply.status, STR_FMT(reply.body));
                CHECK(reply.status == cases[i].status);
                CHECK(str_find_str(reply.body, str_from(cases[i].says)) >= 0);
                CHECK(becomes(&app.released, app.opened, 1000) && app.opened > 0);
        }
        stop();
}

TEST(upload_broken_off_is_released)
{
        serve((struct http_config){0});
        CLEANUP(fd_close) int fd = client_connect(http_server_port(app.server));
        CHECK(client_send(fd,
                          STR("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\nContent-Type: "
                              "multipart/form-data; boundary=B\r\n\r\n--B\r\nContent-Disposition: form-data; "
                              "name=front; filename=f\r\n\r\n")));
        static char bytes[200000];
        CHECK(client_send(fd, str_from_bytes(bytes, sizeof(bytes))));
        CHECK(becomes(&app.opened, 1, 1000));
        fd_close(&fd);
        CHECK(becomes(&app.released, 1, 2000));
        stop();
}

TEST(upload_too_large_is_refused_before_it_comes)
{
        serve((struct http_config){0});
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1 << 20);
        struct client_reply reply;
        int64_t since_ms = clock_mono_ms();
        client_ask(
            http_server_port(app.server),
            STR("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\nExpect: 100-continue\r\n"
                "Content-Type: multipart/form-data; boundary=B\r\n\r\n"),
            &buf, &reply);
        CHECK(reply.status == 413 && clock_mono_ms() - since_ms < 100);
        CHECK_STR(client_header(&reply, "Connection"), "close");
        client_ask(http_server_port(app.server),
                   STR("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                       "Content-Type: application/json\r\n\r\n{} "),
                   &buf, &reply);
        CHECK(reply.status == 415);
        client_ask(http_server_port(app.server),
                   STR("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n"
                       "Content-Type: multipart/form-data; boundary=B\r\n\r\n"),
                   &buf, &reply);
        CHECK(reply.status == 100);
        stop();
}

TEST(upload_abuse_is_refused_fast)
{
        serve((struct http_config){0});
        CLEANUP(buf_release) struct buf body;
        CLEANUP(buf_release) struct buf request;
        CLEANUP(buf_release) struct buf buf;
        buf_init(&body, 4 << 20);
        buf_init(&request, 4 << 20);
        buf_init(&buf, 1 << 20);
        for (int i = 0; i < 10000; i++)
                buf_addf(&body, "--B\r\nContent-Disposition: form-data; name=p%d\r\n\r\nv\r\n", i);
        buf_addf(&request,
                 "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 body.len);
        buf_add(&request, buf_str(&body));
        struct client_reply reply;
        int64_t since_ms = clock_mono_ms();
        client_ask(http_server_port(app.server), buf_str(&request), &buf, &reply);
        CHECK(reply.status == 400 && clock_mono_ms() - since_ms < 100);
        stop();
}

TEST(stream_tells_at_once_when_woken_and_beats)
{
        serve((struct http_config){.heartbeat_ms = 300});
        CLEANUP(fd_close) int fd = client_connect(http_server_port(app.server));
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1 << 20);
        CHECK(client_send(fd, STR("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")));
        CHECK(client_expect(fd, &buf, "data: {\"beats\":0}\n\n", 1000));
        CHECK(str_find_str(buf_str(&buf), STR("Content-Type: text/event-stream\r\n")) > 0);
        app.beats = 1;
        int64_t since_ms = clock_mono_ms();
        http_server_wake(app.server, STR("other"));
        http_server_wake(app.server, STR("beats"));
        CHECK(client_expect(fd, &buf, "data: {\"beats\":1}\n\n", 1000));
        CHECK(clock_mono_ms() - since_ms < 100);
        CHECK(client_expect(fd, &buf, ": still here\n\n", 1500));
        app.beats = 100;
        http_server_wake(app.server, STR("beats"));
        CHECK(client_expect(fd, &buf, "{\"beats\":100}\n\n\r\n0\r\n\r\n", 1000));
        CHECK(becomes(&app.streams_closed, 1, 1000));
        stop();
}

TEST(stream_of_a_gone_client_ends)
{
        serve((struct http_config){.heartbeat_ms = 200});
        int fd = client_connect(http_server_port(app.server));
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1 << 20);
        CHECK(client_send(fd, STR("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")));
        CHECK(client_expect(fd, &buf, "{\"beats\":0}", 1000));
        fd_close(&fd);
        CHECK(becomes(&app.streams_closed, 1, 3000));
        stop();
}

TEST(streams_are_capped_and_end_by_themselves)
{
        serve((struct http_config){.streams_max = 1, .stream_ms = 600});
        CLEANUP(fd_close) int fd = client_connect(http_server_port(app.server));
        CLEANUP(buf_release) struct buf buf;
        CLEANUP(buf_release) struct buf other;
        buf_init(&buf, 1 << 20);
        buf_init(&other, 1 << 20);
        CHECK(client_send(fd, STR("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")));
        CHECK(client_expect(fd, &buf, "{\"beats\":0}", 1000));
        struct client_reply reply;
        client_ask(http_server_port(app.server), STR("GET /events HTTP/1.1\r\nHost: x\r\n\r\n"), &other,
                   &reply);
        CHECK(reply.status == 503);
        CHECK(client_expect(fd, &buf, "\r\n0\r\n\r\n", 2000));
        CHECK(becomes(&app.streams_closed, 2, 1000));
        stop();
}

static atomic_bool hammering;

static void *hammer(void *arg)
{
        static const struct str requests[] = {STR("GET /story HTTP/1.1\r\nHost: x\r\n\r\n"),
                                              STR("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n"),
                                              STR("GET /slow?ms=5 HTTP/1.1\r\nHost: x\r\n\r\n"),
                                              STR("GET /events HTTP/1.1\r\nHost: x\r\n\r\n"),
                                              STR("GET /big?n=200000 HTTP/1.1\r\nHost: x\r\n\r\n"),
                                              STR("POST /upload HTTP/1.1\r\nHost: x\r\n")};
        unsigned port = *(unsigned *)arg;
        for (size_t i = 0; hammering; i++) {
                int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
                struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
                to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                char bytes[4096];
                if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
                    client_send(fd, requests[i % LEN(requests)]) && i % 7)
                        (void)!recv(fd, bytes, sizeof(bytes), 0);
                close(fd);
        }
        return NULL;
}

TEST(server_stops_cleanly_under_load)
{
        for (int round = 0; round < 5; round++) {
                serve((struct http_config){.answer_ms = 1000, .header_ms = 1000});
                unsigned port = http_server_port(app.server);
                pthread_t threads[8];
                hammering = true;
                for (size_t i = 0; i < LEN(threads); i++)
                        CHECK(pthread_create(&threads[i], NULL, hammer, &port) == 0);
                sleep_ms(150);
                int64_t since_ms = clock_mono_ms();
                stop();
                bool soon = clock_mono_ms() - since_ms < 3000;
                hammering = false;
                for (size_t i = 0; i < LEN(threads); i++)
                        pthread_join(threads[i], NULL);
                CHECK(soon && app.opened == app.released);
        }
}

TEST(server_lets_running_requests_finish)
{
        serve((struct http_config){0});
        CLEANUP(fd_close) int fd = client_connect(http_server_port(app.server));
        CHECK(client_send(fd, STR("GET /slow?ms=300 HTTP/1.1\r\nHost: x\r\n\r\n")));
        CHECK(becomes(&app.stories, 1, 1000));
        stop();
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 1 << 20);
        struct client_reply reply;
        client_read(fd, &buf, 100, false, &reply);
        CHECK(reply.status == 200);
}
