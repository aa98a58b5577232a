/*
 * JPEGs of four inks, as scanners and layout programs write them. Controls: the question for `inks` in
 * read_header (vision/jpeg.c), without which they are of unusual colours; `flip` always 0, or always 255.
 */
#include "vision/image.h"

#include "unit/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

enum { PATCH = 32, PATCHES = 5 };

/* Inks from none (0) to all (255): cyan, magenta, yellow, black; and what is seen of them. */
static const struct {
        uint8_t inks[4], bgr[3];
} patches[PATCHES] = {
    {{0, 0, 0, 0}, {255, 255, 255}}, {{0, 255, 255, 0}, {0, 0, 255}},   {{255, 0, 255, 0}, {0, 255, 0}},
    {{0, 0, 0, 255}, {0, 0, 0}},     {{0, 0, 128, 64}, {95, 191, 191}},
};

/* A row of the patches. Adobe's files hold what is left white. */
static void encode(J_COLOR_SPACE space, bool adobe, struct buf *ret)
{
        struct jpeg_compress_struct jpeg;
        struct jpeg_error_mgr error;
        unsigned char *bytes = NULL;
        unsigned long len = 0;
        uint8_t row[PATCHES * PATCH * 4];
        JSAMPROW rows[] = {row};
        for (size_t i = 0; i < sizeof(row); i++)
                row[i] = patches[i / 4 / PATCH].inks[i % 4] ^ (adobe ? 255 : 0);
        jpeg.err = jpeg_std_error(&error);
        jpeg_create_compress(&jpeg);
        jpeg_mem_dest(&jpeg, &bytes, &len);
        jpeg.image_width = PATCHES * PATCH;
        jpeg.image_height = PATCH;
        jpeg.input_components = 4;
        jpeg.in_color_space = JCS_CMYK;
        jpeg_set_defaults(&jpeg);
        jpeg_set_colorspace(&jpeg, space);
        jpeg_set_quality(&jpeg, 95, TRUE);
        jpeg.write_Adobe_marker = adobe;
        jpeg_start_compress(&jpeg, TRUE);
        for (int y = 0; y < PATCH; y++)
                jpeg_write_scanlines(&jpeg, rows, 1);
        jpeg_finish_compress(&jpeg);
        jpeg_destroy_compress(&jpeg);
        buf_add_bytes(ret, bytes, len);
        free(bytes);
}

static void check(J_COLOR_SPACE space, bool adobe)
{
        CLEANUP(image_release) struct image image = {0};
        CLEANUP(buf_release) struct buf jpeg;
        struct op op CLEANUP(op_release);
        op_init(&op, NULL, 1024, 10000);
        buf_init(&jpeg, 100000);
        encode(space, adobe, &jpeg);
        CHECK(image_decode(&op, buf_str(&jpeg), &image_limits_default, &image) == RC_OK);
        CHECK(image.width == PATCHES * PATCH && image.height == PATCH && image.channels == 3);
        for (int i = 0; i < PATCHES; i++) {
                const uint8_t *pixel =
                    image.pixels + (PATCH / 2) * image.stride + ((size_t)i * PATCH + PATCH / 2) * 3;
                for (int k = 0; k < 3; k++)
                        CHECK(abs(pixel[k] - patches[i].bgr[k]) <= 6);
        }
        for (size_t len = 0; len < jpeg.len; len += 7) {
                CLEANUP(image_release) struct image cut = {0};
                op_forgive(&op);
                CHECK(image_decode(&op, str_sub(buf_str(&jpeg), 0, len), &image_limits_default, &cut) !=
                      RC_OK);
        }
}

TEST(image_of_four_inks_is_seen_as_on_paper)
{
        check(JCS_CMYK, true);
        check(JCS_YCCK, true);
        check(JCS_CMYK, false);
}
