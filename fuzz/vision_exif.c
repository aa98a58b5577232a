/* EXIF blocks. */
#include "vision/codec.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        int orientation = exif_orientation(str_from_bytes(bytes, len));
        if (orientation < 1 || orientation > 8)
                abort();
        return 0;
}
