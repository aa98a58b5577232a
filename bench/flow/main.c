#include "flow/flow.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct options options = {.clients = 16, .warm_s = 1, .seconds = 5};
static int epoll = -1;

int64_t now_us(void)
{
        struct timespec ts;
        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void die(const char *what)
{
        fprintf(stderr, "bench-flow: %s: %s\n", what, strerror(errno));
        exit(3);
}

void source_add(struct source *source, uint32_t events)
{
        struct epoll_event event = {.events = events, .data.ptr = source};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, source->fd, &event) != 0)
                die("epoll");
}

int listen_on(int port)
{
        struct sockaddr_in at = {.sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
        if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
            bind(fd, (const struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 512) != 0)
                die("listen");
        return fd;
}

/* User and system time of a process with all its threads. */
static double cpu_of(int pid)
{
        char path[64], line[1024] = "";
        unsigned long user = 0, sys = 0;
        snprintf(path, sizeof path, "/proc/%d/stat", pid);
        FILE *file = pid ? fopen(path, "re") : NULL;
        if (file == NULL)
                return 0;
        const char *after = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
        fclose(file);
        if (after == NULL ||
            sscanf(after + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys) != 2)
                return 0;
        return (double)(user + sys) / (double)sysconf(_SC_CLK_TCK);
}

static long rss_kb_of(int pid)
{
        char path[64], line[256];
        long kb = 0;
        snprintf(path, sizeof path, "/proc/%d/status", pid);
        FILE *file = pid ? fopen(path, "re") : NULL;
        if (file == NULL)
                return 0;
        while (fgets(line, sizeof line, file))
                if (strncmp(line, "VmRSS:", 6) == 0)
                        kb = strtol(line + 6, NULL, 10);
        fclose(file);
        return kb;
}

static double own_cpu(void)
{
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Serve events until `end_us`, beginning flows as the open loop asks. */
static void run_until(int64_t end_us, bool until_idle)
{
        static int64_t next_us;
        struct epoll_event events[256];
        if (next_us == 0)
                next_us = now_us();
        for (int64_t now; (now = now_us()) < end_us && !(until_idle && clients_busy() == 0);) {
                while (options.rate > 0 && !until_idle && next_us <= now) {
                        clients_begin(next_us);
                        next_us += (int64_t)(1e6 / options.rate);
                }
                bool soon = clients_wait() || options.rate > 0;
                int n = epoll_wait(epoll, events, LEN(events), soon ? 1 : 50);
                for (int i = 0; i < n; i++) {
                        struct source *source = events[i].data.ptr;
                        source->ready(source, events[i].events);
                }
                if (clients_wait())
                        clients_wake();
        }
}

static void usage(void)
{
        fputs("Usage: bench-flow --port N [--clients N] [--first N] [--seconds S] [--warm S] [--rate "
              "FLOWS_A_SECOND]\n"
              "                  [--status] [--pid SERVER] (--sms-file FILE --email-dir DIR | --twilio PORT "
              "--smtp PORT)\n",
              stderr);
        exit(2);
}

static void parse(int argc, char **argv)
{
        static const struct option table[] = {{"port", 1, NULL, 'p'},
                                              {"clients", 1, NULL, 'c'},
                                              {"first", 1, NULL, 'f'},
                                              {"seconds", 1, NULL, 's'},
                                              {"warm", 1, NULL, 'w'},
                                              {"rate", 1, NULL, 'r'},
                                              {"status", 0, NULL, 'S'},
                                              {"pid", 1, NULL, 'i'},
                                              {"sms-file", 1, NULL, 'm'},
                                              {"email-dir", 1, NULL, 'e'},
                                              {"twilio", 1, NULL, 't'},
                                              {"smtp", 1, NULL, 'l'},
                                              {0}};
        options.server =
            (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        for (int c; (c = getopt_long(argc, argv, "", table, NULL)) != -1;) {
                switch (c) {
                case 'p':
                        options.server.sin_port = htons((uint16_t)strtol(optarg, NULL, 10));
                        break;
                case 'c':
                        options.clients = (int)strtol(optarg, NULL, 10);
                        break;
                case 'f':
                        options.first = (int)strtol(optarg, NULL, 10);
                        break;
                case 's':
                        options.seconds = strtod(optarg, NULL);
                        break;
                case 'w':
                        options.warm_s = strtod(optarg, NULL);
                        break;
                case 'r':
                        options.rate = strtod(optarg, NULL);
                        break;
                case 'S':
                        options.status = true;
                        break;
                case 'i':
                        options.pid = (int)strtol(optarg, NULL, 10);
                        break;
                case 'm':
                        options.sms_file = optarg;
                        break;
                case 'e':
                        options.email_dir = optarg;
                        break;
                case 't':
                        options.twilio_port = (int)strtol(optarg, NULL, 10);
                        break;
                case 'l':
                        options.smtp_port = (int)strtol(optarg, NULL, 10);
                        break;
                default:
                        usage();
                }
        }
        bool codes = options.status || (options.sms_file && options.email_dir) ||
                     (options.twilio_port && options.smtp_port);
        if (options.server.sin_port == 0 || options.clients < 1 ||
            options.first + options.clients > CLIENTS_MAX || !codes)
                usage();
}

int main(int argc, char **argv)
{
        signal(SIGPIPE, SIG_IGN);
        parse(argc, argv);
        epoll = epoll_create1(EPOLL_CLOEXEC);
        inbox_open();
        if (options.twilio_port)
                twilio_open(options.twilio_port);
        if (options.smtp_port)
                smtp_open(options.smtp_port);
        clients_open();
        run_until(now_us() + (int64_t)(options.warm_s * 1e6), false);

        double server = cpu_of(options.pid), own = own_cpu();
        int64_t began = now_us();
        sample_measure(true);
        run_until(began + (int64_t)(options.seconds * 1e6), false);
        double seconds = (double)(now_us() - began) / 1e6;
        server = cpu_of(options.pid) - server;
        own = own_cpu() - own;
        sample_measure(false);

        /* Let what was begun end, so that the next run finds a quiet server. */
        clients_stop();
        run_until(now_us() + 10000000, true);
        sample_print(seconds, own, server, rss_kb_of(options.pid));
        return 0;
}
