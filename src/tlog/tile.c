#include "tlog/tile.h"

#include <assert.h>
#include <stdio.h>

/* Nodes that a tree of `size` leaves has at the bottom of this level of tiles. */
static uint64_t nodes_at(unsigned level, uint64_t size)
{
        return size >> TILE_HEIGHT * level;
}

unsigned tile_width(unsigned level, uint64_t index, uint64_t size)
{
        assert(level < TILE_LEVELS);
        uint64_t nodes = nodes_at(level, size);
        if (index > nodes / TILE_WIDTH)
                return 0;
        return (unsigned)MIN(nodes - index * TILE_WIDTH, (uint64_t)TILE_WIDTH);
}

bool tile_changes_next(struct tile_changes *changes, struct tile *ret)
{
        for (; changes->level < TILE_LEVELS; changes->level++, changes->done = 0) {
                /* The first tile that is not full, or not there, is the first that changes. */
                uint64_t old = nodes_at(changes->level, changes->from);
                uint64_t nodes = nodes_at(changes->level, changes->to);
                uint64_t index = old / TILE_WIDTH + changes->done;
                if (nodes <= old || index * TILE_WIDTH >= nodes)
                        continue;
                changes->done++;
                *ret = (struct tile){.level = changes->level, .index = index};
                ret->width = tile_width(changes->level, index, changes->to);
                return true;
        }
        return false;
}

void tile_path(const struct tile *tile, char ret[TILE_PATH_MAX])
{
        uint64_t group = 1;
        int at = tile->entries ? snprintf(ret, TILE_PATH_MAX, "tile/entries")
                               : snprintf(ret, TILE_PATH_MAX, "tile/%u", tile->level);
        while (tile->index / group >= 1000)
                group *= 1000;
        for (; group > 0; group /= 1000)
                at += snprintf(ret + at, TILE_PATH_MAX - (size_t)at, "/%s%03u", group > 1 ? "x" : "",
                               (unsigned)(tile->index / group % 1000));
        if (tile->width < TILE_WIDTH)
                at += snprintf(ret + at, TILE_PATH_MAX - (size_t)at, ".p/%u", tile->width);
        assert(at < TILE_PATH_MAX);
}

/* A decimal number with nothing but digits about it. */
static bool parse_number(struct str text, int64_t max, uint64_t *ret)
{
        int64_t number;
        if (!str_to_int(text, 0, max, &number))
                return false;
        *ret = (uint64_t)number;
        return true;
}

/* The groups of an index, up to the one without an x, which ends with .p where the tile is partial. */
static bool parse_index(struct str *rest, uint64_t *ret, bool *ret_partial)
{
        struct str group;
        uint64_t index = 0, number;
        bool more = true;
        while (more && str_split(rest, '/', &group)) {
                more = str_starts_with(group, STR("x"));
                *ret_partial = !more && str_ends_with(group, STR(".p"));
                group = str_sub(group, more, group.len - more - (*ret_partial ? 2 : 0));
                if (group.len != 3 || !parse_number(group, 999, &number) ||
                    index > MERKLE_SIZE_MAX / TILE_WIDTH / 1000)
                        return false;
                index = index * 1000 + number;
        }
        *ret = index;
        return !more;
}

bool tile_parse(struct str path, struct tile *ret)
{
        struct str rest = path, head, level;
        struct tile tile = {0};
        uint64_t number = 0, width = TILE_WIDTH;
        bool partial;
        if (path.len >= TILE_PATH_MAX || !str_split(&rest, '/', &head) || !str_equal(head, STR("tile")) ||
            !str_split(&rest, '/', &level))
                return false;
        tile.entries = str_equal(level, STR("entries"));
        if (!tile.entries && !parse_number(level, TILE_LEVELS - 1, &number))
                return false;
        tile.level = (unsigned)number;
        if (!parse_index(&rest, &tile.index, &partial))
                return false;
        if (partial && (!parse_number(rest, TILE_WIDTH - 1, &width) || width == 0))
                return false;
        tile.width = (unsigned)width;
        /* Its last node must be one that the largest tree has. */
        if (tile_width(tile.level, tile.index, MERKLE_SIZE_MAX) < width)
                return false;
        /* One tile has one path: no zeros in front of numbers, no empty groups, nothing behind. */
        char canonical[TILE_PATH_MAX];
        tile_path(&tile, canonical);
        if (!str_equal(path, str_from(canonical)))
                return false;
        *ret = tile;
        return true;
}
