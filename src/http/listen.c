#include "http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HOST_MAX = 256, PORT_MAX = 8, BACKLOG = 1024 };

static bool split(struct str address, char host[HOST_MAX], char port[PORT_MAX])
{
        struct str left = address, right = STR_NULL;
        for (size_t i = address.len; i > 0 && str_is_null(right); i--) {
                if (address.ptr[i - 1] != ':')
                        continue;
                left = str_sub(address, 0, i - 1);
                right = str_sub(address, i, address.len);
        }
        bool bracketed = left.len >= 2 && left.ptr[0] == '[' && left.ptr[left.len - 1] == ']';
        if (bracketed)
                left = str_sub(left, 1, left.len - 2);
        else if (str_find(left, ':') >= 0)
                return false;
        int64_t number;
        if (!str_to_int(right, 0, 65535, &number) || left.len >= HOST_MAX)
                return false;
        snprintf(host, HOST_MAX, "%.*s", STR_FMT(left));
        snprintf(port, PORT_MAX, "%d", (int)number);
        return true;
}

static enum rc explain(struct op *op, struct str address, int error)
{
        const char *mend = "";
        if (error == EADDRINUSE)
                mend = ": another program listens there; end it or choose another port in LISTEN";
        else if (error == EACCES)
                mend = ": ports below 1024 need a privilege; choose a higher port in LISTEN, or grant "
                       "CAP_NET_BIND_SERVICE";
        else if (error == EADDRNOTAVAIL)
                mend = ": this machine does not have that address; choose one of its own in LISTEN";
        enum rc rc = error == EADDRINUSE ? RC_UNAVAILABLE : RC_CONFIG;
        return op_fail(op, rc, "cannot listen on %.*s: %s%s", STR_FMT(address), strerror(error), mend);
}

/* A listening socket, or -1 with errno. */
static int bind_one(const struct addrinfo *info)
{
        CLEANUP(fd_close) int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        int on = 1, off = 0;
        if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0)
                return -1;
        if (info->ai_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0)
                return -1;
        if (bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0)
                return -1;
        int result = fd;
        fd = -1;
        return result;
}

static unsigned port_of(int fd)
{
        union {
                struct sockaddr any;
                struct sockaddr_in v4;
                struct sockaddr_in6 v6;
        } name = {0};
        socklen_t len = sizeof(name);
        if (getsockname(fd, &name.any, &len) != 0)
                return 0;
        return ntohs(name.any.sa_family == AF_INET6 ? name.v6.sin6_port : name.v4.sin_port);
}

enum rc listen_open(struct op *op, struct str address, int *ret_fd, unsigned *ret_port)
{
        char host[HOST_MAX], port[PORT_MAX];
        if (!split(address, host, port))
                return op_fail(op, RC_CONFIG,
                               "LISTEN is \"%.*s\": write HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080",
                               STR_FMT(address));
        struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
        struct addrinfo *list;
        int error = getaddrinfo(host[0] ? host : NULL, port, &hints, &list);
        if (error)
                return op_fail(op, RC_CONFIG, "LISTEN names %s, which cannot be resolved: %s", host,
                               gai_strerror(error));
        int fd = -1;
        for (struct addrinfo *info = list; info && fd < 0; info = info->ai_next)
                fd = bind_one(info);
        error = errno;
        freeaddrinfo(list);
        if (fd < 0)
                return explain(op, address, error);
        *ret_fd = fd;
        *ret_port = port_of(fd);
        return RC_OK;
}
