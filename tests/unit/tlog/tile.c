#include "tlog/bundle.h"
#include "tlog/proof.h"
#include "tlog/tile_batch.h"
#include "tlog/tile_reader.h"
#include "unit/data.h"
#include "unit/test.h"
#include "unit/tlog/tree.h"

#include <stdio.h>
#include <stdlib.h>

/* Paths by hand from the format's text: index 1234067 is x001/x234/067, widths 1 to 255 behind .p/. */
static const struct {
        const char *path;
        struct tile tile;
} paths[] = {
    {"tile/0/000", {false, 0, 0, 256}},
    {"tile/0/999", {false, 0, 999, 256}},
    {"tile/0/x001/000", {false, 0, 1000, 256}},
    {"tile/0/x001/x234/067", {false, 0, 1234067, 256}},
    {"tile/1/x001/x234/067.p/1", {false, 1, 1234067, 1}},
    {"tile/2/000.p/255", {false, 2, 0, 255}},
    {"tile/7/000.p/127", {false, 7, 0, 127}},
    {"tile/entries/000", {true, 0, 0, 256}},
    {"tile/entries/x001/x234/067.p/8", {true, 0, 1234067, 8}},
    {"tile/0/x036/x028/x797/x018/x963/966", {false, 0, 36028797018963966, 256}},
    {"tile/0/x036/x028/x797/x018/x963/967.p/255", {false, 0, 36028797018963967, 255}},
};

static const char *const no_paths[] = {
    "",
    "tile",
    "tile/",
    "tile/0",
    "tile/0/",
    "/tile/0/000",
    "tile/0/000/",
    "tile//000",
    "tile/00/000",
    "tile/-0/000",
    "tile/+1/000",
    "tile/8/000",
    "tile/63/000",
    "tile/99999999999999999999/000",
    "tile/entry/000",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/-00",
    "tile/0/x000/001",
    "tile/0/x001",
    "tile/0/x001/",
    "tile/0/001/002",
    "tile/0/x01/000",
    "tile/0/xx01/000",
    "tile/0/X001/000",
    "tile/0/x001.p/000",
    "tile/0/000.p",
    "tile/0/000.p/",
    "tile/0/000.p/0",
    "tile/0/000.p/01",
    "tile/0/000.p/-1",
    "tile/0/000.p/256",
    "tile/0/000.p/257",
    "tile/0/000.p/1/",
    "tile/0/000.p/1/000",
    "tile/0/000.q/1",
    "tile/0/.p/1",
    "tile/0/../000",
    "tile/0/000 ",
    "tile/7/000", /* more leaves than are counted */
    "tile/7/000.p/128",
    "tile/7/001.p/1",
    "tile/0/x036/x028/x797/x018/x963/967",
    "tile/0/x036/x028/x797/x018/x963/968.p/1",
    "tile/0/x999/x999/x999/x999/x999/x999/999",
    "tile/0/x001/x000/x000/x000/x000/x000/x000/x000/x000/x000/000",
};

TEST(tile_paths_are_read_and_written)
{
        for (size_t i = 0; i < LEN(paths); i++) {
                struct tile tile;
                char path[TILE_PATH_MAX];
                tile_path(&paths[i].tile, path);
                CHECK_STR(str_from(path), paths[i].path);
                CHECK(tile_parse(str_from(path), &tile));
                CHECK(tile.entries == paths[i].tile.entries && tile.level == paths[i].tile.level);
                CHECK(tile.index == paths[i].tile.index && tile.width == paths[i].tile.width);
        }
}

/* Without the comparison with the canonical path at the end of tile_parse, tile/00/000 passes. */
TEST(tile_paths_have_one_form)
{
        struct tile tile;
        for (size_t i = 0; i < LEN(no_paths); i++)
                if (tile_parse(str_from(no_paths[i]), &tile))
                        test_fail(__FILE__, __LINE__, no_paths[i]);
        CHECK(!tile_parse(STR("tile/0/000\0"), &tile));
        CHECK(!tile_parse(STR("tile/0/00\0"), &tile));
}

/* The example of the format: 70,000 leaves are 273 full tiles of level 0 and one of width 112, one full tile
 * of level 1 and one of width 17, and one of width 1 at level 2; 256 leaves are a full tile and a partial one
 * above it. */
