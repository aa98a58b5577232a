#include "http/core.h"

#include "base/log.h"
#include "http/listen.h"
#include "http/stream.h"

#include <errno.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
        MEMORY_PER_CONNECTION = 32 * 1024,
        EVENT_STACK_BYTES = 512 * 1024,
        DRAIN_STEP_MS = 5,
        OTHER_DESCRIPTORS = 512, /* database, blobs, children */
};

static enum MHD_Result on_accept(void *cls, const struct sockaddr *socket, socklen_t len)
{
        struct http_server *server = cls;
        struct addr peer;
        return addr_from_socket(socket, &peer) && !server->stopping && conns_allow(server->conns, &peer)
                   ? MHD_YES
                   : MHD_NO;
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **ctx,
                          enum MHD_ConnectionNotificationCode code)
{
        struct http_server *server = cls;
        if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
                conn_close(server->conns, *ctx);
                return;
        }
        struct addr peer = {0};
        const struct sockaddr *socket =
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
        int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        (void)!addr_from_socket(socket, &peer);
        *ctx = conn_open(server->conns, fd, &peer, clock_mono_ms() + server->config.header_ms);
}

/* The target stays as it came: what it means is ours to say. */
static size_t leave_escaped(void *cls, struct MHD_Connection *mhd, char *text)
{
        return strlen(text);
}

static void on_tick(void *ctx, int64_t now_ms)
{
        struct http_server *server = ctx;
        events_pulse(server->events);
        streams_tick(server->streams, now_ms);
}

static void fill_defaults(struct http_config *config)
{
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
#define OR(field, value) config->field = config->field ? config->field : (value)
        OR(event_threads, cores > 0 ? (unsigned)cores : 1);
        OR(stories, 64);
        OR(story_threads, config->stories);
        OR(queue_max, 1024);
        OR(connections_max, 4096);
        OR(per_ip_max, 256);
        OR(streams_max, 1024);
        OR(header_ms, 10000);
        OR(idle_ms, 60000);
        OR(body_ms, 20000);
        OR(story_ms, 30000);
        OR(answer_ms, 20000);
        OR(heartbeat_ms, 15000);
        OR(stream_ms, 1800000);
#undef OR
}

/* Every connection needs a descriptor: raise the limit as far as it goes. */
static void raise_descriptors(const struct http_config *config)
{
        struct rlimit limit;
        rlim_t need = (rlim_t)config->connections_max + OTHER_DESCRIPTORS;
        if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= need)
                return;
        limit.rlim_cur = MIN(need, limit.rlim_max);
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < need)
                log_line(LOG_WARN, "few_descriptors", LOG_INT("have", (int64_t)limit.rlim_cur),
                         LOG_INT("need", (int64_t)need));
}

static void read_origins(struct http_server *server)
{
        struct str list = buf_str(&server->texts);
        size_t max = 1;
        for (size_t i = 0; i < list.len; i++)
                max += list.ptr[i] == ',' || list.ptr[i] == ' ';
        server->origins = x_new(max, sizeof(*server->origins));
        for (size_t at = 0; at < list.len;) {
                size_t end = at;
                while (end < list.len && list.ptr[end] != ',' && list.ptr[end] != ' ')
                        end++;
                struct str one = str_sub(list, at, end - at);
                at = end + 1;
                if (str_equal(one, STR("*")))
                        server->any_origin = true;
                else if (one.len > 0)
                        server->origins[server->origins_len++] = one;
        }
}

/* libmicrohttpd before 1.0 reads heads leniently. */
static bool lenient(void)
{
        return str_starts_with(str_from(MHD_get_version()), STR("0."));
}

static struct MHD_Daemon *start(void *ctx, int fd)
{
        struct http_server *server = ctx;
        const struct http_config *config = &server->config;
        unsigned share = MAX(config->connections_max / config->event_threads, 1U);
        struct MHD_OptionItem items[] = {
            {MHD_OPTION_LISTEN_SOCKET, fd, NULL},
            {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)share, NULL},
            {MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY_PER_CONNECTION, NULL},
            {MHD_OPTION_THREAD_STACK_SIZE, EVENT_STACK_BYTES, NULL},
            {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
            {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)exchange_begin, server},
            {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escaped, server},
            {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, server},
            {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)exchange_end, server},
            {MHD_OPTION_END, 0, NULL},
        };
        return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, on_accept,
                                server, exchange_step, server, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
}

