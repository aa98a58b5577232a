#include "notify/twilio.h"

#include "crypto/mac.h"
#include "net/transfer.h"
#include "notify/sms.h"
#include "unit/data.h"
#include "unit/fake.h"
#include "unit/test.h"

#include <stdio.h>

struct bench {
        struct fake fake;
        struct transfer_pool pool; /* to tell the fake what to do */
        struct conf conf;
        char url[64];
        char sid[64];
        char token[64];
        char from[32];
        struct sms_provider *provider;
};

static const struct sms specimen = {
    .to = {"+821012345678", 13},
    .body = {"[bonin] 인증번호 123456 & more=1\n@example.org #123456", 55},
    .callback_url = "https://verify.example.org/api/verification/twilio?id=1",
    .validity_s = 600,
};

static void copy(char *ret, size_t size, const json_t *ready, const char *key)
{
        snprintf(ret, size, "%.*s", STR_FMT(json_get_str(ready, key)));
        CHECK(*ret);
}

static void bench_init(struct bench *bench)
{
        *bench = (struct bench){.fake = {.input = -1}};
        fake_start(&bench->fake, "twilio.mjs");
        transfer_pool_init(&bench->pool);
        int64_t port;
        CHECK(json_get_int(bench->fake.ready, "port", 1, 65535, &port));
        snprintf(bench->url, sizeof(bench->url), "http://127.0.0.1:%d/", (int)port);
        copy(bench->sid, sizeof(bench->sid), bench->fake.ready, "account_sid");
        copy(bench->token, sizeof(bench->token), bench->fake.ready, "auth_token");
        copy(bench->from, sizeof(bench->from), bench->fake.ready, "from");
        static char nothing[] = "";
        bench->conf = (struct conf){
            .sms_provider = CONF_SMS_TWILIO,
            .twilio_account_sid = bench->sid,
            .twilio_auth_token = bench->token,
            .twilio_phone_number = bench->from,
            .twilio_messaging_service_sid = nothing,
            .twilio_api_url = bench->url,
        };
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        CHECK(sms_provider_new(&op, &bench->conf, &bench->provider) == RC_OK);
}

static void bench_release(struct bench *bench)
{
        sms_provider_free(&bench->provider);
        transfer_pool_release(&bench->pool);
        fake_stop(&bench->fake);
}

static void ask(struct bench *bench, const char *path, const char *body, struct buf *reply)
{
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        char url[128];
        snprintf(url, sizeof(url), "%s%s", bench->url, path);
        CURL *curl = transfer_take(&bench->pool, &op, "http", 5000, RC_UNAVAILABLE);
        CHECK(curl != NULL);
        curl_easy_setopt(curl, CURLOPT_URL, url);
        if (body)
                curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body);
        CHECK(transfer_receive(curl, reply) && curl_easy_perform(curl) == CURLE_OK);
        transfer_give(&bench->pool, curl);
}

static void set_mode(struct bench *bench, const char *mode)
{
        char body[64];
        CLEANUP(buf_release) struct buf reply;
        buf_init(&reply, 4096);
        snprintf(body, sizeof(body), "{\"mode\":\"%s\"}", mode);
        ask(bench, "_mode", body, &reply);
        CHECK_STR(buf_str(&reply), "{}");
}

/* The messages that arrived; json_decref it. */
static json_t *messages(struct bench *bench)
{
        CLEANUP(buf_release) struct buf reply;
        buf_init(&reply, 65536);
        ask(bench, "_messages", NULL, &reply);
        json_t *json = NULL;
        CHECK(json_parse(buf_str(&reply), 65536, &json));
        return json;
}

static enum rc send_one(struct bench *bench, const struct sms *sms, int64_t timeout_ms, struct op *op,
                        char ret_id[SMS_ID_MAX])
{
        op_init(op, NULL, 65536, timeout_ms);
        return sms_send(op, bench->provider, sms, ret_id);
}

TEST(twilio_gets_every_field)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        CLEANUP(op_release) struct op op;
        char id[SMS_ID_MAX];
        CHECK(send_one(&bench, &specimen, 5000, &op, id) == RC_OK);
        CHECK(strncmp(id, "SM", 2) == 0 && strlen(id) == 34);
        json_auto_t *all = messages(&bench);
        CHECK(json_array_size(all) == 1);
        const json_t *got = json_array_get(all, 0);
        CHECK_STR(json_get_str(got, "sid"), id);
        CHECK_STR(json_get_str(got, "To"), "+821012345678");
        CHECK_STR(json_get_str(got, "From"), bench.from);
        CHECK(str_equal(json_get_str(got, "Body"), specimen.body));
        CHECK_STR(json_get_str(got, "StatusCallback"), specimen.callback_url);
        CHECK_STR(json_get_str(got, "ValidityPeriod"), "600");
        CHECK_STR(json_get_str(got, "ContentRetention"), "discard");
        CHECK_STR(json_get_str(got, "AddressRetention"), "obfuscate");
        CHECK(json_object_get(got, "MessagingServiceSid") == NULL);
}

