/*
 * How much the HTTP layer itself costs: the same small reply, inline and by a story thread, over kept
 * connections. Server and clients share one process; the clients' own CPU is taken off.
 *
 * usage: bench-http [SECONDS] [CONNECTIONS]
 */
#include "base/clock.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 1024 };

static void hello(void *ctx, struct http_request *request, struct http_reply *reply)
{
        buf_add(&reply->body, STR("{\"success\":true,\"message\":\"ok\",\"data\":null,\"errors\":null}"));
}

static void render(void *ctx, struct http_request *request, struct http_reply *reply)
{
        buf_add(&reply->body, STR("{}"));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/inline", HTTP_INLINE, hello},
    {HTTP_GET, "/story", HTTP_STORY, hello},
    {HTTP_POST, "/inline", HTTP_INLINE, hello},
    {HTTP_POST, "/story", HTTP_STORY, hello},
};

static const char *const requests[] = {
    "GET /inline HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n",
    "GET /story HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n",
    "POST /inline HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n"
    "{\"a\":\"1234\"}\n",
    "POST /story HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n"
    "{\"a\":\"1234\"}\n",
};

struct load {
        unsigned port;
        unsigned connections;
        const char *request;
        int64_t until_ms;
        uint64_t answered;
        uint64_t failed;
        int64_t cpu_us;
};

static bool ask(int fd, const char *request)
{
        size_t len = strlen(request);
        return send(fd, request, len, MSG_NOSIGNAL) == (ssize_t)len;
}

/* One thread that keeps every connection busy with one request at a time. */
static void *run(void *arg)
{
        struct load *load = arg;
        int poll_fd = epoll_create1(EPOLL_CLOEXEC);
        int fds[CONNECTIONS_MAX];
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load->port)};
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        for (unsigned i = 0; i < load->connections; i++) {
                fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
                struct epoll_event event = {.events = EPOLLIN, .data.fd = fds[i]};
                if (connect(fds[i], (struct sockaddr *)&to, sizeof(to)) != 0 ||
                    epoll_ctl(poll_fd, EPOLL_CTL_ADD, fds[i], &event) != 0 || !ask(fds[i], load->request))
                        load->failed++;
        }
        while (clock_mono_ms() < load->until_ms) {
                struct epoll_event events[64];
                int n = epoll_wait(poll_fd, events, LEN(events), 100);
                for (int i = 0; i < n; i++) {
                        char bytes[4096];
                        ssize_t got = recv(events[i].data.fd, bytes, sizeof(bytes), 0);
                        if (got > 12 && memcmp(bytes + 9, "200", 3) == 0 && bytes[got - 1] == '}')
                                load->answered++;
                        else
                                load->failed++;
                        if (got <= 0 || !ask(events[i].data.fd, load->request))
                                (void)epoll_ctl(poll_fd, EPOLL_CTL_DEL, events[i].data.fd, NULL);
                }
        }
        for (unsigned i = 0; i < load->connections; i++)
                close(fds[i]);
        close(poll_fd);
        load->cpu_us = clock_thread_cpu_us();
        return NULL;
}

static int64_t process_cpu_us(void)
{
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
               usage.ru_stime.tv_usec;
}

static void measure(unsigned port, const char *request, unsigned connections, int64_t seconds)
{
        struct load load = {.port = port,
                            .connections = connections,
                            .request = request,
                            .until_ms = clock_mono_ms() + seconds * 1000};
        pthread_t thread;
        int64_t cpu_us = process_cpu_us();
        if (pthread_create(&thread, NULL, run, &load) != 0)
                exit(3);
        pthread_join(thread, NULL);
        cpu_us = process_cpu_us() - cpu_us - load.cpu_us;
        int line = (int)strcspn(request, "H");
        double answered = load.answered ? (double)load.answered : 1;
        printf("%-14.*s %4u connections  %7.0f requests/s  server %6.1f us CPU  client %5.1f us CPU  %llu "
               "failed\n",
               line, request, connections, answered / (double)seconds, (double)cpu_us / answered,
               (double)load.cpu_us / answered, (unsigned long long)load.failed);
}

int main(int argc, char **argv)
{
        int64_t seconds = 2, connections = 0;
        if ((argc > 1 && !str_to_int(str_from(argv[1]), 1, 3600, &seconds)) ||
            (argc > 2 && !str_to_int(str_from(argv[2]), 1, CONNECTIONS_MAX, &connections)))
                return 2;
        struct op op;
        op_init(&op, NULL, 65536, 1000);
        struct http_config config = {
            .listen = STR("127.0.0.1:0"), .per_ip_max = 4096, .quiet = getenv("BENCH_LOG") == NULL};
        struct http_app app = {.routes = routes, .routes_len = LEN(routes), .render_error = render};
        struct http_server *server;
        if (http_server_open(&op, &config, &app, &server) != RC_OK) {
                fprintf(stderr, "%s\n", op.why);
                return 3;
        }
        static const unsigned counts[] = {1, 16, 64};
        for (size_t c = 0; c < LEN(counts); c++)
                for (size_t i = 0; i < LEN(requests); i++)
                        measure(http_server_port(server), requests[i],
                                connections ? (unsigned)connections : counts[c], seconds);
        http_server_close(server);
        op_release(&op);
        return 0;
}
