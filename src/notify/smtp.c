#include "base/log.h"
#include "net/transfer.h"
#include "notify/backend.h"
#include "notify/mime.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAIL_LEN_MAX = 256 << 10, SEND_MS_MAX = 20000, IMPLICIT_TLS_PORT = 465 };

struct smtp {
        struct mail_backend backend;
        const struct conf *conf;
        struct mail_from from;
        char *url;
        char *sender;
        struct transfer_pool pool;
};

static size_t feed(char *into, size_t size, size_t count, void *data)
{
        struct str *rest = data;
        size_t n = MIN(rest->len, size * count);
        if (n > 0)
                memcpy(into, rest->ptr, n);
        *rest = str_sub(*rest, n, rest->len);
        return n;
}

/* What the server said counts for more than what libcurl made of it: 4xx is for now, 5xx for good. Without a
 * word from it, only what another try cannot mend is final. */
static enum rc judge(struct op *op, CURLcode code, long reply)
{
        if (code == CURLE_OK)
                return RC_OK;
        if (reply >= 400 && reply <= 599)
                return op_fail(op, reply < 500 ? RC_DELIVERY_LATER : RC_DELIVERY_FAILED,
                               "the mail server answered %ld", reply);
        switch (code) {
        case CURLE_USE_SSL_FAILED:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_LOGIN_DENIED:
        case CURLE_URL_MALFORMAT:
                return op_fail(op, RC_DELIVERY_FAILED, "mail: %s", curl_easy_strerror(code));
        default:
                return op_fail(op, RC_DELIVERY_LATER, "mail: %s", curl_easy_strerror(code));
        }
}

static bool prepare(CURL *curl, const struct smtp *smtp, struct curl_slist *to, struct str *rest)
{
        const struct conf *conf = smtp->conf;
        bool ok = curl_easy_setopt(curl, CURLOPT_URL, smtp->url) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, smtp->sender) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_READFUNCTION, feed) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_READDATA, rest) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
                  transfer_trust(curl, conf->email_ca_file);
        /* USESSL_ALL: without TLS the transfer ends, before any name, password or mail is sent. */
        if (ok && conf->email_use_tls)
                ok = curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL) == CURLE_OK;
        if (ok && *conf->email_host_user)
                ok = curl_easy_setopt(curl, CURLOPT_USERNAME, conf->email_host_user) == CURLE_OK &&
                     curl_easy_setopt(curl, CURLOPT_PASSWORD, conf->email_host_password) == CURLE_OK;
        return ok;
}

static enum rc transfer(struct op *op, struct smtp *smtp, struct curl_slist *to, struct str bytes)
{
        CURL *curl = transfer_take(&smtp->pool, op, "smtp,smtps", SEND_MS_MAX, RC_DELIVERY_LATER);
        if (curl == NULL)
                return RC_DELIVERY_LATER;
        enum rc rc;
        if (prepare(curl, smtp, to, &bytes)) {
                CURLcode code = curl_easy_perform(curl);
                long reply = 0;
                curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
                rc = judge(op, code, reply);
        } else {
                rc = op_fail(op, RC_DELIVERY_FAILED, "libcurl refuses the mail server's options");
        }
        transfer_give(&smtp->pool, curl);
        return rc;
}

static enum rc smtp_send(struct mail_backend *backend, struct op *op, const struct mail *mail)
{
        struct smtp *smtp = (struct smtp *)backend;
        CLEANUP(buf_release) struct buf bytes, to;
        buf_init_secret(&bytes, MAIL_LEN_MAX);
        buf_init(&to, 512);
        enum rc rc = mail_build(op, &smtp->from, mail, &bytes);
        if (rc != RC_OK)
                return rc;
        buf_add_char(&to, '<');
        buf_add(&to, mail->to);
        buf_add_char(&to, '>');
        struct curl_slist *list = curl_slist_append(NULL, buf_text(&to));
        if (list == NULL)
                abort();
        rc = transfer(op, smtp, list, buf_str(&bytes));
        curl_slist_free_all(list);
        return rc;
}

static void smtp_free(struct mail_backend *backend)
{
        struct smtp *smtp = (struct smtp *)backend;
        transfer_pool_release(&smtp->pool);
        x_free(smtp->url);
        x_free(smtp->sender);
        x_free(smtp);
}

static bool host_valid(struct str host)
{
        for (size_t i = 0; i < host.len; i++) {
                char c = host.ptr[i];
                if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      strchr(".-_:[]", c)) ||
                    c == '\0')
                        return false;
        }
        return host.len > 0;
}

enum rc mail_smtp_new(struct op *op, const struct conf *conf, struct mail_backend **ret)
{
        struct mail_from from;
        struct str host = str_from(conf->email_host);
        bool implicit = conf->email_port == IMPLICIT_TLS_PORT;
        if (str_starts_with(host, STR("smtps://"))) {
                implicit = true;
                host = str_sub(host, 8, host.len);
        }
        if (!host_valid(host))
                return op_fail(
                    op, RC_CONFIG,
                    "EMAIL_HOST: takes the server's name without a port, or smtps:// and the name");
        if (!mail_from_parse(str_from(conf->email_from), &from))
                return op_fail(op, RC_CONFIG, "EMAIL_FROM: takes an address, or a name and <address>");
        struct smtp *smtp = x_new(1, sizeof(*smtp));
        *smtp = (struct smtp){
            .backend = {.name = "smtp", .send = smtp_send, .free = smtp_free},
            .conf = conf,
            .from = from,
        };
        transfer_pool_init(&smtp->pool);
        struct str domain = mail_domain(from.address);
        /* The path is the name that the server is greeted with. */
        if (asprintf(&smtp->url, "smtp%s://%.*s:%d/%.*s", implicit ? "s" : "", STR_FMT(host),
                     (int)conf->email_port, STR_FMT(domain)) < 0 ||
            asprintf(&smtp->sender, "<%.*s>", STR_FMT(from.address)) < 0)
                abort();
        if (!implicit && !conf->email_use_tls)
                log_line(LOG_WARN, "mail_goes_unencrypted");
        *ret = &smtp->backend;
        return RC_OK;
}
