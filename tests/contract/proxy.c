#include "contract/proxy.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PAIRS_MAX = 32 };

struct proxy {
        pthread_t thread;
        _Atomic int wire;
        atomic_bool over;
        int listener;
        struct sockaddr_un server;
        int pairs[PAIRS_MAX][2]; /* -1: free */
};

static struct sockaddr_un socket_in(const char *folder)
{
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(address.sun_path, sizeof(address.sun_path), "%.80s/.s.PGSQL.5432", folder);
        return address;
}

static void drop(int pair[2])
{
        fd_close(&pair[0]);
        fd_close(&pair[1]);
}

static void take_one(struct proxy *proxy)
{
        int in = accept(proxy->listener, NULL, NULL), i = 0;
        int out = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        while (i < PAIRS_MAX && proxy->pairs[i][0] >= 0)
                i++;
        if (in < 0 || i == PAIRS_MAX || atomic_load(&proxy->wire) == WIRE_CUT ||
            connect(out, (struct sockaddr *)&proxy->server, sizeof(proxy->server)) != 0) {
                drop((int[2]){in, out});
                return;
        }
        proxy->pairs[i][0] = in;
        proxy->pairs[i][1] = out;
}

static void pass_on(int pair[2], int from)
{
        char bytes[65536];
        ssize_t n = read(pair[from], bytes, sizeof(bytes));
        if (n <= 0 || !fd_write_all(pair[!from], bytes, (size_t)n))
                drop(pair);
}

static void *run(void *user)
{
        struct proxy *proxy = user;
        while (!atomic_load(&proxy->over)) {
                int wire = atomic_load(&proxy->wire);
                struct pollfd fds[1 + 2 * PAIRS_MAX] = {{.fd = proxy->listener, .events = POLLIN}};
                for (int i = 0; i < PAIRS_MAX; i++) {
                        if (wire == WIRE_CUT)
                                drop(proxy->pairs[i]);
                        for (int end = 0; end < 2; end++)
                                fds[1 + 2 * i + end] = (struct pollfd){
                                    .fd = wire == WIRE_GOOD ? proxy->pairs[i][end] : -1, .events = POLLIN};
                }
                if (poll(fds, LEN(fds), 10) <= 0)
                        continue;
                if (fds[0].revents)
                        take_one(proxy);
                for (int at = 0; at < 2 * PAIRS_MAX; at++)
                        if (fds[1 + at].revents && proxy->pairs[at / 2][at % 2] == fds[1 + at].fd)
                                pass_on(proxy->pairs[at / 2], at % 2);
        }
        return NULL;
}

struct proxy *proxy_start(const char *folder, const char *server)
{
        struct proxy *proxy = x_new(1, sizeof(*proxy));
        struct sockaddr_un address = socket_in(folder);
        proxy->server = socket_in(server);
        memset(proxy->pairs, -1, sizeof(proxy->pairs));
        proxy->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (bind(proxy->listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
            listen(proxy->listener, 32) != 0 || pthread_create(&proxy->thread, NULL, run, proxy) != 0)
                abort();
        return proxy;
}

void proxy_set(struct proxy *proxy, enum wire wire)
{
        atomic_store(&proxy->wire, (int)wire);
        usleep(50000); /* until it is so */
}

void proxy_stop(struct proxy *proxy)
{
        atomic_store(&proxy->over, true);
        pthread_join(proxy->thread, NULL);
        for (int i = 0; i < PAIRS_MAX; i++)
                drop(proxy->pairs[i]);
        fd_close(&proxy->listener);
        x_free(proxy);
}
