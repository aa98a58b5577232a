/*
 * Sending an SMS. A provider is one of the words of SMS_PROVIDER; all answer in the same three ways: RC_OK
 * accepted, RC_DELIVERY_FAILED refused for good, RC_DELIVERY_LATER worth another try. Providers may be used
 * from any thread at once. No body and no number is ever logged.
 */
#pragma once

#include "base/buf.h"
#include "conf/conf.h"

enum { SMS_ID_MAX = 64 };

struct sms {
        struct str to; /* E.164 */
        struct str body;
        const char *callback_url; /* where the provider reports delivery; NULL: nowhere */
        int validity_s;           /* worth nothing after that; 0: not told */
};

struct sms_provider {
        const char *name;
        /* `ret_id`: the provider's name of the message, "" where it gives none. Ends by the op's deadline. */
        enum rc (*send)(struct sms_provider *provider, struct op *op, const struct sms *sms,
                        char ret_id[SMS_ID_MAX]);
        void (*free)(struct sms_provider *provider);
};

/* As configured; `conf` must live as long. RC_CONFIG names the key that is wrong or missing. */
NODISCARD enum rc sms_provider_new(struct op *op, const struct conf *conf, struct sms_provider **ret);
void sms_provider_free(struct sms_provider **provider);
NODISCARD enum rc sms_send(struct op *op, struct sms_provider *provider, const struct sms *sms,
                           char ret_id[SMS_ID_MAX]);
