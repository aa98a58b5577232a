/*
 * Entry bundles (C2SP tlog-tiles): log entries one behind another, each with its length before it as two
 * bytes, big end first.
 */
#pragma once

#include "base/buf.h"
#include "tlog/tile.h"

enum { BUNDLE_ENTRY_MAX = 65535, BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + BUNDLE_ENTRY_MAX) };

/* False, and nothing appended, where the entry is too long or there is no room. */
NODISCARD bool bundle_add(struct buf *bundle, struct str entry);
/* The `width` entries that the bundle must have and nothing else; views into it. */
NODISCARD bool bundle_parse(struct str bundle, unsigned width, struct str ret[TILE_WIDTH]);
