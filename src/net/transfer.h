/*
 * libcurl handles, kept between uses so that connections and TLS sessions are reused. A handle that was taken
 * belongs to the taker until it is given back. Thread-safe.
 */
#pragma once

#include "base/buf.h"
#include "base/op.h"

#include <curl/curl.h>
#include <pthread.h>

enum { TRANSFER_IDLE_MAX = 32 };

struct transfer_pool {
        pthread_mutex_t lock;
        CURL *idle[TRANSFER_IDLE_MAX];
        size_t idle_len;
};

void transfer_pool_init(struct transfer_pool *pool);
void transfer_pool_release(struct transfer_pool *pool);

/* A handle with what every transfer has: no signals, no redirects, TLS 1.2 or newer with the certificate
 * checked, an end by the op's deadline and after `max_ms` at the latest. `protocols` as CURLOPT_PROTOCOLS_STR
 * has them. NULL: out of handles, or no time is left (the op has failed with `later`). */
NODISCARD CURL *transfer_take(struct transfer_pool *pool, struct op *op, const char *protocols,
                              int64_t max_ms, enum rc later);
/* Forgets all options; keeps the connections. NULL is fine. */
void transfer_give(struct transfer_pool *pool, CURL *curl);
/* Use these certificates in place of the system's; NULL or "": the system's. */
bool transfer_trust(CURL *curl, const char *ca_file);
/* Let what is received go to *into; more than into->max ends the transfer. */
bool transfer_receive(CURL *curl, struct buf *into);
/* Whether what is secret may be sent to this address: https://…, or http:// on this machine. */
bool transfer_url_is_safe(struct str url);
