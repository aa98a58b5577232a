/*
 * JPEGs of four inks, as scanners and layout programs write them. Controls: the question for `inks` in
 * read_header (vision/jpeg.c), without which they are of unusual colours; `flip` always 0, or always 255.
 */
#include "vision/image.h"

#include "unit/test.h"
#include "unit/vision/jpeg_drawn.h"

#include <stdlib.h>

enum { PATCH = 32, PATCHES = 5 };

/* Inks from none (0) to all (255): cyan, magenta, yellow, black; and what is seen of them. */
static const struct {
        uint8_t inks[4], bgr[3];
} patches[PATCHES] = {
    {{0, 0, 0, 0}, {255, 255, 255}}, {{0, 255, 255, 0}, {0, 0, 255}},   {{255, 0, 255, 0}, {0, 255, 0}},
    {{0, 0, 0, 255}, {0, 0, 0}},     {{0, 0, 128, 64}, {95, 191, 191}},
};

struct inking {
        J_COLOR_SPACE space;
        bool adobe;
};

static void set_inks(struct jpeg_compress_struct *jpeg, const void *ctx)
{
        const struct inking *inking = ctx;
        jpeg_set_colorspace(jpeg, inking->space);
        jpeg_set_quality(jpeg, 95, TRUE);
        jpeg->write_Adobe_marker = inking->adobe;
}

/* A row of the patches. Adobe's files hold what is left white. */
static void encode(J_COLOR_SPACE space, bool adobe, struct buf *ret)
{
        const struct inking inking = {space, adobe};
        uint8_t row[PATCHES * PATCH * 4];
        for (size_t i = 0; i < sizeof(row); i++)
                row[i] = patches[i / 4 / PATCH].inks[i % 4] ^ (adobe ? 255 : 0);
        jpeg_drawn(&(struct jpeg_drawing){PATCHES * PATCH, PATCH, 4, JCS_CMYK, row, set_inks, &inking}, ret);
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
