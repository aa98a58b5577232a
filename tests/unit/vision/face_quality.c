#include "vision/face_quality.h"

#include "unit/test.h"

#include <math.h>
#include <string.h>

static const struct face_points straight = {{{38, 52}, {74, 52}, {56, 75.2F}, {41, 92}, {71, 92}}};

/* A grey square with bars where brows, eyes, nose and mouth are. */
static void draw_face(struct image *image)
{
        static const int bars[][4] = {{28, 44, 20, 4}, {64, 44, 20, 4}, {30, 51, 16, 4}, {66, 51, 16, 4},
                                      {50, 76, 12, 2}, {42, 88, 28, 3}, {44, 94, 24, 2}};
        image_init(image, 112, 112, 3);
        memset(image->pixels, 170, image->stride * 112);
        for (size_t i = 0; i < LEN(bars); i++)
                for (int y = bars[i][1]; y < bars[i][1] + bars[i][3]; y++)
                        memset(image->pixels + (size_t)y * image->stride + 3 * (size_t)bars[i][0], 60,
                               3 * (size_t)bars[i][2]);
}

static void cover(struct image *image, int left, int right, int top, int bottom)
{
        for (int y = top; y < bottom; y++)
                memset(image->pixels + (size_t)y * image->stride + 3 * (size_t)left, 200,
                       3 * (size_t)(right - left));
}

static struct face_quality measure(const struct image *image, const struct face_points *points)
{
        struct face_box box = {.x = 20, .y = 20, .width = 72, .height = 90, .score = 0.9F, .points = *points};
        struct face_quality quality;
        CHECK(face_quality_measure(image, &box, &quality));
        return quality;
}

/* Negative control: where the better eye counts in place of the worse, or no share is taken of the whole
 * face's, it fails. */
TEST(face_quality_tells_covered_eyes_and_mouth)
{
        enum { LIMIT = 6 };
        CLEANUP(image_release) struct image face = {0};
        draw_face(&face);
        struct face_quality open = measure(&face, &straight);
        CHECK(open.eyes_detail > 0.1 * LIMIT && open.mouth_detail > 0.1 * LIMIT);
        cover(&face, 62, 90, 36, 64);
        struct face_quality one_eye = measure(&face, &straight);
        CHECK(one_eye.eyes_detail < 0.1 * LIMIT && one_eye.mouth_detail > 0.1 * LIMIT);
        image_release(&face);
        draw_face(&face);
        cover(&face, 20, 92, 80, 112);
        struct face_quality mask = measure(&face, &straight);
        CHECK(mask.mouth_detail < 0.1 * LIMIT && mask.eyes_detail > 0.1 * LIMIT);
        /* A soft, pale picture of an open face is none of both. */
        image_release(&face);
        draw_face(&face);
        for (size_t i = 0; i < face.stride * 112; i++)
                face.pixels[i] = (uint8_t)(150 + face.pixels[i] / 8);
        struct face_quality pale = measure(&face, &straight);
        CHECK(pale.eyes_detail > 0.1 * LIMIT && pale.mouth_detail > 0.1 * LIMIT);
}

/* Turning the picture in its plane is neither yaw nor pitch. Negative control: with x for along the eyes, and
 * y for down, the turned points fail. */
TEST(face_quality_tells_yaw_from_pitch_from_roll)
{
        CLEANUP(image_release) struct image face = {0};
        draw_face(&face);
        struct face_quality quality = measure(&face, &straight);
        CHECK(fabs(quality.yaw) < 0.01 && fabs(quality.pitch) < 0.01 && fabs(quality.roll) < 0.01);
        struct face_points turned = straight;
        turned.at[2][0] += 12;
        quality = measure(&face, &turned);
        CHECK(fabs(quality.yaw - 2.0 / 3) < 0.01 && fabs(quality.pitch) < 0.01);
        struct face_points up = straight, down = straight;
        up.at[2][1] -= 8;
        down.at[2][1] += 8;
        CHECK(measure(&face, &up).pitch < -0.15 && measure(&face, &down).pitch > 0.15);
        struct face_points rolled;
        for (int i = 0; i < FACE_POINTS; i++) {
                rolled.at[i][0] = 56 - (straight.at[i][1] - 70);
                rolled.at[i][1] = 70 + (straight.at[i][0] - 56);
        }
        quality = measure(&face, &rolled);
        CHECK(fabs(quality.yaw) < 0.01 && fabs(quality.pitch) < 0.01 && fabs(quality.roll - 90) < 0.01);
}
