#include "flow/flow.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

/* Numbers are 010-CCCN-NNNN: client and flow. A client makes no more than this in one run. */
enum { FLOWS_MAX = 100000 };

static char codes[2][CLIENTS_MAX][CODE_MAX];
static int sms = -1;
static int watch = -1;
static char tail[IN_MAX];
static size_t tail_len;

void inbox_phone(int client, unsigned n, char ret[16])
{
        snprintf(ret, 16, "010%03d%05u", client, n % FLOWS_MAX);
}

void inbox_email(int client, unsigned n, char ret[48])
{
        snprintf(ret, 48, "bench%03d.%u@example.org", client, n % FLOWS_MAX);
}

/* The client whose number stands behind `mark` in `to`. */
static int owner(struct str to, struct str mark)
{
        ssize_t at = str_find_str(to, mark);
        int64_t client;
        if (at < 0 || !str_to_int(str_sub(to, (size_t)at + mark.len, 3), 0, CLIENTS_MAX - 1, &client))
                return -1;
        return (int)client;
}

/* The first run of exactly six digits. */
static bool code_in(struct str text, char ret[CODE_MAX])
{
        size_t run = 0;
        for (size_t i = 0; i <= text.len; i++) {
                if (i < text.len && isdigit((unsigned char)text.ptr[i])) {
                        run++;
                        continue;
                }
                if (run == 6) {
                        memcpy(ret, text.ptr + i - 6, 6);
                        ret[6] = '\0';
                        return true;
                }
                run = 0;
        }
        return false;
}

static size_t base64(struct str in, char *out)
{
        unsigned bits = 0, value = 0;
        size_t len = 0;
        for (size_t i = 0; i < in.len && in.ptr[i] != '='; i++) {
                static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
                const char *at = in.ptr[i] ? strchr(set, in.ptr[i]) : NULL;
                if (at == NULL)
                        continue;
                value = value << 6 | (unsigned)(at - set);
                bits += 6;
                if (bits >= 8) {
                        bits -= 8;
                        out[len++] = (char)(value >> bits);
                }
        }
        return len;
}

/* The first text/plain part of a mail, decoded as far as finding the code needs. */
static struct str mail_text(struct str mail, char *scratch)
{
        ssize_t part = str_find_str(mail, STR("text/plain"));
        struct str rest = part < 0 ? mail : str_sub(mail, (size_t)part, mail.len);
        ssize_t end = str_find_str(rest, STR("\r\n\r\n"));
        size_t gap = 4;
        if (end < 0) {
                end = str_find_str(rest, STR("\n\n"));
                gap = 2;
        }
        if (end < 0)
                return STR_NULL;
        struct str headers = str_sub(rest, 0, (size_t)end);
        struct str body = str_sub(rest, (size_t)end + gap, rest.len);
        ssize_t boundary = str_find_str(body, STR("\n--"));
        if (boundary >= 0)
                body = str_sub(body, 0, (size_t)boundary);
        /* The transfer encoding may stand in the part's lines before or after its type. */
        bool encoded =
            str_find_str(headers, STR("base64")) >= 0 ||
            (part > 0 && str_find_str(str_sub(mail, (size_t)MAX(part - 120, 0), 120), STR("base64")) >= 0);
        return encoded ? str_from_bytes(scratch, base64(body, scratch)) : body;
}

void inbox_put(enum channel channel, struct str to, struct str text)
{
        static char scratch[IN_MAX];
        int client = owner(to, channel == CHANNEL_SMS ? STR("+8210") : STR("bench"));
        if (client < 0)
                return;
        struct str words = channel == CHANNEL_SMS ? text : mail_text(text, scratch);
        if (!code_in(words, codes[channel][client]))
                fprintf(stderr, "bench-flow: no code in a message to %.*s\n", STR_FMT(to));
}

bool inbox_take(enum channel channel, int client, char ret[CODE_MAX])
{
        char *code = codes[channel][client];
        if (code[0] == '\0')
                return false;
        memcpy(ret, code, CODE_MAX);
        code[0] = '\0';
        return true;
}

void inbox_open(void)
{
        if (options.sms_file) {
                sms = open(options.sms_file, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
                if (sms < 0 || lseek(sms, 0, SEEK_END) < 0)
                        die(options.sms_file);
        }
        if (options.email_dir) {
                watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
                if (watch < 0 ||
                    inotify_add_watch(watch, options.email_dir, IN_CLOSE_WRITE | IN_MOVED_TO) < 0)
                        die(options.email_dir);
        }
}

/* The value of a text member of one line of JSON; no escapes within. */
static struct str member(struct str line, struct str name)
{
        ssize_t at = str_find_str(line, name);
        if (at < 0)
                return STR_NULL;
        struct str rest = str_sub(line, (size_t)at + name.len, line.len);
        while (rest.len > 0 && (*rest.ptr == ' ' || *rest.ptr == ':'))
                rest = str_sub(rest, 1, rest.len);
        rest = str_sub(rest, 1, rest.len);
        ssize_t end = str_find(rest, '"');
        return end < 0 ? STR_NULL : str_sub(rest, 0, (size_t)end);
}

static void poll_sms(void)
{
        for (;;) {
                ssize_t n = read(sms, tail + tail_len, sizeof tail - tail_len);
                if (n <= 0)
                        return;
                tail_len += (size_t)n;
                struct str rest = str_from_bytes(tail, tail_len), line;
                ssize_t end;
                while ((end = str_find(rest, '\n')) >= 0) {
                        line = str_sub(rest, 0, (size_t)end);
                        inbox_put(CHANNEL_SMS, member(line, STR("\"to\"")), member(line, STR("\"body\"")));
                        rest = str_sub(rest, (size_t)end + 1, rest.len);
                }
                tail_len = rest.len;
                if (tail_len > 0)
                        memmove(tail, rest.ptr, tail_len);
        }
}

static void read_mail(const char *name)
{
        static char mail[IN_MAX];
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", options.email_dir, name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return;
        ssize_t n = read(fd, mail, sizeof mail);
        close(fd);
        unlink(path);
        struct str text = str_from_bytes(mail, (size_t)MAX(n, 0));
        ssize_t to = str_find_str(text, STR("\nTo:"));
        if (to >= 0)
                inbox_put(CHANNEL_MAIL, str_sub(text, (size_t)to, 200), text);
}

static void poll_mail(void)
{
        char events[16 * 1024] __attribute__((aligned(8)));
        ssize_t n;
        while ((n = read(watch, events, sizeof events)) > 0) {
                for (char *at = events; at < events + n;) {
                        const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
                        if (event->len > 0 && str_ends_with(str_from(event->name), STR(".eml")))
                                read_mail(event->name);
                        at += sizeof *event + event->len;
                }
        }
}

void inbox_poll(void)
{
        if (sms >= 0)
                poll_sms();
        if (watch >= 0)
                poll_mail();
}
