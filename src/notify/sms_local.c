/* SMS that stay on this machine: shown on the console, or appended to a file. */
#include "base/emit.h"
#include "notify/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { LINE_MAX_LEN = 8192 };

struct local_provider {
        struct sms_provider provider;
        const char *path; /* NULL: the console */
};

static enum rc send_console(struct sms_provider *provider, struct op *op, const struct sms *sms,
                            char ret_id[SMS_ID_MAX])
{
        CLEANUP(buf_release) struct buf line;
        buf_init_secret(&line, LINE_MAX_LEN);
        buf_add(&line, STR("SMS to "));
        buf_add(&line, sms->to);
        buf_add(&line, STR(": "));
        buf_add(&line, sms->body);
        buf_add_char(&line, '\n');
        if (!buf_ok(&line))
                return op_fail(op, RC_DELIVERY_FAILED, "an SMS is too long");
        if (!fd_write_all(STDOUT_FILENO, line.ptr, line.len))
                return op_fail(op, RC_DELIVERY_LATER, "the console cannot be written");
        ret_id[0] = '\0';
        return RC_OK;
}

/* One write in append mode a line: lines of several programs do not mix. */
static enum rc send_file(struct sms_provider *provider, struct op *op, const struct sms *sms,
                         char ret_id[SMS_ID_MAX])
{
        const struct local_provider *local = (const struct local_provider *)provider;
        CLEANUP(buf_release) struct buf line;
        buf_init_secret(&line, LINE_MAX_LEN);
        struct emit emit = emit_to(&line);
        emit_open(&emit, NULL);
        emit_str(&emit, "to", sms->to);
        emit_str(&emit, "body", sms->body);
        emit_time(&emit, "sent_at", clock_wall_ms());
        emit_close(&emit);
        buf_add_char(&line, '\n');
        if (!buf_ok(&line))
                return op_fail(op, RC_DELIVERY_FAILED, "an SMS is too long");
        CLEANUP(fd_close) int fd = open(local->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0 || write(fd, line.ptr, line.len) != (ssize_t)line.len)
                return op_fail(op, RC_DELIVERY_LATER, "SMS_FILE cannot be written: %s", strerror(errno));
        ret_id[0] = '\0';
        return RC_OK;
}

static void local_free(struct sms_provider *provider)
{
        x_free(provider);
}

static enum rc local_new(struct sms_provider row, const char *path, struct sms_provider **ret)
{
        struct local_provider *local = x_new(1, sizeof(*local));
        *local = (struct local_provider){.provider = row, .path = path};
        local->provider.free = local_free;
        *ret = &local->provider;
        return RC_OK;
}

enum rc sms_console_new(struct op *op, const struct conf *conf, struct sms_provider **ret)
{
        return local_new((struct sms_provider){.name = "console", .send = send_console}, NULL, ret);
}

enum rc sms_file_new(struct op *op, const struct conf *conf, struct sms_provider **ret)
{
        CLEANUP(fd_close) int fd = open(conf->sms_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
                return op_fail(op, RC_CONFIG, "SMS_FILE: %s: %s", conf->sms_file, strerror(errno));
        return local_new((struct sms_provider){.name = "file", .send = send_file}, conf->sms_file, ret);
}
