/* Files for the benches. */
#pragma once

#include "base/buf.h"

/* All of the file, at most ret->max. */
bool file_read(const char *path, struct buf *ret);
