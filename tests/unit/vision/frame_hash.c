/*
 * Negative control, tried: with the comparison in frame_hash taken out (all bits 0), frames_differ fails;
 * with single pixels instead of means of areas, a_frame_stays_itself fails.
 */
#include "vision/frame_hash.h"
#include "vision/cv_shim.h"

#include "unit/test.h"

#include <math.h>

/* A scene of soft light and a dark disc at `x`. */
static void scene(struct image *image, int x)
{
        image_init(image, 640, 480, 3);
        for (int v = 0; v < 480; v++) {
                for (int u = 0; u < 640; u++) {
                        double light = 120 + 60 * sin(u / 70.0 + v / 150.0) + 40 * cos(v / 60.0 - u / 210.0);
                        double shade = hypot(u - x, v - 220) < 110 ? 0.35 : 1;
                        for (int channel = 0; channel < 3; channel++)
                                image->pixels[(size_t)v * image->stride + (size_t)(3 * u + channel)] =
                                    (uint8_t)(light * shade);
                }
        }
}

static void hash_again(const struct image *frame, int size, int quality, uint8_t ret[FRAME_HASH_LEN])
{
        CLEANUP(image_release) struct image small = {0};
        CLEANUP(image_release) struct image decoded = {0};
        CLEANUP(op_release) struct op op;
        CLEANUP(buf_release) struct buf jpeg;
        op_init(&op, NULL, 1 << 20, 60000);
        buf_init(&jpeg, 4 << 20);
        image_init(&small, frame->width * size / 100, frame->height * size / 100, 3);
        CHECK(cv_resize(frame, &small));
        CHECK(image_encode_jpeg(&op, &small, quality, &jpeg) == RC_OK);
        CHECK(image_decode(&op, buf_str(&jpeg), &image_limits_default, &decoded) == RC_OK);
        frame_hash(&decoded, ret);
}

TEST(a_frame_stays_itself)
{
        static const int sizes[] = {100, 90, 75, 50}, qualities[] = {90, 60, 30};
        CLEANUP(image_release) struct image frame = {0};
        uint8_t before[FRAME_HASH_LEN], after[FRAME_HASH_LEN];
        scene(&frame, 300);
        frame_hash(&frame, before);
        for (size_t i = 0; i < LEN(sizes) * LEN(qualities); i++) {
                hash_again(&frame, sizes[i % LEN(sizes)], qualities[i / LEN(sizes)], after);
                CHECK(frame_hash_distance(before, after) <= 3);
        }
}

TEST(frames_differ)
{
        CLEANUP(image_release) struct image frame = {0};
        CLEANUP(image_release) struct image later = {0};
        uint8_t before[FRAME_HASH_LEN], after[FRAME_HASH_LEN];
        scene(&frame, 300);
        scene(&later, 325);
        frame_hash(&frame, before);
        frame_hash(&later, after);
        CHECK(frame_hash_distance(before, before) == 0);
        CHECK(frame_hash_distance(before, after) > 6);
}
