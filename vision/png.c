#include "vision/codec.h"

#include <setjmp.h>

#include <png.h>

enum {
        CHUNK_MALLOC_MAX = 1024 * 1024,
        INTERLACED_PIXELS_MAX = 16 * 1000 * 1000, /* these cannot be shrunk on the way in */
        CHUNK_FRAME = 12,                         /* length, name, checksum */
};

struct decoder {
        png_structp png;
        png_infop info;
        struct op *op;
        const struct image_limits *limits;
        struct str left;
        struct image image;
        int shrink;     /* so many rows and columns become one */
        uint8_t *row;   /* BGRA, as wide as the file, or the whole picture where interlaced */
        uint32_t *sums; /* of `shrink` rows; three channels, as wide as the result */
};

_Noreturn static void leave(struct decoder *decoder, enum rc rc, const char *why)
{
        enum rc noted = op_fail(decoder->op, rc, "PNG: %s", why);
        (void)noted;
        png_longjmp(decoder->png, 1);
}

_Noreturn static void on_error(png_structp png, png_const_charp text)
{
        leave(png_get_error_ptr(png), RC_INVALID_IMAGE, text);
}

static void on_warning(png_structp png, png_const_charp text)
{
}

static void on_read(png_structp png, png_bytep to, size_t len)
{
        struct decoder *decoder = png_get_io_ptr(png);
        if (len > decoder->left.len)
                png_error(png, "cut short");
        memcpy(to, decoder->left.ptr, len);
        decoder->left = str_sub(decoder->left, len, decoder->left.len - len);
}

/* Look through the chunks before the library does: is it whole, is it animated, which way is up. */
static enum rc walk(struct op *op, struct str bytes, int *ret_orientation)
{
        struct str left = str_sub(bytes, 8, bytes.len - 8);
        while (left.len >= CHUNK_FRAME) {
                const uint8_t *at = (const uint8_t *)left.ptr;
                size_t len = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
                struct str name = str_sub(left, 4, 4);
                if (len > left.len - CHUNK_FRAME)
                        return op_fail(op, RC_INVALID_IMAGE, "PNG: cut short");
                if (str_equal(name, STR("IEND")))
                        return RC_OK;
                if (str_equal(name, STR("acTL")))
                        return op_fail(op, RC_UNSUPPORTED_IMAGE_FORMAT, "PNG: animated");
                if (str_equal(name, STR("eXIf")))
                        *ret_orientation = exif_orientation(str_sub(left, 8, len));
                left = str_sub(left, CHUNK_FRAME + len, left.len - CHUNK_FRAME - len);
        }
        return op_fail(op, RC_INVALID_IMAGE, "PNG: no end");
}

/* Everything but palette, transparency and pixels is skipped unread: text and profiles may inflate to
 * anything. */
static void ignore_metadata(png_structp png)
{
        static const png_byte names[] =
            "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0"
            "sPLT\0sRGB\0tEXt\0tIME\0zTXt";
        png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
        png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, names, (int)sizeof(names) / 5);
}

static void read_header(struct decoder *decoder)
{
        png_structp png = decoder->png;
        png_set_read_fn(png, decoder, on_read);
        png_set_chunk_malloc_max(png, CHUNK_MALLOC_MAX);
        png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
        ignore_metadata(png);
        png_read_info(png, decoder->info);
        png_uint_32 width = png_get_image_width(png, decoder->info);
        png_uint_32 height = png_get_image_height(png, decoder->info);
        if (codec_check_size(decoder->op, decoder->limits, width, height) != RC_OK)
                png_longjmp(png, 1);
        bool interlaced = png_get_interlace_type(png, decoder->info) != PNG_INTERLACE_NONE;
        if (interlaced && (int64_t)width * height > INTERLACED_PIXELS_MAX)
                leave(decoder, RC_FILE_TOO_LARGE, "too large for an interlaced picture");
        png_set_expand(png);
        png_set_scale_16(png);
        png_set_gray_to_rgb(png);
        png_set_bgr(png);
        png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
}