static void release(struct http_server *server)
{
        conns_free(server->conns);
        events_free(server->events);
        crew_free(server->crew);
        streams_free(server->streams);
        meter_free(server->meter);
        buf_release(&server->texts);
        x_free(server->origins);
        x_free(server);
}

enum rc http_server_open(struct op *op, const struct http_config *config, const struct http_app *app,
                         struct http_server **ret)
{
        struct addr_nets proxies;
        struct str bad;
        if (!addr_nets_parse(config->trusted_proxies, &proxies, &bad))
                return op_fail(op, RC_CONFIG,
                               "TRUSTED_PROXIES holds \"%.*s\": write addresses or networks, such as "
                               "10.0.0.0/8, parted by commas",
                               STR_FMT(bad));
        int fd;
        unsigned port;
        enum rc rc = listen_open(op, config->listen, &fd, &port);
        if (rc != RC_OK)
                return rc;
        struct http_server *server = x_new(1, sizeof(*server));
        server->config = *config;
        fill_defaults(&server->config);
        raise_descriptors(&server->config);
        server->app = *app;
        server->proxies = proxies;
        server->port = port;
        server->check_layout = lenient();
        buf_init(&server->texts, config->cors_origins.len);
        buf_add(&server->texts, config->cors_origins);
        read_origins(server);
        server->meter = meter_new(app->routes, app->routes_len);
        server->crew = crew_new(&(struct crew_options){.threads = server->config.story_threads,
                                                       .hands = server->config.stories,
                                                       .queue = server->config.queue_max});
        server->streams = streams_new(server);
        server->events = events_new(server->config.event_threads);
        server->conns = conns_new(server->config.per_ip_max, &server->proxies, on_tick, server);
        server->running = server->conns && events_start(server->events, fd, start, server);
        if (!server->running) {
                int error = errno;
                release(server);
                close(fd);
                return op_fail(op, RC_CONFIG, "the HTTP server cannot start: %s", strerror(error));
        }
        *ret = server;
        return RC_OK;
}

static void drain(struct http_server *server, int64_t until_ms)
{
        while (server->active > 0 && clock_mono_ms() < until_ms)
                nanosleep(&(struct timespec){.tv_nsec = DRAIN_STEP_MS * 1000000L}, NULL);
}

void http_server_stop(struct http_server *server)
{
        if (server == NULL || !server->running)
                return;
        const struct http_config *config = &server->config;
        /* From here on_accept refuses. MHD_quiesce_daemon would do so more politely, but in 0.9.75 it races
         * with its own event threads to take the listening socket out of their sets, and who loses aborts the
         * process. */
        server->stopping = true;
        streams_end(server->streams);
        drain(server, clock_mono_ms() + config->story_ms + config->answer_ms);
        /* No story may hold a connection asleep when a daemon stops: wait for the last. */
        crew_close(server->crew);
        conns_shut(server->conns);
        events_stop(server->events);
        server->running = false;
}

void http_server_close(struct http_server *server)
{
        if (server == NULL)
                return;
        http_server_stop(server);
        release(server);
}

unsigned http_server_port(const struct http_server *server)
{
        return server->port;
}

void http_server_wake(struct http_server *server, struct str topic)
{
        if (server)
                streams_wake(server->streams, topic);
}

void http_server_metrics(struct http_server *server, struct buf *buf)
{
        meter_write(server->meter, buf);
        buf_addf(buf,
                 "# HELP bonin_http_connections Connections open.\n# TYPE bonin_http_connections gauge\n"
                 "bonin_http_connections %u\n# HELP bonin_http_waiting Requests that wait for a thread.\n"
                 "# TYPE bonin_http_waiting gauge\nbonin_http_waiting %u\n",
                 conns_open(server->conns), crew_waiting(server->crew));
}
