#include "vision/image.h"

#include "unit/test.h"

/* A picture whose left half is red and whose top left corner is white. */
static struct image draw(int width, int height)
{
        struct image image;
        image_init(&image, width, height, 3);
        for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++) {
                        uint8_t *pixel = image.pixels + (size_t)y * image.stride + (size_t)x * 3;
                        bool corner = x < width / 4 && y < height / 4;
                        pixel[0] = pixel[1] = corner ? 255 : 0;
                        pixel[2] = x < width / 2 ? 255 : 0;
                }
        return image;
}

static const uint8_t *pixel_at(const struct image *image, int x, int y)
{
        return image->pixels + (size_t)y * image->stride + (size_t)x * 3;
}

static void encode(const struct image *image, struct buf *ret)
{
        struct op op;
        op_init(&op, NULL, 1024, 10000);
        CHECK(image_encode_jpeg(&op, image, 95, ret) == RC_OK);
        op_release(&op);
}

/* Decode, and give back how that went. */
static enum rc decode(struct str bytes, struct image *ret)
{
        struct op op;
        op_init(&op, NULL, 1024, 10000);
        enum rc rc = image_decode(&op, bytes, &image_limits_default, ret);
        op_release(&op);
        return rc;
}

/* The bytes with an EXIF block that claims `orientation` put behind the first marker. */
static void add_exif(struct str jpeg, char orientation, struct buf *ret)
{
        char block[] = "\xff\xe1\x00\x22"
                       "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x01\0\0\0\0\0\0\0";
        block[28] = orientation;
        buf_add(ret, str_sub(jpeg, 0, 2));
        buf_add_bytes(ret, block, 36);
        buf_add(ret, str_sub(jpeg, 2, jpeg.len - 2));
}

TEST(image_jpeg_round_trip)
{
        CLEANUP(image_release) struct image image = draw(64, 48);
        CLEANUP(image_release) struct image back = {0};
        CLEANUP(buf_release) struct buf jpeg;
        buf_init(&jpeg, 100000);
        encode(&image, &jpeg);
        CHECK(decode(buf_str(&jpeg), &back) == RC_OK);
        CHECK(back.width == 64 && back.height == 48 && back.channels == 3);
        CHECK(pixel_at(&back, 4, 4)[0] > 240 && pixel_at(&back, 4, 4)[2] > 240);
        CHECK(pixel_at(&back, 24, 40)[0] < 16 && pixel_at(&back, 24, 40)[2] > 240);
        CHECK(pixel_at(&back, 60, 40)[2] < 16);
}

TEST(image_orientation_is_obeyed)
{
        /* Where the white corner of an upright file ends up: left or right, top or bottom, sides swapped. */
        static const struct {
                bool right, bottom, swapped;
        } expected[9] = {[2] = {true, false, false}, [3] = {true, true, false}, [4] = {false, true, false},
                         [5] = {false, false, true}, [6] = {true, false, true}, [7] = {true, true, true},
                         [8] = {false, true, true}};
        CLEANUP(image_release) struct image image = draw(64, 32);
        CLEANUP(buf_release) struct buf jpeg;
        buf_init(&jpeg, 100000);
        encode(&image, &jpeg);
        for (int i = 1; i <= 8; i++) {
                CLEANUP(buf_release) struct buf turned;
                CLEANUP(image_release) struct image back = {0};
                buf_init(&turned, 100000);
                add_exif(buf_str(&jpeg), (char)i, &turned);
                CHECK(decode(buf_str(&turned), &back) == RC_OK);
                CHECK(back.width == (expected[i].swapped ? 32 : 64));
                int x = expected[i].right ? back.width - 3 : 2;
                int y = expected[i].bottom ? back.height - 3 : 2;
                CHECK(pixel_at(&back, x, y)[0] > 200);
                CHECK(pixel_at(&back, back.width - 1 - x, back.height - 1 - y)[0] < 50);
        }
}

TEST(image_jpeg_cut_anywhere_is_refused)
{
        CLEANUP(image_release) struct image image = draw(64, 48);
        CLEANUP(buf_release) struct buf jpeg;
        buf_init(&jpeg, 100000);
        encode(&image, &jpeg);
        for (size_t len = 0; len < jpeg.len; len++) {
                CLEANUP(image_release) struct image back = {0};
                CHECK(decode(str_sub(buf_str(&jpeg), 0, len), &back) != RC_OK);
                CHECK(back.pixels == NULL);
        }
}

