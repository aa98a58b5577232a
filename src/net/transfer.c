#include "net/transfer.h"

#include <stdlib.h>

enum { CONNECT_MS_MAX = 5000 };

static void start_curl(void)
{
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
                abort();
}

void transfer_pool_init(struct transfer_pool *pool)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;
        pthread_once(&once, start_curl);
        *pool = (struct transfer_pool){.lock = PTHREAD_MUTEX_INITIALIZER};
}

void transfer_pool_release(struct transfer_pool *pool)
{
        for (size_t i = 0; i < pool->idle_len; i++)
                curl_easy_cleanup(pool->idle[i]);
        pthread_mutex_destroy(&pool->lock);
}

static CURL *take_idle(struct transfer_pool *pool)
{
        CURL *curl = NULL;
        pthread_mutex_lock(&pool->lock);
        if (pool->idle_len > 0)
                curl = pool->idle[--pool->idle_len];
        pthread_mutex_unlock(&pool->lock);
        return curl ? curl : curl_easy_init();
}

CURL *transfer_take(struct transfer_pool *pool, struct op *op, const char *protocols, int64_t max_ms,
                    enum rc later)
{
        int64_t left = MIN(op_left_ms(op), max_ms);
        CURL *curl = left > 0 ? take_idle(pool) : NULL;
        bool ok = curl && curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                                   (long)MIN(left, (int64_t)CONNECT_MS_MAX)) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)left) == CURLE_OK;
        if (ok)
                return curl;
        if (curl)
                curl_easy_cleanup(curl);
        op_fail(op, later, left > 0 ? "libcurl has no handle" : "no time is left to send");
        return NULL;
}

void transfer_give(struct transfer_pool *pool, CURL *curl)
{
        if (curl == NULL)
                return;
        curl_easy_reset(curl);
        pthread_mutex_lock(&pool->lock);
        bool keep = pool->idle_len < TRANSFER_IDLE_MAX;
        if (keep)
                pool->idle[pool->idle_len++] = curl;
        pthread_mutex_unlock(&pool->lock);
        if (!keep)
                curl_easy_cleanup(curl);
}

bool transfer_trust(CURL *curl, const char *ca_file)
{
        if (ca_file == NULL || *ca_file == '\0')
                return true;
        /* The folder of the system's certificates would still be trusted beside the file. */
        return curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK;
}

static size_t receive(char *bytes, size_t size, size_t count, void *into)
{
        struct buf *buf = into;
        buf_add_bytes(buf, bytes, size * count);
        return buf_ok(buf) ? size * count : 0;
}

bool transfer_receive(CURL *curl, struct buf *into)
{
        return curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_WRITEDATA, into) == CURLE_OK;
}

bool transfer_url_is_safe(struct str url)
{
        static const struct str inner[] = {
            {"http://127.0.0.1:", 17}, {"http://localhost:", 17}, {"http://[::1]:", 13}};
        for (size_t i = 0; i < LEN(inner); i++)
                if (str_starts_with(url, inner[i]))
                        return true;
        return str_starts_with(url, STR("https://")) && url.len > 8;
}
