#include "notify/sms.h"

#include "notify/backend.h"

enum rc sms_provider_new(struct op *op, const struct conf *conf, struct sms_provider **ret)
{
        static enum rc (*const makers[])(struct op *, const struct conf *, struct sms_provider **) = {
            [CONF_SMS_CONSOLE] = sms_console_new,
            [CONF_SMS_FILE] = sms_file_new,
            [CONF_SMS_TWILIO] = sms_twilio_new,
        };
        if (conf->sms_provider < 0 || conf->sms_provider >= (int64_t)LEN(makers))
                return op_fail(op, RC_CONFIG, "SMS_PROVIDER: unknown");
        return makers[conf->sms_provider](op, conf, ret);
}

void sms_provider_free(struct sms_provider **provider)
{
        if (*provider)
                (*provider)->free(*provider);
        *provider = NULL;
}

enum rc sms_send(struct op *op, struct sms_provider *provider, const struct sms *sms, char ret_id[SMS_ID_MAX])
{
        return provider->send(provider, op, sms, ret_id);
}