TEST(image_large_jpeg_is_shrunk)
{
        CLEANUP(image_release) struct image image = draw(4800, 3200);
        CLEANUP(image_release) struct image back = {0};
        CLEANUP(buf_release) struct buf jpeg;
        buf_init(&jpeg, 10 * 1000 * 1000);
        encode(&image, &jpeg);
        CHECK(decode(buf_str(&jpeg), &back) == RC_OK);
        CHECK(back.width == 2400 && back.height == 1600);
        CHECK(pixel_at(&back, 4, 4)[0] > 240 && pixel_at(&back, 2300, 1400)[2] < 16);
}

TEST(image_other_formats_are_refused)
{
        struct image back = {0};
        CHECK(decode(STR("GIF89a..........."), &back) == RC_UNSUPPORTED_IMAGE_FORMAT);
        CHECK(decode(STR("%PDF-1.7 ........"), &back) == RC_UNSUPPORTED_IMAGE_FORMAT);
        CHECK(decode(STR("\x89PNG\r\n\x1a\n"), &back) == RC_INVALID_IMAGE);
        CHECK(decode(STR("\xff\xd8\xff\xd9"), &back) == RC_INVALID_IMAGE);
        CHECK(decode(STR(""), &back) == RC_INVALID_IMAGE);
}

/* Not damaged: whoever sends it is told what to do better. Control: aspect_max in codec_check_size. */
TEST(image_of_a_strip_is_too_small)
{
        static const struct {
                int width, height;
                enum rc rc;
        } sizes[] = {{1200, 100, RC_OK}, {1300, 100, RC_IMAGE_TOO_SMALL}, {100, 1300, RC_IMAGE_TOO_SMALL}};
        for (size_t i = 0; i < LEN(sizes); i++) {
                CLEANUP(image_release) struct image image = draw(sizes[i].width, sizes[i].height);
                CLEANUP(image_release) struct image back = {0};
                CLEANUP(buf_release) struct buf jpeg;
                buf_init(&jpeg, 1000000);
                encode(&image, &jpeg);
                CHECK(decode(buf_str(&jpeg), &back) == sizes[i].rc);
        }
}

TEST(image_too_many_bytes_are_refused)
{
        size_t len = image_limits_default.bytes_max + 1;
        char *bytes = x_new(len, 1);
        memcpy(bytes, "\xff\xd8", 2);
        struct image back = {0};
        enum rc rc = decode((struct str){bytes, len}, &back);
        x_free(bytes);
        CHECK(rc == RC_FILE_TOO_LARGE);
}

/* Who is out of time may try again; a damaged picture is no better the second time. Negative control: png.c's
 * read_row without its look at the clock, or with RC_INVALID_IMAGE. */
TEST(image_decoding_past_the_deadline_is_timed_out)
{
        static const uint8_t grey[] = {
            0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44,
            0x52, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x00, 0x00, 0x00, 0x00, 0x57,
            0xdd, 0x52, 0xf8, 0x00, 0x00, 0x00, 0x0e, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68,
            0x68, 0x60, 0x68, 0x68, 0x00, 0x00, 0x06, 0x06, 0x02, 0x01, 0x2c, 0xc1, 0x50, 0xd7, 0x00,
            0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
        };
        CLEANUP(image_release) struct image image = draw(64, 48);
        CLEANUP(buf_release) struct buf jpeg;
        buf_init(&jpeg, 100000);
        encode(&image, &jpeg);
        const struct str pictures[] = {buf_str(&jpeg), str_from_bytes(grey, sizeof(grey))};
        for (size_t i = 0; i < LEN(pictures); i++) {
                struct image back = {0};
                struct op op;
                CHECK(decode(pictures[i], &back) == RC_OK);
                image_release(&back);
                op_init(&op, NULL, 1024, 0);
                CHECK(image_decode(&op, pictures[i], &image_limits_default, &back) == RC_TIMED_OUT);
                op_release(&op);
        }
}
