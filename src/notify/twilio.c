#include "notify/twilio.h"

#include "base/json.h"
#include "crypto/mac.h"
#include "net/transfer.h"
#include "notify/backend.h"

#include <stdio.h>
#include <stdlib.h>

enum {
        REPLY_MAX = 64 << 10,
        FORM_MAX = 16 << 10,
        SEND_MS_MAX = 15000,
        VALIDITY_MAX = 36000,
        BODY_MAX = 1600
};

struct twilio {
        struct sms_provider provider;
        const struct conf *conf;
        char *url;
        struct transfer_pool pool;
};

static void add_field(struct buf *form, const char *key, struct str value)
{
        buf_addf(form, "%s%s=", form->len ? "&" : "", key);
        buf_add_form(form, value);
}

static void write_form(const struct twilio *twilio, const struct sms *sms, struct buf *form)
{
        const struct conf *conf = twilio->conf;
        add_field(form, "To", sms->to);
        if (*conf->twilio_messaging_service_sid)
                add_field(form, "MessagingServiceSid", str_from(conf->twilio_messaging_service_sid));
        else
                add_field(form, "From", str_from(conf->twilio_phone_number));
        add_field(form, "Body", sms->body);
        if (sms->callback_url)
                add_field(form, "StatusCallback", str_from(sms->callback_url));
        if (sms->validity_s > 0)
                buf_addf(form, "&ValidityPeriod=%d", MIN(sms->validity_s, VALIDITY_MAX));
        /* Neither the code nor the number stays in Twilio's logs. */
        add_field(form, "ContentRetention", STR("discard"));
        add_field(form, "AddressRetention", STR("obfuscate"));
}

/* What Twilio says in words may hold the number; only its code goes on. */
static enum rc refused(struct op *op, long status, struct str reply)
{
        json_auto_t *json = NULL;
        int64_t code = 0;
        if (!json_parse(reply, REPLY_MAX, &json) || !json_get_int(json, "code", 0, 999999, &code))
                code = 0;
        bool later = status >= 500 || status == 429 || status == 408;
        return op_fail(op, later ? RC_DELIVERY_LATER : RC_DELIVERY_FAILED,
                       "Twilio answered %ld with its code %lld", status, (long long)code);
}

static bool id_valid(struct str sid)
{
        if (sid.len == 0 || sid.len >= SMS_ID_MAX)
                return false;
        for (size_t i = 0; i < sid.len; i++) {
                char c = sid.ptr[i];
                if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
                        return false;
        }
        return true;
}

static enum rc judge(struct op *op, long status, struct str reply, char ret_id[SMS_ID_MAX])
{
        if (status != 200 && status != 201)
                return refused(op, status, reply);
        json_auto_t *json = NULL;
        if (!json_parse(reply, REPLY_MAX, &json) || !id_valid(json_get_str(json, "sid")))
                return op_fail(op, RC_DELIVERY_LATER, "Twilio answered %ld without a message id", status);
        if (twilio_state_from(json_get_str(json, "status")) == TWILIO_FAILED)
                return op_fail(op, RC_DELIVERY_FAILED, "Twilio took the message and failed it");
        snprintf(ret_id, SMS_ID_MAX, "%.*s", STR_FMT(json_get_str(json, "sid")));
        return RC_OK;
}

static bool prepare(CURL *curl, const struct twilio *twilio, struct buf *form, struct buf *reply)
{
        const struct conf *conf = twilio->conf;
        return curl_easy_setopt(curl, CURLOPT_URL, twilio->url) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_USERNAME, conf->twilio_account_sid) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_PASSWORD, conf->twilio_auth_token) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)form->len) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form->ptr) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_USERAGENT, "bonin/" BONIN_VERSION) == CURLE_OK &&
               transfer_receive(curl, reply);
}

static enum rc perform(struct op *op, CURL *curl, struct buf *reply, char ret_id[SMS_ID_MAX])
{
        CURLcode code = curl_easy_perform(curl);
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        if (!buf_ok(reply))
                return op_fail(op, RC_DELIVERY_LATER, "Twilio's answer is too long");
        if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_URL_MALFORMAT)
                return op_fail(op, RC_DELIVERY_FAILED, "TWILIO_API_URL: %s", curl_easy_strerror(code));
        if (code != CURLE_OK)
                return op_fail(op, RC_DELIVERY_LATER, "Twilio cannot be reached: %s",
                               curl_easy_strerror(code));
        return judge(op, status, buf_str(reply), ret_id);
}

static enum rc twilio_send(struct sms_provider *provider, struct op *op, const struct sms *sms,
                           char ret_id[SMS_ID_MAX])
{
        struct twilio *twilio = (struct twilio *)provider;
        CLEANUP(buf_release) struct buf form, reply;
        buf_init_secret(&form, FORM_MAX);
        buf_init(&reply, REPLY_MAX);
        write_form(twilio, sms, &form);
        if (!buf_ok(&form) || sms->body.len > BODY_MAX)
                return op_fail(op, RC_DELIVERY_FAILED, "an SMS is too long");
        CURL *curl = transfer_take(&twilio->pool, op, "https,http", SEND_MS_MAX, RC_DELIVERY_LATER);
        if (curl == NULL)
                return RC_DELIVERY_LATER;
        enum rc rc = prepare(curl, twilio, &form, &reply)
                         ? perform(op, curl, &reply, ret_id)
                         : op_fail(op, RC_DELIVERY_FAILED, "libcurl refuses Twilio's options");
        transfer_give(&twilio->pool, curl);
        return rc;
}

static void twilio_free(struct sms_provider *provider)
{
        struct twilio *twilio = (struct twilio *)provider;
        transfer_pool_release(&twilio->pool);
        x_free(twilio->url);
        x_free(twilio);
}

enum rc sms_twilio_new(struct op *op, const struct conf *conf, struct sms_provider **ret)
{
        struct str base = str_from(conf->twilio_api_url);
        while (str_ends_with(base, STR("/")))
                base.len--;
        if (!transfer_url_is_safe(base))
                return op_fail(op, RC_CONFIG,
                               "TWILIO_API_URL: takes https://HOST, or http:// on this machine");
        if (!id_valid(str_from(conf->twilio_account_sid)))
                return op_fail(op, RC_CONFIG, "TWILIO_ACCOUNT_SID: takes letters and digits");
        struct twilio *twilio = x_new(1, sizeof(*twilio));
        *twilio = (struct twilio){
            .provider = {.name = "twilio", .send = twilio_send, .free = twilio_free},
            .conf = conf,
        };
        transfer_pool_init(&twilio->pool);
        if (asprintf(&twilio->url, "%.*s/2010-04-01/Accounts/%s/Messages.json", STR_FMT(base),
                     conf->twilio_account_sid) < 0)
                abort();
        *ret = &twilio->provider;
        return RC_OK;
}
