/* A Twilio and a mail server, as far as a sender sees them. */
#include "flow/flow.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct peer {
        struct source source;
        bool data; /* SMTP: within the mail */
        char to[256];
        char in[IN_MAX];
        size_t len;
};

static void say(struct peer *peer, const char *text)
{
        if (!fd_write_all(peer->source.fd, text, strlen(text)))
                shutdown(peer->source.fd, SHUT_RDWR);
}

static void drop(struct peer *peer, size_t n)
{
        peer->len -= n;
        memmove(peer->in, peer->in + n, peer->len);
}

static bool fill(struct peer *peer)
{
        ssize_t n =
            recv(peer->source.fd, peer->in + peer->len, sizeof peer->in - peer->len - 1, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return true;
        if (n <= 0) {
                close(peer->source.fd);
                free(peer);
                return false;
        }
        peer->len += (size_t)n;
        peer->in[peer->len] = '\0';
        return true;
}

static void accept_as(struct source *listener, void (*ready)(struct source *, uint32_t), const char *greeting)
{
        int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
                return;
        int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct peer *peer = x_new(1, sizeof *peer);
        peer->source = (struct source){ready, fd};
        source_add(&peer->source, EPOLLIN);
        if (greeting)
                say(peer, greeting);
}

static int hex(char c)
{
        const char *set = "0123456789abcdef", *at = strchr(set, c | 0x20);
        return c && at ? (int)(at - set) : c >= '0' && c <= '9' ? c - '0' : 0;
}

/* A field of a form, decoded. */
static struct str field(struct str form, const char *name, char *out, size_t max)
{
        struct str rest = form, pair;
        size_t name_len = strlen(name), len = 0;
        while (str_split(&rest, '&', &pair)) {
                if (pair.len <= name_len || memcmp(pair.ptr, name, name_len) != 0 ||
                    pair.ptr[name_len] != '=')
                        continue;
                for (size_t i = name_len + 1; i < pair.len && len < max; i++) {
                        char c = pair.ptr[i];
                        if (c == '%' && i + 2 < pair.len) {
                                c = (char)(hex(pair.ptr[i + 1]) * 16 + hex(pair.ptr[i + 2]));
                                i += 2;
                        }
                        out[len++] = c == '+' && pair.ptr[i] == '+' ? ' ' : c;
                }
                break;
        }
        return str_from_bytes(out, len);
}

static void twilio_ready(struct source *source, uint32_t events)
{
        static unsigned serial;
        struct peer *peer = (struct peer *)source;
        if (!fill(peer))
                return;
        char *head = strstr(peer->in, "\r\n\r\n");
        const char *length = head ? strcasestr(peer->in, "content-length:") : NULL;
        if (length == NULL || length > head)
                return;
        size_t body = (size_t)strtol(length + 15, NULL, 10), start = (size_t)(head - peer->in) + 4;
        if (peer->len < start + body)
                return;
        char to[64], text[2000], json[160], out[400];
        struct str form = str_from_bytes(peer->in + start, body);
        inbox_put(CHANNEL_SMS, field(form, "To", to, sizeof to), field(form, "Body", text, sizeof text));
        int len = snprintf(json, sizeof json,
                           "{\"sid\":\"SM%032u\",\"status\":\"queued\",\"error_code\":null}", ++serial);
        snprintf(out, sizeof out,
                 "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                 len, json);
        drop(peer, start + body);
        say(peer, out);
}

static void smtp_line(struct peer *peer, const char *line)
{
        if (strncasecmp(line, "EHLO", 4) == 0)
                say(peer, "250-bench\r\n250-8BITMIME\r\n250 SIZE 1000000\r\n");
        else if (strncasecmp(line, "DATA", 4) == 0) {
                peer->data = true;
                say(peer, "354 go on\r\n");
        } else if (strncasecmp(line, "QUIT", 4) == 0)
                say(peer, "221 bye\r\n");
        else {
                if (strncasecmp(line, "RCPT", 4) == 0)
                        snprintf(peer->to, sizeof peer->to, "%.200s", line);
                say(peer, "250 ok\r\n");
        }
}

static void smtp_ready(struct source *source, uint32_t events)
{
        struct peer *peer = (struct peer *)source;
        if (!fill(peer))
                return;
        for (;;) {
                char *end = strstr(peer->in, peer->data ? "\r\n.\r\n" : "\r\n");
                if (end == NULL)
                        return;
                size_t len = (size_t)(end - peer->in);
                *end = '\0';
                if (peer->data) {
                        inbox_put(CHANNEL_MAIL, str_from(peer->to), str_from_bytes(peer->in, len));
                        peer->data = false;
                        drop(peer, len + 5);
                        say(peer, "250 taken\r\n");
                } else {
                        smtp_line(peer, peer->in);
                        drop(peer, len + 2);
                }
                peer->in[peer->len] = '\0';
        }
}

static void twilio_accept(struct source *source, uint32_t events)
{
        accept_as(source, twilio_ready, NULL);
}

static void smtp_accept(struct source *source, uint32_t events)
{
        accept_as(source, smtp_ready, "220 bench ESMTP\r\n");
}

void twilio_open(int port)
{
        static struct source source = {twilio_accept, -1};
        source.fd = listen_on(port);
        source_add(&source, EPOLLIN);
}

void smtp_open(int port)
{
        static struct source source = {smtp_accept, -1};
        source.fd = listen_on(port);
        source_add(&source, EPOLLIN);
}
