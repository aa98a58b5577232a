#include "tlog/tile_reader.h"

void tile_reader_init(struct tile_reader *reader, uint64_t size,
                      enum rc (*fetch)(void *ctx, struct op *op, const struct tile *tile, struct buf *ret),
                      void *ctx)
{
        *reader = (struct tile_reader){.size = size, .fetch = fetch, .ctx = ctx};
        for (size_t i = 0; i < LEN(reader->last); i++)
                buf_init(&reader->last[i].bytes, TILE_BYTES);
}

void tile_reader_release(struct tile_reader *reader)
{
        for (size_t i = 0; i < LEN(reader->last); i++)
                buf_release(&reader->last[i].bytes);
}

static enum rc fetch_tile(struct tile_reader *reader, struct op *op, unsigned level, uint64_t index,
                          struct str *ret)
{
        struct tile tile = {.level = level, .index = index};
        struct buf *bytes = &reader->last[level].bytes;
        tile.width = tile_width(level, index, reader->size);
        if (bytes->len == 0 || reader->last[level].index != index) {
                buf_clear(bytes);
                enum rc rc = reader->fetch(reader->ctx, op, &tile, bytes);
                if (rc == RC_OK && (!buf_ok(bytes) || bytes->len != tile.width * (size_t)HASH_LEN))
                        rc = op_fail(op, RC_INTERNAL, "tile %ju of level %u is not %u hashes",
                                     (uintmax_t)index, level, tile.width);
                if (rc != RC_OK) {
                        buf_clear(bytes);
                        return rc;
                }
                reader->last[level].index = index;
        }
        *ret = buf_str(bytes);
        return RC_OK;
}

static enum rc read_node(void *ctx, struct op *op, unsigned level, uint64_t index, struct hash *ret)
{
        struct tile_reader *reader = ctx;
        unsigned above = level % TILE_HEIGHT; /* levels between the node and the hashes of its tile */
        size_t count = (size_t)1 << above;
        struct hash hashes[TILE_WIDTH / 2];
        struct str bytes;
        if (level >= MERKLE_LEVELS || index >= reader->size >> level)
                return op_fail(op, RC_INVALID_REQUEST, "a tree of %ju has no node %u %ju",
                               (uintmax_t)reader->size, level, (uintmax_t)index);
        uint64_t first = index << above;
        enum rc rc = fetch_tile(reader, op, level / TILE_HEIGHT, first / TILE_WIDTH, &bytes);
        if (rc != RC_OK)
                return rc;
        memcpy(hashes, bytes.ptr + first % TILE_WIDTH * HASH_LEN, count * HASH_LEN);
        for (; count > 1; count /= 2)
                for (size_t i = 0; i < count / 2; i++)
                        hashes[i] = merkle_node(&hashes[2 * i], &hashes[2 * i + 1]);
        *ret = hashes[0];
        return RC_OK;
}

struct merkle_source tile_reader_source(struct tile_reader *reader)
{
        return (struct merkle_source){read_node, reader};
}
