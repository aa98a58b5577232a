#include "alloc/alloc.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

/* glibc's own, under the names by which it lets itself be replaced. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *ptr, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *ptr);

static __thread bool armed;
static __thread int64_t fail_at;
static __thread struct alloc_tally tally;

void alloc_arm(int64_t at)
{
        tally = (struct alloc_tally){0};
        fail_at = at;
        armed = true;
}

struct alloc_tally alloc_disarm(void)
{
        armed = false;
        return tally;
}

static bool fails(void)
{
        if (!armed || ++tally.calls != fail_at)
                return false;
        tally.failed = true;
        errno = ENOMEM;
        return true;
}

static void *made(void *ptr)
{
        tally.held += armed && ptr;
        return ptr;
}

__attribute__((visibility("default"))) void *malloc(size_t size)
{
        return fails() ? NULL : made(__libc_malloc(size));
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t size)
{
        return fails() ? NULL : made(__libc_calloc(count, size));
}

__attribute__((visibility("default"))) void *realloc(void *ptr, size_t size)
{
        if (fails())
                return NULL;
        void *moved = __libc_realloc(ptr, size);
        tally.held += armed && ptr == NULL && moved;
        tally.held -= armed && ptr && size == 0;
        return moved;
}

__attribute__((visibility("default"))) void *reallocarray(void *ptr, size_t count, size_t size)
{
        size_t all;
        if (__builtin_mul_overflow(count, size, &all)) {
                errno = ENOMEM;
                return NULL;
        }
        return realloc(ptr, all);
}

__attribute__((visibility("default"))) void *memalign(size_t alignment, size_t size)
{
        return fails() ? NULL : made(__libc_memalign(alignment, size));
}

__attribute__((visibility("default"))) void *aligned_alloc(size_t alignment, size_t size)
{
        return memalign(alignment, size);
}

__attribute__((visibility("default"))) int posix_memalign(void **ret, size_t alignment, size_t size)
{
        void *ptr = memalign(alignment, size);
        if (ptr == NULL)
                return ENOMEM;
        *ret = ptr;
        return 0;
}

__attribute__((visibility("default"))) void free(void *ptr)
{
        tally.held -= armed && ptr;
        __libc_free(ptr);
}
