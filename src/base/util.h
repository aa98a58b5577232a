/*
 * The small words of the dialect: attributes, array length, tidy-up of descriptors.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NODISCARD       __attribute__((warn_unused_result))
#define PRINTF(fmt, va) __attribute__((format(printf, fmt, va)))
#define CLEANUP(fn)     __attribute__((cleanup(fn)))
#define LEN(array)      (sizeof(array) / sizeof((array)[0]))
#define MIN(a, b)       ((a) < (b) ? (a) : (b))
#define MAX(a, b)       ((a) > (b) ? (a) : (b))

/* Allocate `count * size` zeroed bytes. Never returns NULL: out of memory aborts, and the leases of the job
 * queue make that safe. Free with x_free. */
void *x_new(size_t count, size_t size);
/* As realloc, never NULL. */
void *x_grow(void *ptr, size_t count, size_t size);
/* A NUL-terminated copy of `text`. */
char *x_copy(const char *text);
void x_free(void *ptr);

/* Close *fd unless it is negative, and make it -1. For CLEANUP(fd_close). */
void fd_close(int *fd);
/* Write or read exactly `len` bytes, through interruptions. False: errno tells why (0 where the peer closed).
 */
NODISCARD bool fd_write_all(int fd, const void *bytes, size_t len);
NODISCARD bool fd_read_all(int fd, void *bytes, size_t len);
