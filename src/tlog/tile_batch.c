#include "tlog/tile_batch.h"

#include <assert.h>

void tile_batch_init(struct tile_batch *batch, const struct merkle_frontier *frontier, size_t leaves_max)
{
        *batch = (struct tile_batch){.frontier = *frontier, .from = frontier->size};
        for (size_t i = 0; i < LEN(batch->hashes); i++)
                buf_init(&batch->hashes[i], leaves_max * HASH_LEN);
}

void tile_batch_release(struct tile_batch *batch)
{
        for (size_t i = 0; i < LEN(batch->hashes); i++)
                buf_release(&batch->hashes[i]);
}

static void keep(void *ctx, unsigned level, uint64_t index, const struct hash *hash)
{
        struct tile_batch *batch = ctx;
        if (level % TILE_HEIGHT == 0)
                buf_add(&batch->hashes[level / TILE_HEIGHT], hash_str(hash));
}

void tile_batch_append(struct tile_batch *batch, const struct hash *leaf)
{
        struct merkle_sink sink = {keep, batch};
        merkle_frontier_append(&batch->frontier, leaf, &sink);
        assert(buf_ok(&batch->hashes[0]));
}

struct tile_changes tile_batch_changes(const struct tile_batch *batch)
{
        return (struct tile_changes){.from = batch->from, .to = batch->frontier.size};
}

bool tile_batch_bytes(const struct tile_batch *batch, const struct tile *tile, struct str before,
                      struct buf *ret)
{
        struct str added = buf_str(&batch->hashes[tile->level]);
        unsigned had = tile_width(tile->level, tile->index, batch->from);
        if (before.len != had * (size_t)HASH_LEN)
                return false;
        /* Where the tile goes on in the new hashes, the first of which is node `first` of this level. */
        uint64_t first = batch->from >> TILE_HEIGHT * tile->level;
        uint64_t skipped = tile->index * TILE_WIDTH + had - first;
        assert(!tile->entries && tile->index * TILE_WIDTH + had >= first && tile->width >= had &&
               added.len / HASH_LEN >= skipped + tile->width - had);
        buf_add(ret, before);
        buf_add(ret, str_sub(added, skipped * HASH_LEN, (tile->width - had) * (size_t)HASH_LEN));
        return buf_ok(ret);
}
