/* Mails that stay on this machine: shown on the console, or kept as files. */
#include "crypto/random.h"
#include "notify/backend.h"
#include "notify/mime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAIL_LEN_MAX = 256 << 10 };

struct local_backend {
        struct mail_backend backend;
        struct mail_from from;
        int dir; /* -1: the console */
};

static enum rc send_console(struct mail_backend *backend, struct op *op, const struct mail *mail)
{
        CLEANUP(buf_release) struct buf text;
        buf_init_secret(&text, MAIL_LEN_MAX);
        buf_add(&text, STR("Mail to "));
        buf_add(&text, mail->to);
        buf_add(&text, STR(": "));
        buf_add(&text, mail->subject);
        buf_add(&text, STR("\n"));
        buf_add(&text, mail->text);
        if (!buf_ok(&text))
                return op_fail(op, RC_DELIVERY_FAILED, "a mail is too long");
        if (!fd_write_all(STDOUT_FILENO, text.ptr, text.len))
                return op_fail(op, RC_DELIVERY_LATER, "the console cannot be written");
        return RC_OK;
}

/* Written under another name first: whoever watches the folder never sees half a mail. */
static bool write_file(int dir, struct str bytes)
{
        char id[RANDOM_ID_MAX], temp[64], name[64], when[CLOCK_TEXT_MAX];
        random_id(id);
        clock_format(clock_wall_ms(), when);
        snprintf(temp, sizeof(temp), ".%s.new", id);
        snprintf(name, sizeof(name), "%s-%.12s.eml", when, id);
        CLEANUP(fd_close) int fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd >= 0 && fd_write_all(fd, bytes.ptr, bytes.len) && renameat(dir, temp, dir, name) == 0)
                return true;
        int error = errno;
        unlinkat(dir, temp, 0);
        errno = error;
        return false;
}

static enum rc send_file(struct mail_backend *backend, struct op *op, const struct mail *mail)
{
        const struct local_backend *local = (const struct local_backend *)backend;
        CLEANUP(buf_release) struct buf bytes;
        buf_init_secret(&bytes, MAIL_LEN_MAX);
        enum rc rc = mail_build(op, &local->from, mail, &bytes);
        if (rc == RC_OK && !write_file(local->dir, buf_str(&bytes)))
                return op_fail(op, RC_DELIVERY_LATER, "EMAIL_DIR cannot be written: %s", strerror(errno));
        return rc;
}

static void local_free(struct mail_backend *backend)
{
        struct local_backend *local = (struct local_backend *)backend;
        fd_close(&local->dir);
        x_free(local);
}

static struct mail_backend *local_new(struct mail_backend row, struct mail_from from, int dir)
{
        struct local_backend *local = x_new(1, sizeof(*local));
        *local = (struct local_backend){.backend = row, .from = from, .dir = dir};
        local->backend.free = local_free;
        return &local->backend;
}

enum rc mail_console_new(struct op *op, const struct conf *conf, struct mail_backend **ret)
{
        *ret = local_new((struct mail_backend){.name = "console", .send = send_console},
                         (struct mail_from){0}, -1);
        return RC_OK;
}

enum rc mail_file_new(struct op *op, const struct conf *conf, struct mail_backend **ret)
{
        struct mail_from from;
        if (!mail_from_parse(str_from(conf->email_from), &from))
                return op_fail(op, RC_CONFIG, "EMAIL_FROM: takes an address, or a name and <address>");
        if (mkdir(conf->email_dir, 0700) < 0 && errno != EEXIST)
                return op_fail(op, RC_CONFIG, "EMAIL_DIR: %s: %s", conf->email_dir, strerror(errno));
        int dir = open(conf->email_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (dir < 0)
                return op_fail(op, RC_CONFIG, "EMAIL_DIR: %s: %s", conf->email_dir, strerror(errno));
        *ret = local_new((struct mail_backend){.name = "file", .send = send_file}, from, dir);
        return RC_OK;
}
