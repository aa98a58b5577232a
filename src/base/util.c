#include "base/util.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *must(void *ptr)
{
        if (ptr == NULL) {
                fputs("bonin: out of memory\n", stderr);
                abort();
        }
        return ptr;
}

void *x_new(size_t count, size_t size)
{
        return must(calloc(count ? count : 1, size ? size : 1));
}

void *x_grow(void *ptr, size_t count, size_t size)
{
        return must(reallocarray(ptr, count ? count : 1, size ? size : 1));
}

char *x_copy(const char *text)
{
        return must(strdup(text));
}

void x_free(void *ptr)
{
        free(ptr);
}

void fd_close(int *fd)
{
        if (*fd >= 0)
                close(*fd);
        *fd = -1;
}

bool fd_write_all(int fd, const void *bytes, size_t len)
{
        const char *at = bytes;
        while (len > 0) {
                ssize_t n = write(fd, at, len);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return false;
                at += n;
                len -= (size_t)n;
        }
        return true;
}

bool fd_read_all(int fd, void *bytes, size_t len)
{
        char *at = bytes;
        while (len > 0) {
                ssize_t n = read(fd, at, len);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0) {
                        if (n == 0)
                                errno = 0;
                        return false;
                }
                at += n;
                len -= (size_t)n;
        }
        return true;
}
