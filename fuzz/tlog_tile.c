/* Paths of tiles as they are asked for, entry bundles, and a kept frontier: what is read is written back the
 * same. */
#include "tlog/bundle.h"
#include "tlog/frontier.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_path(struct str input)
{
        struct tile tile;
        char path[TILE_PATH_MAX];
        if (!tile_parse(input, &tile))
                return;
        tile_path(&tile, path);
        if (!str_equal(input, str_from(path)) || tile.width == 0 || tile.width > TILE_WIDTH ||
            tile_width(tile.level, tile.index, MERKLE_SIZE_MAX) < tile.width)
                abort();
}

static void check_same(struct buf *out, struct str input)
{
        if (!buf_ok(out) || !str_equal(buf_str(out), input))
                abort();
        buf_release(out);
}

/* The first byte is the width. */
static void check_bundle(struct str input)
{
        struct str entries[TILE_WIDTH], bundle = str_sub(input, 1, input.len);
        unsigned width = input.len ? (uint8_t)input.ptr[0] : 0;
        struct buf out;
        if (!bundle_parse(bundle, width, entries))
                return;
        buf_init(&out, BUNDLE_BYTES_MAX);
        for (unsigned i = 0; i < width; i++)
                if (!bundle_add(&out, entries[i]))
                        abort();
        check_same(&out, bundle);
}

static void check_frontier(struct str input)
{
        struct merkle_frontier frontier;
        struct buf out;
        if (!merkle_frontier_parse(input, &frontier))
                return;
        merkle_frontier_root(&frontier);
        buf_init(&out, input.len);
        merkle_frontier_format(&frontier, &out);
        check_same(&out, input);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct str input = str_from_bytes(bytes, len);
        check_path(input);
        check_bundle(input);
        check_frontier(input);
        return 0;
}