TEST(twilio_messaging_service_stands_for_the_sender)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        char service[] = "MG0123456789abcdef0123456789abcdef";
        bench.conf.twilio_messaging_service_sid = service;
        CLEANUP(op_release) struct op op;
        char id[SMS_ID_MAX];
        struct sms bare = {.to = specimen.to, .body = specimen.body};
        CHECK(send_one(&bench, &bare, 5000, &op, id) == RC_OK);
        json_auto_t *all = messages(&bench);
        const json_t *got = json_array_get(all, 0);
        CHECK_STR(json_get_str(got, "MessagingServiceSid"), service);
        CHECK(json_object_get(got, "From") == NULL && json_object_get(got, "StatusCallback") == NULL);
        CHECK(json_object_get(got, "ValidityPeriod") == NULL);
}

TEST(twilio_answers_are_told_apart)
{
        static const struct {
                const char *mode;
                enum rc rc;
        } rows[] = {
            {"invalid", RC_DELIVERY_FAILED},
            {"failed", RC_DELIVERY_FAILED},
            {"redirect", RC_DELIVERY_FAILED},
            {"rate", RC_DELIVERY_LATER},
            {"error", RC_DELIVERY_LATER},
            {"down", RC_DELIVERY_LATER},
            {"garbage", RC_DELIVERY_LATER},
            {"nothing", RC_DELIVERY_LATER},
            {"evil", RC_DELIVERY_LATER},
            {"huge", RC_DELIVERY_LATER},
            {"reset", RC_DELIVERY_LATER},
            {"slow", RC_OK},
            {"ok", RC_OK},
        };
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        for (size_t i = 0; i < LEN(rows); i++) {
                set_mode(&bench, rows[i].mode);
                CLEANUP(op_release) struct op op;
                char id[SMS_ID_MAX] = "unset";
                enum rc rc = send_one(&bench, &specimen, 5000, &op, id);
                if (rc != rows[i].rc)
                        test_fail(__FILE__, __LINE__, rows[i].mode);
                CHECK((rc == RC_OK) == (strcmp(id, "unset") != 0));
                /* What goes to the log holds neither number nor code. */
                CHECK(strstr(op.why, "1012345678") == NULL && strstr(op.why, "123456") == NULL);
        }
}

TEST(twilio_that_hangs_ends_by_the_deadline)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        const char *const modes[] = {"hang", "stall"};
        for (size_t i = 0; i < LEN(modes); i++) {
                set_mode(&bench, modes[i]);
                CLEANUP(op_release) struct op op;
                char id[SMS_ID_MAX];
                int64_t start = clock_mono_ms();
                CHECK(send_one(&bench, &specimen, 300, &op, id) == RC_DELIVERY_LATER);
                int64_t took = clock_mono_ms() - start;
                CHECK(took >= 290 && took < 1500);
        }
        CLEANUP(op_release) struct op late;
        char id[SMS_ID_MAX];
        CHECK(send_one(&bench, &specimen, 0, &late, id) == RC_DELIVERY_LATER);
}

TEST(twilio_refuses_a_wrong_token)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        bench.token[0] ^= 1;
        CLEANUP(op_release) struct op op;
        char id[SMS_ID_MAX];
        CHECK(send_one(&bench, &specimen, 5000, &op, id) == RC_DELIVERY_FAILED);
        CHECK(strstr(op.why, "401") && strstr(op.why, bench.token) == NULL);
}

TEST(twilio_that_is_not_there)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        fake_stop(&bench.fake);
        CLEANUP(op_release) struct op op;
        char id[SMS_ID_MAX];
        CHECK(send_one(&bench, &specimen, 2000, &op, id) == RC_DELIVERY_LATER);
}

/* The certificate is for the right name, but nobody vouches for it. */
TEST(twilio_must_show_a_certificate)
{
        CLEANUP(bench_release) struct bench bench;
        bench_init(&bench);
        int64_t port;
        CHECK(json_get_int(bench.fake.ready, "tls_port", 1, 65535, &port));
        snprintf(bench.url, sizeof(bench.url), "https://localhost:%d", (int)port);
        sms_provider_free(&bench.provider);
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        CHECK(sms_provider_new(&op, &bench.conf, &bench.provider) == RC_OK);
        char id[SMS_ID_MAX];
        CHECK(sms_send(&op, bench.provider, &specimen, id) == RC_DELIVERY_FAILED);
        CHECK(strstr(op.why, "TWILIO_API_URL"));
}

