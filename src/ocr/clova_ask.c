#include "ocr/clova.h"

#include "base/json.h"
#include "net/transfer.h"

#include <stdio.h>
#include <stdlib.h>

enum {
        ASK_MS_MAX = 10 * 1000,
        HEAD_MAX = 512, /* of a request, before and after the picture */
        HEADER_MAX = 300,
};

struct clova {
        const struct conf *conf;
        struct curl_slist *headers; /* the secret among them; only read once made */
        struct transfer_pool pool;
};

/* What its error codes mean to us. */
static const struct {
        struct str code;
        enum rc rc;
        const char *why;
} errors[] = {
    {STR("0001"), RC_CONFIG, "it does not know NAVER_CLOVA_API_URL"},
    {STR("0002"), RC_CONFIG, "NAVER_CLOVA_SECRET_KEY is not the domain's"},
    {STR("0011"), RC_CONFIG, "it does not take our request"},
    {STR("0021"), RC_CONFIG, "it does not take our version of the protocol"},
    {STR("0022"), RC_CONFIG, "NAVER_CLOVA_API_URL names no domain of its own"},
    {STR("0023"), RC_CONFIG, "the quota of the domain is used up"},
    {STR("0025"), RC_UNAVAILABLE, "too many requests"},
    {STR("0500"), RC_UNAVAILABLE, "an error inside of it"},
};

/* Its own words are never passed on. */
static enum rc refused(struct op *op, long status, struct str reply)
{
        json_auto_t *json = NULL;
        struct str code = STR_NULL;
        if (json_parse(reply, CLOVA_REPLY_MAX, &json))
                code = json_get_str(json, "code");
        for (size_t i = 0; i < LEN(errors); i++)
                if (str_equal(code, errors[i].code))
                        return op_fail(op, errors[i].rc, "CLOVA answered %ld: %s", status, errors[i].why);
        bool later = status >= 500 || status == 429 || status == 408;
        return op_fail(op, later ? RC_UNAVAILABLE : RC_CONFIG, "CLOVA answered %ld", status);
}

/* The picture goes into the JSON: so all that is personal lies in one buffer, which is wiped. */
static void write_request(const struct op *op, struct str jpeg, struct buf *ret)
{
        buf_addf(ret,
                 "{\"version\":\"V2\",\"requestId\":\"%s\",\"timestamp\":%lld,"
                 "\"images\":[{\"format\":\"jpg\",\"name\":\"card\",\"data\":\"",
                 op->id, (long long)clock_wall_ms());
        buf_add_base64(ret, jpeg.ptr, jpeg.len);
        buf_add(ret, STR("\"}]}"));
}

static bool prepare(CURL *curl, const struct clova *clova, struct buf *request, struct buf *reply)
{
        return curl_easy_setopt(curl, CURLOPT_URL, clova->conf->naver_clova_api_url) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_HTTPHEADER, clova->headers) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)request->len) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->ptr) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_USERAGENT, "bonin/" BONIN_VERSION) == CURLE_OK &&
               transfer_receive(curl, reply);
}

static enum rc perform(struct op *op, CURL *curl, struct buf *reply, struct clova_reading *ret)
{
        CURLcode code = curl_easy_perform(curl);
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        if (!buf_ok(reply))
                return op_fail(op, RC_UNAVAILABLE, "CLOVA's answer is too long");
        if (code == CURLE_OPERATION_TIMEDOUT)
                return op_fail(op, RC_TIMED_OUT, "CLOVA did not answer in time");
        if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_URL_MALFORMAT)
                return op_fail(op, RC_CONFIG, "NAVER_CLOVA_API_URL: %s", curl_easy_strerror(code));
        if (code != CURLE_OK)
                return op_fail(op, RC_UNAVAILABLE, "CLOVA cannot be reached: %s", curl_easy_strerror(code));
        return status == 200 ? clova_reply_parse(op, buf_str(reply), str_from(op->id), ret)
                             : refused(op, status, buf_str(reply));
}

enum rc clova_ask(struct clova *clova, struct op *op, struct str jpeg, struct clova_reading *ret)
{
        CLEANUP(buf_release) struct buf request, reply;
        buf_init_secret(&request, HEAD_MAX + (jpeg.len + 2) / 3 * 4);
        buf_init_secret(&reply, CLOVA_REPLY_MAX);
        write_request(op, jpeg, &request);
        if (!buf_ok(&request))
                return op_fail(op, RC_UNAVAILABLE, "CLOVA: a picture that is too large");
        CURL *curl = transfer_take(&clova->pool, op, "https,http", ASK_MS_MAX, RC_TIMED_OUT);
        if (curl == NULL)
                return op->rc;
        enum rc rc = prepare(curl, clova, &request, &reply)
                         ? perform(op, curl, &reply, ret)
                         : op_fail(op, RC_CONFIG, "libcurl refuses CLOVA's options");
        transfer_give(&clova->pool, curl);
        return rc;
}

void clova_free(struct clova **clova)
{
        if (*clova) {
                for (struct curl_slist *header = (*clova)->headers; header; header = header->next)
                        explicit_bzero(header->data, strlen(header->data));
                curl_slist_free_all((*clova)->headers);
                transfer_pool_release(&(*clova)->pool);
        }
        x_free(*clova);
        *clova = NULL;
}

/* One line of a header. */
static bool is_printable(const char *text)
{
        for (; *text; text++)
                if (*text <= ' ' || *text > '~')
                        return false;
        return true;
}

static void add_header(struct clova *clova, const char *line)
{
        struct curl_slist *longer = curl_slist_append(clova->headers, line);
        if (longer == NULL)
                abort();
        clova->headers = longer;
}

enum rc clova_new(struct op *op, const struct conf *conf, struct clova **ret)
{
        char secret[HEADER_MAX];
        if (!transfer_url_is_safe(str_from(conf->naver_clova_api_url)) ||
            !is_printable(conf->naver_clova_api_url))
                return op_fail(op, RC_CONFIG,
                               "NAVER_CLOVA_API_URL: takes https://HOST/…, or http:// on this machine");
        int len = snprintf(secret, sizeof(secret), "X-OCR-SECRET: %s", conf->naver_clova_secret_key);
        if (len < 0 || (size_t)len >= sizeof(secret) || !*conf->naver_clova_secret_key ||
            !is_printable(conf->naver_clova_secret_key))
                return op_fail(op, RC_CONFIG, "NAVER_CLOVA_SECRET_KEY: takes letters, digits and signs");
        struct clova *clova = x_new(1, sizeof(*clova));
        clova->conf = conf;
        transfer_pool_init(&clova->pool);
        add_header(clova, secret);
        add_header(clova, "Content-Type: application/json");
        add_header(clova, "Expect:"); /* a large body is sent without being asked for */
        explicit_bzero(secret, sizeof(secret));
        *ret = clova;
        return RC_OK;
}
