/*
 * A .env file: KEY=VALUE a line, `#` starts a comment line, `export ` before the key and one pair of quotes
 * around the value are taken off. A value without quotes has no ` #`, lest a comment become a SECRET_KEY. No
 * substitution. At most 64 KiB.
 */
#pragma once

#include "base/op.h"

struct env_file {
        struct buf text;
};

/* RC_CONFIG: the file cannot be read, is too large, or a line is not KEY=VALUE (its number is named). */
NODISCARD enum rc env_file_read(struct op *op, const char *path, struct env_file *ret);
/* The same from memory. */
NODISCARD enum rc env_file_parse(struct op *op, const char *path, struct str text, struct env_file *ret);
void env_file_release(struct env_file *file); /* wipes */
/* The last value of `key`, in the file's memory; STR_NULL where it is not there. */
struct str env_file_get(const struct env_file *file, struct str key);
/* Calls `each` for every line that sets a key, with its number. */
void env_file_each(const struct env_file *file, void (*each)(void *ctx, struct str key, int line), void *ctx);
