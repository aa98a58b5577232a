#include "flow/flow.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define API "/api/verification"

struct client {
        struct source source;
        int number;
        unsigned flows;
        enum step step;
        bool busy, waits; /* has a flow; waits for its code to come */
        int64_t began_us, asked_us;
        char key[160];
        char phone[16], email[48], code[CODE_MAX];
        char in[IN_MAX];
        size_t in_len;
};

static struct client *clients;
static bool stopping;
/* Flows of the open loop that found no client free: when each was due. */
static int64_t *due;
static size_t due_head, due_tail, due_cap;

static void begin(struct client *client, int64_t due_us);

static void connect_client(struct client *client)
{
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int one = 1;
        if (fd < 0 || connect(fd, (const struct sockaddr *)&options.server, sizeof options.server) != 0)
                die("connect");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        client->source.fd = fd;
        client->in_len = 0;
        source_add(&client->source, EPOLLIN);
}

static int body_of(const struct client *client, char *ret, size_t max)
{
        switch (client->step) {
        case STEP_CREATE:
                return snprintf(ret, max, "{\"full_verification\":false}");
        case STEP_PHONE_SEND:
                return snprintf(ret, max, "{\"session_key\":\"%s\",\"phone_number\":\"%s\"}", client->key,
                                client->phone);
        case STEP_PHONE_VERIFY:
                return snprintf(
                    ret, max, "{\"session_key\":\"%s\",\"phone_number\":\"%s\",\"verification_code\":\"%s\"}",
                    client->key, client->phone, client->code);
        case STEP_EMAIL_SEND:
                return snprintf(ret, max, "{\"session_key\":\"%s\",\"email\":\"%s\"}", client->key,
                                client->email);
        case STEP_EMAIL_VERIFY:
                return snprintf(ret, max,
                                "{\"session_key\":\"%s\",\"email\":\"%s\",\"verification_code\":\"%s\"}",
                                client->key, client->email, client->code);
        default:
                return 0;
        }
}

static void ask(struct client *client)
{
        static const char *const paths[] = {API "/session/create", API "/phone/send",   API "/phone/verify",
                                            API "/email/send",     API "/email/verify", API "/complete/"};
        char body[512], out[1024];
        int body_len = body_of(client, body, sizeof body), len;
        if (client->step == STEP_STATUS)
                len = snprintf(out, sizeof out,
                               "GET " API "/session/%s/status HTTP/1.1\r\nHost: bench\r\n\r\n", client->key);
        else
                len =
                    snprintf(out, sizeof out,
                             "POST %s%s HTTP/1.1\r\nHost: bench\r\nAccept-Language: en\r\n%sContent-Length: "
                             "%d\r\n\r\n%.*s",
                             paths[client->step], client->step == STEP_COMPLETE ? client->key : "",
                             body_len ? "Content-Type: application/json\r\n" : "", body_len, body_len, body);
        client->asked_us = now_us();
        if (!fd_write_all(client->source.fd, out, (size_t)len))
                die("write");
}

/* The code that the step needs, if it does; else the client waits for it. */
static bool has_code(struct client *client)
{
        if (client->step != STEP_PHONE_VERIFY && client->step != STEP_EMAIL_VERIFY)
                return true;
        enum channel channel = client->step == STEP_PHONE_VERIFY ? CHANNEL_SMS : CHANNEL_MAIL;
        if (inbox_take(channel, client->number, client->code))
                return true;
        inbox_poll();
        return inbox_take(channel, client->number, client->code);
}

static void go_on(struct client *client)
{
        client->waits = !has_code(client);
        if (!client->waits)
                ask(client);
}

static void finished(struct client *client)
{
        client->busy = false;
        if (due_head != due_tail)
                begin(client, due[due_head++ % due_cap]);
        else if (!stopping && options.rate == 0)
                begin(client, now_us());
}

