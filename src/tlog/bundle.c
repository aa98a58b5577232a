#include "tlog/bundle.h"

#include <assert.h>

enum { LENGTH_LEN = 2 };

bool bundle_add(struct buf *bundle, struct str entry)
{
        size_t before = bundle->len;
        if (entry.len > BUNDLE_ENTRY_MAX)
                return false;
        buf_add_char(bundle, (char)(entry.len >> 8));
        buf_add_char(bundle, (char)(entry.len & 255));
        buf_add(bundle, entry);
        if (!buf_ok(bundle))
                buf_truncate(bundle, before);
        return buf_ok(bundle);
}

bool bundle_parse(struct str bundle, unsigned width, struct str ret[TILE_WIDTH])
{
        struct str entries[TILE_WIDTH], rest = bundle;
        assert(width <= TILE_WIDTH);
        for (size_t i = 0; i < width; i++) {
                if (rest.len < LENGTH_LEN)
                        return false;
                size_t len = (size_t)(uint8_t)rest.ptr[0] << 8 | (uint8_t)rest.ptr[1];
                rest = str_sub(rest, LENGTH_LEN, rest.len);
                if (rest.len < len)
                        return false;
                entries[i] = str_sub(rest, 0, len);
                rest = str_sub(rest, len, rest.len);
        }
        if (rest.len > 0)
                return false;
        memcpy(ret, entries, width * sizeof(entries[0]));
        return true;
}
