#include "web/web.h"

#include "web/assets.h"

#include <stdlib.h>
#include <zlib.h>

enum { CHUNK_LEN = 16 * 1024, GZIP_WINDOW = 15 + 16 };

static int compare(const void *key, const void *element)
{
        const struct str *path = key;
        const struct web_asset *asset = element;
        size_t len = strlen(asset->path);
        int order = memcmp(path->ptr, asset->path, MIN(path->len, len));

        if (order == 0 && path->len != len)
                order = path->len < len ? -1 : 1;
        return order;
}

const struct web_asset *web_find(struct str path)
{
        if (path.len == 0)
                return NULL;
        return bsearch(&path, web_assets, web_assets_len, sizeof(web_assets[0]), compare);
}

enum rc web_inflate(struct op *op, const struct web_asset *asset, struct buf *ret)
{
        unsigned char chunk[CHUNK_LEN];
        z_stream z = {.next_in = (Bytef *)asset->gzip.ptr, .avail_in = (uInt)asset->gzip.len};
        int state;

        if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
                return op_fail(op, RC_INTERNAL, "inflate cannot start");
        do {
                z.next_out = chunk;
                z.avail_out = sizeof(chunk);
                state = inflate(&z, Z_NO_FLUSH);
                buf_add_bytes(ret, chunk, sizeof(chunk) - z.avail_out);
        } while (state == Z_OK && buf_ok(ret));
        (void)inflateEnd(&z);
        if (state != Z_STREAM_END || !buf_ok(ret))
                return op_fail(op, RC_INTERNAL, "asset %s does not inflate", asset->path);
        return RC_OK;
}

const struct web_asset *web_all(size_t *ret_len)
{
        *ret_len = web_assets_len;
        return web_assets;
}
