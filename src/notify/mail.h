/*
 * Sending mail. As for SMS: RC_OK handed over, RC_DELIVERY_FAILED refused for good (5xx, a certificate that
 * is wrong, no TLS where it was demanded), RC_DELIVERY_LATER worth another try (4xx, no answer). Backends may
 * be used from any thread at once.
 */
#pragma once

#include "base/buf.h"
#include "base/op.h"

struct mail {
        struct str to; /* an address that email_parse took */
        struct str subject;
        struct str text;
        struct str html;
};

struct mail_backend {
        const char *name;
        enum rc (*send)(struct mail_backend *backend, struct op *op, const struct mail *mail);
        void (*free)(struct mail_backend *backend);
};

/* As configured. Text that is not set is NULL or "". */
struct mail_config {
        const char *backend; /* EMAIL_BACKEND: console, file, smtp */
        const char *dir;     /* EMAIL_DIR */
        const char *from;    /* EMAIL_FROM: "address" or "Name <address>" */
        const char *host;
        int port;     /* 465: TLS from the first byte */
        bool use_tls; /* STARTTLS demanded; false only for a server on this machine or port 465 */
        const char *user;
        const char *password;
        const char *ca_file; /* EMAIL_CA_FILE: trusted instead of the system's; NULL: the system's */
};

/* RC_CONFIG names the key that is wrong or missing. The texts are copied. */
NODISCARD enum rc mail_backend_new(struct op *op, const struct mail_config *config,
                                   struct mail_backend **ret);
void mail_backend_free(struct mail_backend **backend);
NODISCARD enum rc mail_send(struct op *op, struct mail_backend *backend, const struct mail *mail);
