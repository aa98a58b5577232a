#include "bench/file.h"

#include <stdio.h>

bool file_read(const char *path, struct buf *ret)
{
        char chunk[1 << 16];
        FILE *file = fopen(path, "rb");
        size_t got;
        while (file && (got = fread(chunk, 1, sizeof(chunk), file)) > 0)
                buf_add_bytes(ret, chunk, got);
        bool read = file && !ferror(file) && buf_ok(ret);
        if (file)
                fclose(file);
        return read;
}
