/* JPEG, PNG and EXIF, as the child decodes them, with limits that keep a round short. */
#include "vision/image.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct image_limits limits = image_limits_default;
        limits.pixels_max = 200 * 1000;
        limits.decode_side_min = 100;
        limits.scans_max = 8;
        struct op op;
        CLEANUP(image_release) struct image image = {0};
        op_init(&op, "fuzz", 1000, 10000);
        if (image_decode(&op, str_from_bytes(bytes, len), &limits, &image) == RC_OK) {
                if (image.width < 1 || image.height < 1 || image.channels != 3 || !image.pixels ||
                    (int64_t)image.width * image.height > limits.pixels_max)
                        abort();
                (void)*(volatile uint8_t *)&image.pixels[(size_t)image.height * image.stride - 1];
        } else if (image.pixels) {
                abort();
        }
        op_release(&op);
        return 0;
}
