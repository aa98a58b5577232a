#include "http/events.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct events {
        int pulse;         /* in the set of each daemon */
        unsigned len, max; /* that run, that shall */
        struct MHD_Daemon *daemons[];
};

struct events *events_new(unsigned len)
{
        struct events *events = x_new(1, sizeof(*events) + len * sizeof(struct MHD_Daemon *));
        events->pulse = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        events->max = len;
        return events;
}

void events_free(struct events *events)
{
        if (events == NULL)
                return;
        fd_close(&events->pulse);
        x_free(events);
}

/* Each beat is an edge that nobody needs to read. What has no pointer libmicrohttpd passes over. */
static bool join_pulse(int pulse, struct MHD_Daemon *daemon)
{
        const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
        struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
        return info && epoll_ctl(info->epoll_fd, EPOLL_CTL_ADD, pulse, &event) == 0;
}

bool events_start(struct events *events, int fd, struct MHD_Daemon *(*start)(void *ctx, int fd), void *ctx)
{
        bool ok = events->pulse >= 0;
        while (ok && events->len < events->max) {
                int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
                struct MHD_Daemon *daemon = own >= 0 ? start(ctx, own) : NULL;
                ok = daemon && join_pulse(events->pulse, daemon);
                if (daemon)
                        events->daemons[events->len++] = daemon;
                else
                        fd_close(&own);
        }
        if (ok) {
                close(fd);
                return true;
        }
        int error = errno;
        events_stop(events);
        errno = error;
        return false;
}

void events_stop(struct events *events)
{
        while (events->len > 0)
                MHD_stop_daemon(events->daemons[--events->len]);
}

void events_pulse(const struct events *events)
{
        const uint64_t one = 1;
        (void)!write(events->pulse, &one, sizeof(one));
}