static bool keep_key(struct client *client, struct str body)
{
        ssize_t at = str_find_str(body, STR("\"session_key\""));
        struct str rest = at < 0 ? STR_NULL : str_sub(body, (size_t)at + 13, body.len);
        while (rest.len > 0 && (*rest.ptr == ':' || *rest.ptr == ' ' || *rest.ptr == '"'))
                rest = str_sub(rest, 1, rest.len);
        ssize_t end = str_find(rest, '"');
        if (end <= 0 || (size_t)end >= sizeof client->key)
                return false;
        memcpy(client->key, rest.ptr, (size_t)end);
        client->key[end] = '\0';
        return true;
}

static void answered(struct client *client, int status, struct str body)
{
        int64_t now = now_us();
        bool good = status == 200 && (client->step != STEP_CREATE || keep_key(client, body));
        if (!good) {
                sample_error(client->step, status, body);
                finished(client);
                return;
        }
        sample_add(client->step, now - client->asked_us);
        if (client->step == STEP_COMPLETE) {
                sample_add(STEP_FLOW, now - client->began_us);
                finished(client);
                return;
        }
        if (options.status && (client->step = STEP_STATUS, stopping)) {
                client->busy = false;
                return;
        }
        if (!options.status)
                client->step++;
        go_on(client);
}

/* Whether a whole answer stands in client->in; takes it out. */
static bool take_answer(struct client *client)
{
        struct str in = str_from_bytes(client->in, client->in_len);
        ssize_t head = str_find_str(in, STR("\r\n\r\n"));
        if (head < 0)
                return false;
        static const char *const spellings[] = {"Content-Length: ", "content-length: "};
        int64_t len = 0;
        for (size_t i = 0; i < LEN(spellings); i++) {
                ssize_t at = str_find_str(str_sub(in, 0, (size_t)head), str_from(spellings[i]));
                if (at >= 0)
                        len = strtol(client->in + at + 16, NULL, 10);
        }
        size_t whole = (size_t)head + 4 + (size_t)len;
        if (client->in_len < whole)
                return false;
        int status = (int)strtol(client->in + 9, NULL, 10);
        client->in_len = 0; /* one request at a time: nothing follows */
        answered(client, status, str_sub(in, (size_t)head + 4, (size_t)len));
        return true;
}

static void ready(struct source *source, uint32_t events)
{
        struct client *client = (struct client *)source;
        ssize_t n =
            recv(source->fd, client->in + client->in_len, sizeof client->in - client->in_len, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return;
        if (n <= 0) {
                close(source->fd);
                if (client->busy)
                        sample_error(client->step, 0, STR("the server closed the connection"));
                connect_client(client);
                if (client->busy)
                        finished(client);
                return;
        }
        client->in_len += (size_t)n;
        take_answer(client);
}

static void begin(struct client *client, int64_t due_us)
{
        client->flows++;
        client->busy = true;
        client->began_us = due_us;
        client->step = options.status && client->key[0] ? STEP_STATUS : STEP_CREATE;
        inbox_phone(client->number, client->flows, client->phone);
        inbox_email(client->number, client->flows, client->email);
        ask(client);
}

void clients_open(void)
{
        clients = x_new((size_t)options.clients, sizeof *clients);
        due_cap = 1 << 20;
        due = x_new(due_cap, sizeof *due);
        for (int i = 0; i < options.clients; i++) {
                clients[i].number = options.first + i;
                clients[i].source.ready = ready;
                connect_client(&clients[i]);
                if (options.rate == 0)
                        begin(&clients[i], now_us());
        }
}

void clients_wake(void)
{
        for (int i = 0; i < options.clients; i++)
                if (clients[i].waits)
                        go_on(&clients[i]);
}

bool clients_wait(void)
{
        for (int i = 0; i < options.clients; i++)
                if (clients[i].waits)
                        return true;
        return false;
}

void clients_begin(int64_t due_us)
{
        static int next;
        for (int i = 0; i < options.clients; i++) {
                struct client *client = &clients[(next + i) % options.clients];
                if (client->busy)
                        continue;
                next = (next + i + 1) % options.clients;
                begin(client, due_us);
                return;
        }
        due[due_tail++ % due_cap] = due_us;
}

void clients_stop(void)
{
        stopping = true;
        due_head = due_tail;
}

int clients_busy(void)
{
        int busy = 0;
        for (int i = 0; i < options.clients; i++)
                busy += clients[i].busy;
        return busy;
}