/* One row of BGRA, laid on white, into the sums. */
static void add_row(struct decoder *decoder, const uint8_t *row, int width)
{
        int shrink = decoder->shrink;
        for (int x = 0; x < width * shrink; x++, row += 4) {
                uint32_t *sum = decoder->sums + (size_t)(x / shrink) * 3;
                uint32_t alpha = row[3], white = 255 * (255 - alpha) + 127;
                for (int c = 0; c < 3; c++)
                        sum[c] += (row[c] * alpha + white) / 255;
        }
}

static void finish_row(struct decoder *decoder, int y)
{
        struct image *image = &decoder->image;
        uint32_t area = (uint32_t)(decoder->shrink * decoder->shrink);
        uint8_t *to = image->pixels + (size_t)y * image->stride;
        for (size_t i = 0; i < image->stride; i++)
                to[i] = (uint8_t)((decoder->sums[i] + area / 2) / area);
        memset(decoder->sums, 0, image->stride * sizeof(*decoder->sums));
}

static void read_row(struct decoder *decoder, uint8_t *row)
{
        if (op_left_ms(decoder->op) == 0)
                leave(decoder, RC_TIMED_OUT, "out of time");
        png_read_row(decoder->png, row, NULL);
}

static void read_pixels(struct decoder *decoder)
{
        png_structp png = decoder->png;
        int passes = png_set_interlace_handling(png);
        png_read_update_info(png, decoder->info);
        int width = (int)png_get_image_width(png, decoder->info);
        int height = (int)png_get_image_height(png, decoder->info);
        size_t stride = png_get_rowbytes(png, decoder->info);
        if (stride != (size_t)width * 4)
                png_error(png, "unusual layout");
        int side = decoder->limits->decode_side_min;
        decoder->shrink = side > 0 ? MAX(MAX(width, height) / side, 1) : 1;
        /* The rest of a division by `shrink` is less than a pixel of the result and is left out. */
        image_init(&decoder->image, MAX(width / decoder->shrink, 1), MAX(height / decoder->shrink, 1), 3);
        decoder->sums = x_new(decoder->image.stride, sizeof(*decoder->sums));
        bool whole = passes > 1;
        decoder->row = x_new(whole ? (size_t)height : 1, stride);
        for (int pass = 0; pass < passes - 1; pass++)
                for (int y = 0; y < height; y++)
                        read_row(decoder, decoder->row + (size_t)y * stride);
        for (int y = 0; y < height; y++) {
                uint8_t *row = decoder->row + (whole ? (size_t)y * stride : 0);
                read_row(decoder, row);
                if (y / decoder->shrink >= decoder->image.height)
                        continue;
                add_row(decoder, row, decoder->image.width);
                if (y % decoder->shrink == decoder->shrink - 1)
                        finish_row(decoder, y / decoder->shrink);
        }
        png_read_end(png, NULL);
}

enum rc codec_decode_png(struct op *op, struct str bytes, const struct image_limits *limits,
                         struct image *ret, int *ret_orientation)
{
        enum rc rc = walk(op, bytes, ret_orientation);
        if (rc != RC_OK)
                return rc;
        struct decoder *decoder = x_new(1, sizeof(*decoder));
        *decoder = (struct decoder){.op = op, .limits = limits, .left = bytes};
        decoder->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoder, on_error, on_warning);
        decoder->info = decoder->png ? png_create_info_struct(decoder->png) : NULL;
        volatile bool done = false;
        if (decoder->info && setjmp(png_jmpbuf(decoder->png)) == 0) {
                read_header(decoder);
                read_pixels(decoder);
                done = true;
        }
        png_destroy_read_struct(&decoder->png, &decoder->info, NULL);
        x_free(decoder->row);
        x_free(decoder->sums);
        if (done)
                *ret = decoder->image;
        else
                image_release(&decoder->image);
        x_free(decoder);
        return done ? RC_OK : op_fail(op, RC_INTERNAL, "PNG: no memory");
}
