#include "unit/http/client.h"

#include "base/clock.h"
#include "unit/test.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_TIMEOUT_MS = 10000 };

int client_connect(unsigned port)
{
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        CHECK(fd >= 0);
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
        return fd;
}

bool client_send(int fd, struct str bytes)
{
        while (bytes.len > 0) {
                ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
                if (n <= 0)
                        return false;
                bytes = str_sub(bytes, (size_t)n, bytes.len);
        }
        return true;
}

/* More bytes: 1; the end: 0; nothing in time: -1. */
static int receive(int fd, struct buf *buf, int64_t until_ms)
{
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        int64_t left = until_ms - clock_mono_ms();
        if (poll(&poll_fd, 1, left > 0 ? (int)left : 0) != 1)
                return -1;
        char bytes[16384];
        ssize_t n = recv(fd, bytes, sizeof(bytes), 0);
        if (n <= 0)
                return 0;
        buf_add_bytes(buf, bytes, (size_t)n);
        return 1;
}

struct str client_header(const struct client_reply *reply, const char *name)
{
        struct str rest = reply->head, line;
        while (str_split(&rest, '\n', &line)) {
                ssize_t colon = str_find(line, ':');
                if (colon > 0 && str_equal_nocase(str_sub(line, 0, (size_t)colon), str_from(name)))
                        return str_trim(str_sub(line, (size_t)colon + 1, line.len));
        }
        return STR_NULL;
}

/* Whether the buffer holds a whole reply, and which. */
static bool whole(const struct buf *buf, bool head_only, bool ended, struct client_reply *ret)
{
        struct str all = buf_str(buf);
        ssize_t end = str_find_str(all, STR("\r\n\r\n"));
        if (end < 0 || all.len < 12)
                return false;
        int64_t status = 0, length = 0;
        ret->head = str_sub(all, 0, (size_t)end);
        ret->used = (size_t)end + 4;
        if (!str_to_int(str_sub(all, 9, 3), 100, 599, &status))
                return false;
        ret->status = (int)status;
        struct str value = client_header(ret, "Content-Length");
        if (head_only || status == 204 || status == 100)
                return true;
        if (str_is_null(value) || !str_to_int(value, 0, INT32_MAX, &length)) {
                ret->body = str_sub(all, ret->used, all.len);
                ret->used = all.len;
                return ended;
        }
        if (all.len - ret->used < (size_t)length)
                return false;
        ret->body = str_sub(all, ret->used, (size_t)length);
        ret->used += (size_t)length;
        return true;
}

void client_read(int fd, struct buf *buf, int timeout_ms, bool head_only, struct client_reply *ret)
{
        int64_t until_ms = clock_mono_ms() + timeout_ms;
        *ret = (struct client_reply){0};
        int more = 1;
        while (!whole(buf, head_only, more == 0, ret)) {
                more = more == 1 ? receive(fd, buf, until_ms) : -1;
                if (more == 0)
                        ret->closed = true;
                if (more < 0) {
                        ret->status = 0;
                        return;
                }
        }
}

bool client_expect(int fd, struct buf *buf, const char *text, int timeout_ms)
{
        int64_t until_ms = clock_mono_ms() + timeout_ms;
        while (str_find_str(buf_str(buf), str_from(text)) < 0)
                if (receive(fd, buf, until_ms) != 1)
                        return false;
        return true;
}

bool client_closed(int fd, int timeout_ms)
{
        int64_t until_ms = clock_mono_ms() + timeout_ms;
        CLEANUP(buf_release) struct buf buf;
        buf_init(&buf, 64 << 20);
        int more = 1;
        while (more == 1)
                more = receive(fd, &buf, until_ms);
        return more == 0;
}

void client_ask(unsigned port, struct str bytes, struct buf *buf, struct client_reply *ret)
{
        CLEANUP(fd_close) int fd = client_connect(port);
        buf_clear(buf);
        (void)client_send(fd, bytes);
        client_read(fd, buf, REPLY_TIMEOUT_MS, false, ret);
}
