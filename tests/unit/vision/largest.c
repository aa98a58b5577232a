/*
 * The heaviest pictures that the limits let in, front and back at once: what they cost the real bonin-vision.
 */
#include "vision/image.h"

#include "unit/test.h"
#include "unit/vision/jpeg_drawn.h"
#include "unit/vision/watched.h"

#include <png.h>

#ifdef __SANITIZE_THREAD__
enum { PEAK_MB_MAX = 512, COST_MS_MAX = 2 * 20000 };
#else
enum { PEAK_MB_MAX = 512, COST_MS_MAX = 2 * 2000 };
#endif

static void append(png_structp png, png_bytep bytes, size_t len)
{
        buf_add_bytes(png_get_io_ptr(png), bytes, len);
}

static void flush(png_structp png)
{
}

/* Four channels of 16 bits, just too small to be shrunk on the way in, and to be turned upright. */
static void draw_png(struct buf *ret)
{
        enum { SIDE = 4799, PIXEL = 8 };
        static uint8_t turned[] = "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0";
        png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
        png_infop info = png_create_info_struct(png);
        uint8_t *row = x_new(SIDE, PIXEL);
        memset(row, 200, (size_t)SIDE * PIXEL);
        png_set_write_fn(png, ret, append, flush);
        png_set_IHDR(png, info, SIDE, SIDE, 16, PNG_COLOR_TYPE_RGBA, PNG_INTERLACE_NONE,
                     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_set_eXIf_1(png, info, sizeof(turned), turned);
        png_set_compression_level(png, 1);
        png_write_info(png, info);
        for (int y = 0; y < SIDE; y++)
                png_write_row(png, row);
        png_write_end(png, info);
        png_destroy_write_struct(&png, &info);
        x_free(row);
}

/* All its coefficients are in memory at once. */
static void make_progressive(struct jpeg_compress_struct *jpeg, const void *ctx)
{
        jpeg_simple_progression(jpeg);
}

static void draw_jpeg(struct buf *ret)
{
        enum { SIDE = 7071 };
        uint8_t *row = x_new(SIDE, 3);
        jpeg_drawn(&(struct jpeg_drawing){SIDE, SIDE, 3, JCS_RGB, row, make_progressive, NULL}, ret);
        x_free(row);
}

/* Negative control: decode_side_min 0 in image_limits_default, so that nothing is shrunk. */
TEST(largest_pictures_fit)
{
        static void (*const draw[])(struct buf *) = {draw_png, draw_jpeg};
        struct watched watched;
        int64_t slowest_ms = 0;
        watched_start(&watched);
        for (size_t i = 0; i < LEN(draw); i++) {
                CLEANUP(buf_release) struct buf file;
                CLEANUP(vision_document_release) struct vision_document document = {0};
                buf_init(&file, image_limits_default.bytes_max);
                draw[i](&file);
                CHECK(watched_read(&watched, DOC_PASSPORT, buf_str(&file), buf_str(&file), &document) ==
                      RC_OK);
                CHECK(!doc_errors_have(&document.errors, RC_INVALID_IMAGE));
                slowest_ms = MAX(slowest_ms, watched.cost_ms);
        }
        bool filtered = watched.child.status.filtered;
        int64_t peak_mb = watched_peak_mb(&watched);
        watched_end(&watched);
        CHECK(slowest_ms <= COST_MS_MAX && (!filtered || peak_mb <= PEAK_MB_MAX));
        test_figure(13, "largest pictures", "peak %jd MB, slowest %jd ms for two%s", (intmax_t)peak_mb,
                    (intmax_t)slowest_ms, filtered ? "" : " (sanitized)");
}