TEST(tile_widths_are_those_of_the_example)
{
        CHECK(tile_width(0, 0, 70000) == 256 && tile_width(0, 272, 70000) == 256);
        CHECK(tile_width(0, 273, 70000) == 112 && tile_width(0, 274, 70000) == 0);
        CHECK(tile_width(1, 0, 70000) == 256 && tile_width(1, 1, 70000) == 17 &&
              tile_width(1, 2, 70000) == 0);
        CHECK(tile_width(2, 0, 70000) == 1 && tile_width(2, 1, 70000) == 0 && tile_width(3, 0, 70000) == 0);
        CHECK(tile_width(0, 0, 256) == 256 && tile_width(0, 1, 256) == 0 && tile_width(1, 0, 256) == 1);
        CHECK(tile_width(0, 0, 0) == 0 && tile_width(7, UINT64_MAX, MERKLE_SIZE_MAX) == 0);
        size_t count = 0;
        struct tile tile;
        for (struct tile_changes changes = {.to = 70000}; tile_changes_next(&changes, &tile);)
                count++;
        CHECK(count == 273 + 1 + 1 + 1 + 1);
}

enum { STORED_LEVELS = 3, STORED_TILES = 300 };

/* Tiles as a store keeps them: by their place. */
struct shelf {
        struct buf tiles[STORED_LEVELS][STORED_TILES];
        size_t fetched;
        bool cut; /* give a hash too few */
};

static void shelf_release(struct shelf *shelf)
{
        for (size_t i = 0; i < STORED_LEVELS; i++)
                for (size_t k = 0; k < STORED_TILES; k++)
                        buf_release(&shelf->tiles[i][k]);
}

static enum rc fetch(void *ctx, struct op *op, const struct tile *tile, struct buf *ret)
{
        struct shelf *shelf = ctx;
        CHECK(tile->level < STORED_LEVELS && tile->index < STORED_TILES && tile->width > 0);
        struct str kept = buf_str(&shelf->tiles[tile->level][tile->index]);
        shelf->fetched++;
        if (kept.len < tile->width * (size_t)HASH_LEN)
                return op_fail(op, RC_NOT_FOUND, "no such tile");
        buf_add(ret, str_sub(kept, 0, (tile->width - shelf->cut) * (size_t)HASH_LEN));
        return RC_OK;
}

/* Grow the shelf's tree by a batch; returns the tree's frontier. */
static struct merkle_frontier shelve(struct shelf *shelf, const struct merkle_frontier *frontier,
                                     uint64_t size)
{
        struct tile tile;
        CLEANUP(tile_batch_release) struct tile_batch batch;
        tile_batch_init(&batch, frontier, size - frontier->size);
        while (batch.frontier.size < size) {
                struct hash leaf = leaves_leaf(batch.frontier.size);
                tile_batch_append(&batch, &leaf);
        }
        for (struct tile_changes changes = tile_batch_changes(&batch); tile_changes_next(&changes, &tile);) {
                struct buf *kept = &shelf->tiles[tile.level][tile.index], grown;
                buf_init(&grown, TILE_BYTES);
                CHECK(!tile_batch_bytes(&batch, &tile, STR("x"), &grown) && grown.len == 0);
                CHECK(tile_batch_bytes(&batch, &tile, buf_str(kept), &grown));
                CHECK(grown.len == tile.width * (size_t)HASH_LEN && grown.len > kept->len);
                buf_release(kept);
                *kept = grown;
        }
        return batch.frontier;
}

/* Every hash of every tile is the one that the definition gives, in batches of any size. */
TEST(tile_batches_fill_tiles_as_the_tree_is)
{
        static const uint64_t sizes[] = {0,   1,    2,    3,    200,  255,   256,   257,   511,  512,
                                         513, 1200, 1200, 2047, 2048, 65535, 65536, 65537, 70000};
        CLEANUP(shelf_release) struct shelf shelf = {0};
        struct merkle_frontier frontier = {0};
        CLEANUP(leaves_release) struct tree tree = {0};
        for (size_t i = 0; i < LEN(sizes); i++)
                frontier = shelve(&shelf, &frontier, sizes[i]);
        leaves_grow(&tree, 70000);
        struct hash root = merkle_frontier_root(&frontier), want = merkle_frontier_root(&tree.frontier);
        CHECK(hash_equal(&root, &want));
        for (unsigned level = 0; level < STORED_LEVELS; level++) {
                for (uint64_t index = 0; index < STORED_TILES; index++) {
                        struct str kept = buf_str(&shelf.tiles[level][index]);
                        CHECK(kept.len == tile_width(level, index, 70000) * (size_t)HASH_LEN);
                        CHECK(kept.len == 0 ||
                              memcmp(kept.ptr, tree.nodes[8 * level] + 256 * index, kept.len) == 0);
                }
        }
}

