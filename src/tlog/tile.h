/*
 * Tiles (C2SP tlog-tiles): a tree's nodes at every eighth level, cut into runs of 256 hashes. Tile `index` of
 * `level` begins with node (8 * level, 256 * index); at the right edge of the tree it is partial, and it
 * changes only by growing: a narrower tile is the beginning of a wider one. An entry bundle has the index and
 * width of the tile of level 0 whose leaves it tells in full.
 */
#pragma once

#include "tlog/merkle.h"

enum {
        TILE_HEIGHT = 8,
        TILE_WIDTH = 1 << TILE_HEIGHT,
        TILE_LEVELS = 8, /* no tree has nodes above */
        TILE_BYTES = TILE_WIDTH * HASH_LEN,
        TILE_PATH_MAX = 64,
};

struct tile {
        bool entries;   /* an entry bundle; then the level is 0 */
        unsigned level; /* below TILE_LEVELS */
        uint64_t index;
        unsigned width; /* 1 to TILE_WIDTH: that many hashes or entries */
};

/* tile/<level>/<index>, or tile/entries/<index>, with .p/<width> behind it where the tile is partial; the
 * index in groups of three digits, as x001/x234/067. */
void tile_path(const struct tile *tile, char ret[TILE_PATH_MAX]);
/* Only what tile_path writes, and only of a tile that some tree has. */
NODISCARD bool tile_parse(struct str path, struct tile *ret);

/* How wide the tile is in a tree of `size` leaves; 0 where it has none. */
unsigned tile_width(unsigned level, uint64_t index, uint64_t size);

/* The tiles that a tree has more, or wider, with `to` leaves than with `from`: bottom up, from left to right.
 * Zero but for these two at the beginning. */
struct tile_changes {
        uint64_t from, to;
        unsigned level;
        uint64_t done; /* tiles of this level behind the first that changes */
};

bool tile_changes_next(struct tile_changes *changes, struct tile *ret);
