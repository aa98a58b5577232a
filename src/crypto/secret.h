/*
 * Files that hold secrets: mode 0600, made whole or not at all, one winner where two programs start at once.
 */
#pragma once

#include "base/buf.h"
#include "base/op.h"

enum { SECRET_TEXT_MAX = 65 };

/* A new SECRET_KEY: 384 random bits in base64url. */
void secret_new(char ret[SECRET_TEXT_MAX]);
/* The secret in the file, made where the file is missing. RC_CONFIG where others may read the file, or where
 * it cannot be read or written. `ret` should be a secret buf; white space around the text is dropped. */
NODISCARD enum rc secret_load_or_create(struct op *op, const char *path, struct buf *ret);

/* Read a file that nobody else may read; *ret_found tells whether it is there. */
NODISCARD enum rc secret_file_read(struct op *op, const char *path, size_t max, struct buf *ret,
                                   bool *ret_found);
/* Put a file there unless there is one: *ret_made tells. */
NODISCARD enum rc secret_file_make(struct op *op, const char *path, struct str bytes, bool *ret_made);
