/*
 * Memory that lives as long as one request or job, given back all at once and wiped. An arena has a maximum;
 * past it arena_alloc returns NULL, and only there: callers turn that into RC_UNAVAILABLE or
 * RC_BODY_TOO_LARGE. Not thread-safe: one arena belongs to one op.
 */
#pragma once

#include "base/str.h"

struct arena_block;

struct arena {
        struct arena_block *block;
        size_t used;
        size_t max;
};

void arena_init(struct arena *arena, size_t max);
void arena_release(struct arena *arena);
/* Zeroed, aligned for any type. NULL only past the maximum. */
NODISCARD void *arena_alloc(struct arena *arena, size_t size);
/* A copy with a NUL behind it; STR_NULL past the maximum, or where `s` is null. */
struct str arena_copy(struct arena *arena, struct str s);
/* printf into the arena; STR_NULL past the maximum. */
struct str arena_printf(struct arena *arena, const char *format, ...) PRINTF(2, 3);
