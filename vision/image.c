#include "vision/image.h"

#include "vision/codec.h"

const struct image_limits image_limits_default = {
    .bytes_max = 10 * 1024 * 1024,
    .pixels_max = 50 * 1000 * 1000,
    .side_max = 20000,
    .aspect_max = 12,
    .scans_max = 64,
    .decode_side_min = 2400,
};

void image_init(struct image *image, int width, int height, int channels)
{
        size_t stride = (size_t)width * (size_t)channels;
        *image = (struct image){.width = width, .height = height, .channels = channels, .stride = stride};
        image->pixels = x_new((size_t)height, stride);
}

void image_release(struct image *image)
{
        x_free(image->pixels);
        *image = (struct image){0};
}

enum rc codec_check_size(struct op *op, const struct image_limits *limits, int64_t width, int64_t height)
{
        if (width < 1 || height < 1)
                return op_fail(op, RC_INVALID_IMAGE, "image without pixels");
        if (width > limits->side_max || height > limits->side_max || width * height > limits->pixels_max)
                return op_fail(op, RC_FILE_TOO_LARGE, "image too large: %jd x %jd", (intmax_t)width,
                               (intmax_t)height);
        if (MAX(width, height) > limits->aspect_max * MIN(width, height))
                return op_fail(op, RC_IMAGE_TOO_SMALL, "image too narrow: %jd x %jd", (intmax_t)width,
                               (intmax_t)height);
        return RC_OK;
}

/* Where the pixel (0, 0) of the stored picture goes and in which steps it is walked, for each orientation:
 * bit 0 mirrors across, bit 1 down, bit 2 swaps the axes afterwards. */
enum { FLIP_X = 1, FLIP_Y = 2, SWAP = 4 };
static const uint8_t orientations[9] = {
    [2] = FLIP_X,        [3] = FLIP_X | FLIP_Y,        [4] = FLIP_Y,        [5] = SWAP,
    [6] = SWAP | FLIP_Y, [7] = SWAP | FLIP_X | FLIP_Y, [8] = SWAP | FLIP_X,
};

static void turn_upright(struct image *image, int orientation)
{
        uint8_t how = orientations[orientation];
        if (how == 0)
                return;
        struct image out;
        bool swap = how & SWAP;
        image_init(&out, swap ? image->height : image->width, swap ? image->width : image->height,
                   image->channels);
        size_t size = (size_t)image->channels;
        for (int y = 0; y < out.height; y++) {
                uint8_t *to = out.pixels + (size_t)y * out.stride;
                for (int x = 0; x < out.width; x++, to += size) {
                        int from_x = swap ? y : x, from_y = swap ? x : y;
                        from_x = how & FLIP_X ? image->width - 1 - from_x : from_x;
                        from_y = how & FLIP_Y ? image->height - 1 - from_y : from_y;
                        memcpy(to, image->pixels + (size_t)from_y * image->stride + (size_t)from_x * size,
                               size);
                }
        }
        image_release(image);
        *image = out;
}

static const struct {
        struct str magic;
        enum rc (*decode)(struct op *, struct str, const struct image_limits *, struct image *, int *);
} codecs[] = {
    {{"\xff\xd8", 2}, codec_decode_jpeg},
    {{"\x89PNG\r\n\x1a\n", 8}, codec_decode_png},
};

enum rc image_decode(struct op *op, struct str bytes, const struct image_limits *limits, struct image *ret)
{
        if (bytes.len == 0)
                return op_fail(op, RC_INVALID_IMAGE, "empty image");
        if (bytes.len > limits->bytes_max)
                return op_fail(op, RC_FILE_TOO_LARGE, "image of %zu bytes", bytes.len);
        for (size_t i = 0; i < LEN(codecs); i++) {
                if (!str_starts_with(bytes, codecs[i].magic))
                        continue;
                struct image image = {0};
                int orientation = 1;
                enum rc rc = codecs[i].decode(op, bytes, limits, &image, &orientation);
                if (rc != RC_OK) {
                        image_release(&image);
                        return rc;
                }
                turn_upright(&image, orientation);
                *ret = image;
                return RC_OK;
        }
        return op_fail(op, RC_UNSUPPORTED_IMAGE_FORMAT, "neither JPEG nor PNG");
}
