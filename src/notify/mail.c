#include "notify/mail.h"

#include "notify/backend.h"

enum rc mail_backend_new(struct op *op, const struct conf *conf, struct mail_backend **ret)
{
        static enum rc (*const makers[])(struct op *, const struct conf *, struct mail_backend **) = {
            [CONF_EMAIL_CONSOLE] = mail_console_new,
            [CONF_EMAIL_FILE] = mail_file_new,
            [CONF_EMAIL_SMTP] = mail_smtp_new,
        };
        if (conf->email_backend < 0 || conf->email_backend >= (int64_t)LEN(makers))
                return op_fail(op, RC_CONFIG, "EMAIL_BACKEND: unknown");
        return makers[conf->email_backend](op, conf, ret);
}

void mail_backend_free(struct mail_backend **backend)
{
        if (*backend)
                (*backend)->free(*backend);
        *backend = NULL;
}

enum rc mail_send(struct op *op, struct mail_backend *backend, const struct mail *mail)
{
        return backend->send(backend, op, mail);
}
