#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_BYTES = 4096 };

struct arena_block {
        struct arena_block *next;
        size_t used;
        size_t cap;
        _Alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena, size_t max)
{
        *arena = (struct arena){.max = max};
}

void arena_release(struct arena *arena)
{
        for (struct arena_block *block = arena->block; block;) {
                struct arena_block *next = block->next;
                explicit_bzero(block->bytes, block->used);
                x_free(block);
                block = next;
        }
        *arena = (struct arena){.max = arena->max};
}

void *arena_alloc(struct arena *arena, size_t size)
{
        const size_t align = _Alignof(max_align_t);
        if (size > arena->max)
                return NULL;
        size = (size + align - 1) & ~(align - 1);
        if (size > arena->max - arena->used)
                return NULL;
        struct arena_block *block = arena->block;
        if (block == NULL || size > block->cap - block->used) {
                size_t cap = MAX(size, (size_t)BLOCK_BYTES - sizeof(*block));
                block = x_new(1, sizeof(*block) + cap);
                block->cap = cap;
                block->next = arena->block;
                arena->block = block;
        }
        void *ptr = block->bytes + block->used;
        block->used += size;
        arena->used += size;
        return ptr;
}

struct str arena_copy(struct arena *arena, struct str s)
{
        char *ptr = s.ptr ? arena_alloc(arena, s.len + 1) : NULL;
        if (ptr == NULL)
                return STR_NULL;
        memcpy(ptr, s.ptr, s.len);
        return (struct str){ptr, s.len};
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        va_list again;
        va_copy(again, args);
        int len = vsnprintf(NULL, 0, format, args);
        va_end(args);
        char *ptr = len < 0 ? NULL : arena_alloc(arena, (size_t)len + 1);
        if (ptr)
                vsnprintf(ptr, (size_t)len + 1, format, again);
        va_end(again);
        return ptr ? (struct str){ptr, (size_t)len} : STR_NULL;
}