TEST(tile_reader_proves_from_tiles_alone)
{
        CLEANUP(shelf_release) struct shelf shelf = {0};
        CLEANUP(op_release) struct op op;
        struct merkle_frontier frontier = {0};
        test_op_init(&op);
        frontier = shelve(&shelf, &frontier, 70000);
        for (uint64_t size = 1; size <= 70000; size += 1777) {
                CLEANUP(tile_reader_release) struct tile_reader reader;
                tile_reader_init(&reader, size, fetch, &shelf);
                struct merkle_source source = tile_reader_source(&reader);
                struct hash root, leaf = leaves_leaf(size / 3), old_root;
                struct proof proof;
                CHECK(merkle_subtree(&op, &source, 0, size, &root) == RC_OK);
                shelf.fetched = 0;
                CHECK(proof_inclusion(&op, &source, size / 3, size, &proof) == RC_OK);
                CHECK(shelf.fetched <= 2 * STORED_LEVELS);
                CHECK(proof_verify_inclusion(&proof, size / 3, size, &leaf, &root));
                CHECK(merkle_subtree(&op, &source, 0, size / 2 + 1, &old_root) == RC_OK);
                CHECK(proof_consistency(&op, &source, size / 2 + 1, size, &proof) == RC_OK);
                CHECK(proof_verify_consistency(&proof, size / 2 + 1, size, &old_root, &root));
                CHECK(source.node(source.ctx, &op, 0, size, &root) == RC_INVALID_REQUEST);
                op_forgive(&op);
                CHECK(source.node(source.ctx, &op, MERKLE_LEVELS, 0, &root) == RC_INVALID_REQUEST);
                op_forgive(&op);
        }
        struct hash want = leaves_by_definition(0, 70000), root = merkle_frontier_root(&frontier);
        CHECK(hash_equal(&want, &root));
}

TEST(tile_reader_passes_failures_on)
{
        CLEANUP(shelf_release) struct shelf shelf = {.cut = true};
        CLEANUP(op_release) struct op op;
        CLEANUP(tile_reader_release) struct tile_reader reader;
        struct merkle_frontier frontier = {0};
        struct hash hash;
        test_op_init(&op);
        shelve(&shelf, &frontier, 300);
        tile_reader_init(&reader, 600, fetch, &shelf);
        struct merkle_source source = tile_reader_source(&reader);
        CHECK(source.node(source.ctx, &op, 0, 0, &hash) == RC_INTERNAL);
        op_forgive(&op);
        shelf.cut = false;
        CHECK(source.node(source.ctx, &op, 0, 0, &hash) == RC_OK); /* what failed is not remembered */
        CHECK(source.node(source.ctx, &op, 0, 300, &hash) == RC_NOT_FOUND);
}

TEST(bundle_holds_entries_with_their_lengths)
{
        CLEANUP(buf_release) struct buf bundle;
        struct str entries[TILE_WIDTH];
        char *large = x_new(BUNDLE_ENTRY_MAX + 1, 1);
        buf_init(&bundle, BUNDLE_BYTES_MAX);
        CHECK(bundle_add(&bundle, STR("")) && bundle_add(&bundle, STR("abc")));
        CHECK(str_equal(buf_str(&bundle), str_from_bytes("\0\0\0\3abc", 7)));
        CHECK(!bundle_add(&bundle, str_from_bytes(large, BUNDLE_ENTRY_MAX + 1)) && bundle.len == 7);
        CHECK(bundle_add(&bundle, str_from_bytes(large, BUNDLE_ENTRY_MAX)));
        CHECK(memcmp(bundle.ptr + 7, "\377\377", 2) == 0);
        CHECK(bundle_parse(buf_str(&bundle), 3, entries));
        CHECK(entries[0].len == 0 && str_equal(entries[1], STR("abc")) && entries[2].len == BUNDLE_ENTRY_MAX);
        for (unsigned width = 0; width <= TILE_WIDTH; width++)
                CHECK(bundle_parse(buf_str(&bundle), width, entries) == (width == 3));
        for (size_t len = 0; len < bundle.len; len += len < 12 ? 1 : 4999)
                CHECK(!bundle_parse(str_sub(buf_str(&bundle), 0, len), 3, entries));
        CHECK(bundle_parse(STR_NULL, 0, entries));
        x_free(large);
}
