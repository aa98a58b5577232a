#include "http/conn.h"

#include "base/clock.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

enum { TICK_MS = 250, ORIGINS = 1024, UNSENT_MAX = 32 * 1024 };

/* Where connections come from: an IPv4 address, or an IPv6 network of 64 bits, as one customer gets. */
struct origin {
        struct origin *next;
        struct addr addr;
        unsigned open;
};

struct conn {
        struct conn *next;
        struct conn **link; /* what points at this one */
        int fd;
        struct addr peer;
        struct origin *origin;
        _Atomic int64_t deadline_ms;
        bool shut;
};

struct conns {
        pthread_mutex_t lock;
        pthread_cond_t wake;
        struct conn *first;
        unsigned open;
        unsigned per_ip_max;
        const struct addr_nets *exempt;
        struct origin *origins[ORIGINS];
        pthread_t reaper;
        bool closing;
        void (*tick)(void *ctx, int64_t now_ms);
        void *ctx;
};

/* What the client has not taken is dropped with the connection: the kernel would keep it, and the socket, for
 * minutes. One that owes nothing is ended politely. */
static void shut_locked(struct conn *conn)
{
        int unsent = 0;
        if (conn->shut)
                return;
        conn->shut = true;
        if (ioctl(conn->fd, SIOCOUTQ, &unsent) == 0 && unsent > 0)
                (void)setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
                                 sizeof(struct linger));
        shutdown(conn->fd, SHUT_RDWR);
}

/* Otherwise the kernel takes answers of megabytes off our hands, and a client that reads none of them looks
 * idle, not slow. */
static void bound_unsent(int fd)
{
        int max = UNSENT_MAX;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &max, sizeof(max));
}

static void wait_tick(struct conns *conns)
{
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&conns->wake, &conns->lock, &until);
}

static void *reap(void *arg)
{
        struct conns *conns = arg;
        pthread_mutex_lock(&conns->lock);
        while (!conns->closing) {
                int64_t now = clock_mono_ms();
                for (struct conn *conn = conns->first; conn; conn = conn->next)
                        if (conn->deadline_ms <= now)
                                shut_locked(conn);
                pthread_mutex_unlock(&conns->lock);
                conns->tick(conns->ctx, now);
                pthread_mutex_lock(&conns->lock);
                if (!conns->closing)
                        wait_tick(conns);
        }
        pthread_mutex_unlock(&conns->lock);
        return NULL;
}

struct conns *conns_new(unsigned per_ip_max, const struct addr_nets *exempt,
                        void (*tick)(void *ctx, int64_t now_ms), void *ctx)
{
        struct conns *conns = x_new(1, sizeof(*conns));
        conns->per_ip_max = per_ip_max;
        conns->exempt = exempt;
        conns->tick = tick;
        conns->ctx = ctx;
        pthread_condattr_t attr;
        pthread_condattr_init(&attr);
        pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
        pthread_mutex_init(&conns->lock, NULL);
        pthread_cond_init(&conns->wake, &attr);
        pthread_condattr_destroy(&attr);
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        int error = pthread_create(&conns->reaper, NULL, reap, conns);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (error == 0)
                return conns;
        pthread_mutex_destroy(&conns->lock);
        pthread_cond_destroy(&conns->wake);
        x_free(conns);
        return NULL;
}

void conns_free(struct conns *conns)
{
        if (conns == NULL)
                return;
        pthread_mutex_lock(&conns->lock);
        conns->closing = true;
        pthread_cond_signal(&conns->wake);
        pthread_mutex_unlock(&conns->lock);
        pthread_join(conns->reaper, NULL);
        pthread_mutex_destroy(&conns->lock);
        pthread_cond_destroy(&conns->wake);
        x_free(conns);
}

static struct addr origin_addr(const struct addr *peer)
{
        static const uint8_t v4[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
        struct addr addr = *peer;
        if (memcmp(addr.bytes, v4, sizeof(v4)) != 0)
                memset(addr.bytes + 8, 0, 8);
        return addr;
}

/* Where the origin of this address hangs, or would. */
static struct origin **origin_slot(struct conns *conns, const struct addr *addr)
{
        uint32_t hash = 2166136261u;
        for (size_t i = 0; i < sizeof(addr->bytes); i++)
                hash = (hash ^ addr->bytes[i]) * 16777619u;
        struct origin **slot = &conns->origins[hash % ORIGINS];
        while (*slot && memcmp((*slot)->addr.bytes, addr->bytes, sizeof(addr->bytes)) != 0)
                slot = &(*slot)->next;
        return slot;
}

bool conns_allow(struct conns *conns, const struct addr *peer)
{
        if (addr_nets_hold(conns->exempt, peer))
                return true;
        struct addr addr = origin_addr(peer);
        pthread_mutex_lock(&conns->lock);
        struct origin *origin = *origin_slot(conns, &addr);
        bool allowed = origin == NULL || origin->open < conns->per_ip_max;
        pthread_mutex_unlock(&conns->lock);
        return allowed;
}

unsigned conns_open(struct conns *conns)
{
        pthread_mutex_lock(&conns->lock);
        unsigned open = conns->open;
        pthread_mutex_unlock(&conns->lock);
        return open;
}

void conns_shut(struct conns *conns)
{
        pthread_mutex_lock(&conns->lock);
        for (struct conn *conn = conns->first; conn; conn = conn->next)
                shut_locked(conn);
        pthread_mutex_unlock(&conns->lock);
}

struct conn *conn_open(struct conns *conns, int fd, const struct addr *peer, int64_t deadline_ms)
{
        struct conn *conn = x_new(1, sizeof(*conn));
        conn->fd = fd;
        bound_unsent(fd);
        conn->peer = *peer;
        conn->deadline_ms = deadline_ms;
        struct addr addr = origin_addr(peer);
        pthread_mutex_lock(&conns->lock);
        struct origin **slot = origin_slot(conns, &addr);
        if (*slot == NULL) {
                *slot = x_new(1, sizeof(**slot));
                (*slot)->addr = addr;
        }
        conn->origin = *slot;
        conn->origin->open++;
        conn->next = conns->first;
        conn->link = &conns->first;
        if (conn->next)
                conn->next->link = &conn->next;
        conns->first = conn;
        conns->open++;
        pthread_mutex_unlock(&conns->lock);
        return conn;
}

void conn_close(struct conns *conns, struct conn *conn)
{
        pthread_mutex_lock(&conns->lock);
        *conn->link = conn->next;
        if (conn->next)
                conn->next->link = conn->link;
        conns->open--;
        if (--conn->origin->open == 0) {
                struct origin **slot = origin_slot(conns, &conn->origin->addr);
                *slot = conn->origin->next;
                x_free(conn->origin);
        }
        pthread_mutex_unlock(&conns->lock);
        x_free(conn);
}

const struct addr *conn_peer(const struct conn *conn)
{
        return &conn->peer;
}

void conn_deadline(struct conn *conn, int64_t deadline_ms)
{
        conn->deadline_ms = deadline_ms;
}

void conn_deadline_sooner(struct conn *conn, int64_t deadline_ms)
{
        if (deadline_ms < conn->deadline_ms)
                conn->deadline_ms = deadline_ms;
}

void conn_shut(struct conns *conns, struct conn *conn)
{
        pthread_mutex_lock(&conns->lock);
        shut_locked(conn);
        pthread_mutex_unlock(&conns->lock);
}