TEST(twilio_configuration_is_checked)
{
        static const char *const urls[] = {"",
                                           "ftp://api.twilio.com",
                                           "http://api.twilio.com",
                                           "https://",
                                           "http://127.0.0.1.example.org:80",
                                           "file:///etc/passwd"};
        char sid[] = "AC1", other[] = "AC1/../x", token[] = "t", from[] = "+1", none[] = "", url[64];
        struct conf conf = {.sms_provider = CONF_SMS_TWILIO,
                            .twilio_account_sid = sid,
                            .twilio_auth_token = token,
                            .twilio_phone_number = from,
                            .twilio_messaging_service_sid = none,
                            .twilio_api_url = url};
        CLEANUP(sms_provider_free) struct sms_provider *provider = NULL;
        CLEANUP(op_release) struct op op;
        test_op_init(&op);
        for (size_t i = 0; i < LEN(urls); i++) {
                snprintf(url, sizeof(url), "%s", urls[i]);
                CHECK(sms_provider_new(&op, &conf, &provider) == RC_CONFIG &&
                      strstr(op.why, "TWILIO_API_URL"));
                op_forgive(&op);
        }
        snprintf(url, sizeof(url), "https://api.twilio.com/");
        conf.twilio_account_sid = other;
        CHECK(sms_provider_new(&op, &conf, &provider) == RC_CONFIG && strstr(op.why, "TWILIO_ACCOUNT_SID"));
        conf.twilio_account_sid = sid;
        CHECK(provider == NULL && sms_provider_new(&op, &conf, &provider) == RC_OK);
}

static void sign(const char *token, const char *text, struct buf *ret)
{
        uint8_t mac[20];
        mac_hmac_sha1(str_from(token), str_from(text), mac);
        buf_clear(ret);
        buf_add_base64(ret, mac, sizeof(mac));
}

TEST(twilio_signature_of_the_callback)
{
        static const struct twilio_field fields[] = {
            {STR("To"), STR("+18005551212")},     {STR("Digits"), STR("1234")},
            {STR("CallSid"), STR("CA123456789")}, {STR("Caller"), STR("+12349013030")},
            {STR("From"), STR("+12349013030")},
        };
        const char *tail = "CallSidCA123456789Caller+12349013030Digits1234From+12349013030To+18005551212";
        const char *const signed_urls[] = {"https://example.org/a?b=1&c=2",
                                           "https://example.org:443/a?b=1&c=2"};
        const struct str token = STR("12345");
        CLEANUP(buf_release) struct buf signature;
        buf_init(&signature, 100);
        for (size_t i = 0; i < LEN(signed_urls); i++) {
                char text[512];
                snprintf(text, sizeof(text), "%s%s", signed_urls[i], tail);
                sign("12345", text, &signature);
                struct str s = buf_str(&signature);
                for (size_t k = 0; k < LEN(signed_urls); k++)
                        CHECK(
                            twilio_signature_valid(token, str_from(signed_urls[k]), fields, LEN(fields), s));
                CHECK(
                    !twilio_signature_valid(STR("12346"), str_from(signed_urls[0]), fields, LEN(fields), s));
                CHECK(!twilio_signature_valid(STR(""), str_from(signed_urls[0]), fields, LEN(fields), s));
                CHECK(!twilio_signature_valid(token, STR("https://example.org/a?b=1&c=3"), fields,
                                              LEN(fields), s));
                CHECK(!twilio_signature_valid(token, str_from(signed_urls[0]), fields, LEN(fields) - 1, s));
                CHECK(!twilio_signature_valid(token, str_from(signed_urls[0]), fields, LEN(fields), STR("")));
        }
        sign("12345", "http://example.org:8080/x", &signature);
        CHECK(twilio_signature_valid(token, STR("http://example.org:8080/x"), NULL, 0, buf_str(&signature)));
        sign("12345", "http://example.org/x", &signature);
        CHECK(twilio_signature_valid(token, STR("http://example.org:8080/x"), NULL, 0, buf_str(&signature)));
        CHECK(!twilio_signature_valid(token, STR("http://example.com:8080/x"), NULL, 0, buf_str(&signature)));
        CHECK(!twilio_signature_valid(token, STR(""), NULL, 0, buf_str(&signature)));
        CHECK(!twilio_signature_valid(token, STR("h"), NULL, 0, buf_str(&signature)));
}

/* The worked example of Twilio's own documentation of request signing. */
TEST(twilio_signature_as_documented)
{
        static const struct twilio_field fields[] = {
            {STR("CallSid"), STR("CA1234567890ABCDE")},
            {STR("Caller"), STR("+14158675309")},
            {STR("Digits"), STR("1234")},
            {STR("From"), STR("+14158675309")},
            {STR("To"), STR("+18005551212")},
        };
        CHECK(twilio_signature_valid(STR("12345"), STR("https://mycompany.com/myapp.php?foo=1&bar=2"), fields,
                                     LEN(fields), STR("RSOYDt4T1cUTdK1PDd93/VVr8B8=")));
}

TEST(twilio_states)
{
        CHECK(twilio_state_from(STR("delivered")) == TWILIO_DELIVERED);
        CHECK(twilio_state_from(STR("undelivered")) == TWILIO_FAILED);
        CHECK(twilio_state_from(STR("failed")) == TWILIO_FAILED);
        CHECK(twilio_state_from(STR("sent")) == TWILIO_PENDING);
        CHECK(twilio_state_from(STR_NULL) == TWILIO_PENDING);
}
