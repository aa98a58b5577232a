/*
 * Sending mail. As for SMS: RC_OK handed over, RC_DELIVERY_FAILED refused for good (5xx, a certificate that
 * is wrong, no TLS where it was demanded), RC_DELIVERY_LATER worth another try (4xx, no answer). Backends may
 * be used from any thread at once.
 */
#pragma once

#include "base/buf.h"
#include "conf/conf.h"

struct mail {
        struct str to; /* an address that email_parse took */
        struct str subject;
        struct str text;
        struct str html;
};

struct mail_backend {
        const char *name;
        /* Ends by the op's deadline. */
        enum rc (*send)(struct mail_backend *backend, struct op *op, const struct mail *mail);
        void (*free)(struct mail_backend *backend);
};

/* As configured; `conf` must live as long. RC_CONFIG names the key that is wrong or missing. */
NODISCARD enum rc mail_backend_new(struct op *op, const struct conf *conf, struct mail_backend **ret);
void mail_backend_free(struct mail_backend **backend);
NODISCARD enum rc mail_send(struct op *op, struct mail_backend *backend, const struct mail *mail);
