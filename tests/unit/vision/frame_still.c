/*
 * Negative control, tried: with the mean change left in (`- mean` taken out), a_still_in_other_light fails;
 * with the box left out (the whole frame is looked at), only_the_face_counts fails.
 */
#include "vision/frame_still.h"

#include "unit/test.h"

#include <math.h>

static const struct face_box box = {.x = 200, .y = 100, .width = 200, .height = 240};

/* A soft face at `x`, `light` brighter, with a camera's noise from `seed` (0: none); whatever stands beside
 * it at `beside`. */
static void draw(struct image *image, int x, int light, uint32_t seed, int beside)
{
        bool noisy = seed != 0;
        image_init(image, 640, 480, 3);
        for (int v = 0; v < 480; v++) {
                for (int u = 0; u < 640; u++) {
                        double face = 110 * exp(-pow((u - x) / 70.0, 2) - pow((v - 220) / 90.0, 2));
                        double eyes = 50 * cos((u - x) / 9.0) * exp(-pow((v - 190) / 12.0, 2));
                        seed = seed * 1664525 + 1013904223;
                        double noise = noisy ? (double)(seed >> 8) / (1 << 22) - 2 : 0;
                        double grey = 60 + light + face + eyes + noise + (u > 420 && u < beside ? 80 : 0);
                        for (int c = 0; c < 3; c++)
                                image->pixels[(size_t)v * image->stride + (size_t)(3 * u + c)] =
                                    (uint8_t)fmin(255, fmax(0, grey));
                }
        }
}

static double change(int x, int light, uint32_t seed, int beside)
{
        CLEANUP(image_release) struct image before = {0};
        CLEANUP(image_release) struct image after = {0};
        draw(&before, 300, 0, 0, 420);
        draw(&after, x, light, seed, beside);
        return frame_change(&before, &after, &box);
}

TEST(a_still_encoded_anew_has_not_moved)
{
        CLEANUP(image_release) struct image frame = {0};
        CLEANUP(image_release) struct image decoded = {0};
        CLEANUP(op_release) struct op op;
        CLEANUP(buf_release) struct buf jpeg;
        op_init(&op, NULL, 1 << 20, TEST_PATIENCE_MS);
        buf_init(&jpeg, 4 << 20);
        draw(&frame, 300, 0, 7, 500);
        CHECK(frame_change(&frame, &frame, &box) < 1e-9);
        CHECK(image_encode_jpeg(&op, &frame, 70, &jpeg) == RC_OK);
        CHECK(image_decode(&op, buf_str(&jpeg), &image_limits_default, &decoded) == RC_OK);
        CHECK(frame_change(&frame, &decoded, &box) < 0.8);
}

TEST(a_still_in_other_light_has_not_moved)
{
        CHECK(change(300, 12, 0, 420) < 0.8);
}

TEST(a_face_that_moved_is_told)
{
        CHECK(change(302, 0, 0, 420) > 0.8);
        CHECK(change(310, 0, 9, 420) > 3);
}

TEST(only_the_face_counts)
{
        CHECK(change(300, 0, 0, 480) < 1e-9);
}

TEST(frames_of_other_sizes_are_no_stills)
{
        CLEANUP(image_release) struct image frame = {0};
        CLEANUP(image_release) struct image small = {0};
        draw(&frame, 300, 0, 0, 500);
        image_init(&small, 320, 240, 3);
        CHECK(isinf(frame_change(&frame, &small, &box)));
}
