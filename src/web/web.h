/*
 * The web pages, embedded: what web/ is built to, compressed. Everything here is constant and lives for ever;
 * any thread may read it.
 */
#pragma once

#include "base/buf.h"
#include "base/op.h"

struct web_asset {
        const char *path;         /* as asked for: "/", "/api/docs", "/assets/…" */
        const char *content_type; /* with charset where it is text */
        const char *etag;         /* quoted and weak: it names the content, compressed or not */
        const char
            *cache_control; /* for ever where the name holds a hash, else to be asked again each time */
        const char *csp;    /* Content-Security-Policy that a page needs; NULL: the file needs none */
        struct str gzip;    /* the content, for Content-Encoding: gzip */
        size_t len;         /* of the content when it is not compressed */
};

/* NULL where there is none. */
const struct web_asset *web_find(struct str path);

/* Append the content, not compressed, for clients that do not take gzip. RC_INTERNAL where `ret` cannot hold
 * it. */
NODISCARD enum rc web_inflate(struct op *op, const struct web_asset *asset, struct buf *ret);

/* Every asset, in the order of paths, for tests and for listing. */
const struct web_asset *web_all(size_t *ret_len);
