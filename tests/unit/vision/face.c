#include "vision/face_align.h"
#include "vision/face_choose.h"
#include "vision/face_detect.h"
#include "vision/face_live.h"
#include "vision/face_open.h"

#include "unit/test.h"

#include <math.h>
#include <stdlib.h>

static const struct face_points points_112 = {{{38, 52}, {74, 52}, {56, 72}, {41, 92}, {71, 92}}};

static bool near(double a, double b)
{
        return fabs(a - b) < 1e-3;
}

/* Points turned, scaled and moved. */
static struct face_points moved(double degrees, double scale, double x, double y)
{
        double angle = degrees * M_PI / 180;
        struct face_points to;
        for (int i = 0; i < FACE_POINTS; i++) {
                double px = (double)points_112.at[i][0], py = (double)points_112.at[i][1];
                to.at[i][0] = (float)(scale * (cos(angle) * px - sin(angle) * py) + x);
                to.at[i][1] = (float)(scale * (sin(angle) * px + cos(angle) * py) + y);
        }
        return to;
}

TEST(face_similarity_recovers_turn_scale_and_shift)
{
        static const double turns[] = {0, 12, -37, 90, 179};
        for (size_t i = 0; i < LEN(turns); i++) {
                struct face_points to = moved(turns[i], 2.5, -30, 400);
                double matrix[6];
                CHECK(face_similarity(&points_112, &to, matrix));
                CHECK(near(face_matrix_scale(matrix), 2.5));
                for (int k = 0; k < FACE_POINTS; k++) {
                        double x = (double)points_112.at[k][0], y = (double)points_112.at[k][1];
                        CHECK(near(matrix[0] * x + matrix[1] * y + matrix[2], (double)to.at[k][0]));
                        CHECK(near(matrix[3] * x + matrix[4] * y + matrix[5], (double)to.at[k][1]));
                }
        }
}

TEST(face_similarity_is_the_least_squares_one)
{
        struct face_points to = moved(20, 1.5, 3, 4);
        to.at[2][0] += 6;
        to.at[4][1] -= 5;
        double best[6];
        CHECK(face_similarity(&points_112, &to, best));
        double errors[5] = {0};
        for (int way = 0; way < 5; way++) {
                double turn = way == 1   ? 0.002
                              : way == 2 ? -0.002
                                         : 0,
                       grow = way == 3   ? 1.002
                              : way == 4 ? 0.998
                                         : 1;
                for (int k = 0; k < FACE_POINTS; k++) {
                        double x = (double)points_112.at[k][0] - 56, y = (double)points_112.at[k][1] - 72;
                        double tx = grow * (x - turn * y) + 56, ty = grow * (y + turn * x) + 72;
                        double dx = best[0] * tx + best[1] * ty + best[2] - (double)to.at[k][0];
                        double dy = best[3] * tx + best[4] * ty + best[5] - (double)to.at[k][1];
                        errors[way] += dx * dx + dy * dy;
                }
        }
        for (int way = 1; way < 5; way++)
                CHECK(errors[0] < errors[way]);
}

TEST(face_similarity_refuses_points_in_one_place)
{
        struct face_points same = {{{5, 5}, {5, 5}, {5, 5}, {5, 5}, {5, 5}}};
        double matrix[6];
        CHECK(!face_similarity(&same, &points_112, matrix));
}

/* A picture whose channels hold the column, the row and their sum. */
static void ramp(struct image *image, int width, int height)
{
        image_init(image, width, height, 3);
        for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                        uint8_t *pixel = image->pixels + (size_t)y * image->stride + 3 * (size_t)x;
                        pixel[0] = (uint8_t)(x * 255 / width);
                        pixel[1] = (uint8_t)(y * 255 / height);
                        pixel[2] = (uint8_t)((x + y) * 255 / (width + height));
                }
        }
}

static void check_cut(int side, double scale)
{
        static const struct face_model model = {
            .input = {.width = 112, .height = 112},
            .points = {{{38, 52}, {74, 52}, {56, 72}, {41, 92}, {71, 92}}}};
        CLEANUP(image_release) struct image picture = {0};
        CLEANUP(image_release) struct image face = {0};
        ramp(&picture, side, side);
        struct face_points at = moved(0, scale, 0.2 * side, 0.1 * side);
        CHECK(face_cut(&picture, &at, &model, &face));
        CHECK(face.width == 112 && face.height == 112);
        for (int i = 0; i < FACE_POINTS; i++) {
                const uint8_t *pixel = face.pixels + (size_t)model.points.at[i][1] * face.stride +
                                       3 * (size_t)model.points.at[i][0];
                CHECK(abs(pixel[0] - (int)(at.at[i][0] * 255 / (float)side)) <= 3);
                CHECK(abs(pixel[1] - (int)(at.at[i][1] * 255 / (float)side)) <= 3);
        }
}

TEST(face_cut_takes_points_to_the_template_at_any_size)
{
        check_cut(150, 0.7);
        check_cut(250, 1);
        check_cut(1000, 5);
        check_cut(2400, 12);
}

TEST(face_cut_refuses_a_face_outside_the_picture)
{
        static const struct face_model model = {
            .input = {.width = 112, .height = 112},
            .points = {{{38, 52}, {74, 52}, {56, 72}, {41, 92}, {71, 92}}}};
        CLEANUP(image_release) struct image picture = {0};
        struct image face = {0};
        ramp(&picture, 100, 100);
        struct face_points at = moved(0, 1, 5000, 5000);
        CHECK(!face_cut(&picture, &at, &model, &face));
        CHECK(face.pixels == NULL);
}

TEST(face_blob_orders_and_scales_channels)
{
        uint8_t bytes[6] = {10, 20, 30, 40, 50, 60};
        struct image image = {2, 1, 3, 6, bytes};
        struct face_input input = {.rgb = true, .scale = 0.1F, .mean = {1, 2, 3}, .deviation = {1, 2, 4}};
        float out[6];
        face_blob(&image, &input, out);
        CHECK(near((double)out[0], 2) && near((double)out[1], 5));      /* red: (3 - 1) / 1, (6 - 1) / 1 */
        CHECK(near((double)out[2], 0) && near((double)out[3], 1.5));    /* green: (2 - 2) / 2, (5 - 2) / 2 */
        CHECK(near((double)out[4], -0.5) && near((double)out[5], .25)); /* blue: (1 - 3) / 4, (4 - 3) / 4 */
}

TEST(face_mirror_twice_is_the_same)
{
        uint8_t bytes[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        struct image image = {3, 1, 3, 9, bytes};
        face_mirror(&image);
        CHECK(bytes[0] == 7 && bytes[2] == 9 && bytes[4] == 5 && bytes[6] == 1);
        face_mirror(&image);
        CHECK(bytes[0] == 1 && bytes[8] == 9);
}

TEST(face_overlap_of_known_boxes)
{
        struct face_box a = {.width = 10, .height = 10}, b = {.x = 5, .width = 10, .height = 10},
                        c = {.x = 10, .width = 10, .height = 10};
        CHECK(near((double)face_overlap(&a, &a), 1));
        CHECK(near((double)face_overlap(&a, &b), 50.0 / 150));
        CHECK(near((double)face_overlap(&a, &c), 0));
}

struct outputs {
        float *loc, *conf, *iou;
        size_t priors;
};

static void outputs_init(struct outputs *out, int width, int height)
{
        out->priors = face_prior_count(width, height);
        out->loc = x_new(out->priors * 14, sizeof(float));
        out->conf = x_new(out->priors * 2, sizeof(float));
        out->iou = x_new(out->priors, sizeof(float));
}

static void outputs_release(struct outputs *out)
{
        x_free(out->loc);
        x_free(out->conf);
        x_free(out->iou);
}

static void see(struct outputs *out, size_t prior, float sure)
{
        out->conf[prior * 2 + 1] = sure;
        out->iou[prior] = 1;
}

TEST(face_decode_places_drops_and_orders_boxes)
{
        CLEANUP(outputs_release) struct outputs out;
        struct face_list list;
        outputs_init(&out, 64, 64);
        /* 8x8 cells of 3, 4x4 of 2, 2x2 of 2, 1 of 3 */
        CHECK(out.priors == 192 + 32 + 8 + 3);
        struct face_raw raw = {64, 64, out.loc, out.conf, out.iou};
        face_decode(&raw, 0.6, 0.3, &list);
        CHECK(list.len == 0);
        see(&out, 0, 0.49F);              /* 10 px at (4, 4): .7 */
        see(&out, 1, 0.81F);              /* 16 px at (4, 4): overlaps, better */
        see(&out, 192 + 32 + 7, 0.64F);   /* 96 px at (48, 48) */
        see(&out, 3 * (8 * 5 + 2), 0.3F); /* .55: too weak */
        face_decode(&raw, 0.6, 0.3, &list);
        CHECK(list.len == 2);
        CHECK(near((double)list.at[0].score, 0.9) && near((double)list.at[0].width, 16));
        CHECK(near((double)list.at[0].x, -4) && near((double)list.at[0].points.at[2][0], 4));
        CHECK(near((double)list.at[1].x, 0) && near((double)list.at[1].height, 96));
}

TEST(face_decode_passes_over_what_is_no_number)
{
        CLEANUP(outputs_release) struct outputs out;
        struct face_list list;
        outputs_init(&out, 64, 64);
        struct face_raw raw = {64, 64, out.loc, out.conf, out.iou};
        see(&out, 5, 1);
        out.loc[5 * 14 + 6] = NAN;
        see(&out, 8, NAN);
        face_decode(&raw, 0.6, 0.3, &list);
        CHECK(list.len == 0);
}

/* Negative control: without the distance the bystander is a rival, without the share the ghost image. */
TEST(face_choice_tells_two_cards_from_one)
{
        static const struct {
                struct face_box box;
                bool rivals;
        } cases[] = {
            {{.x = 1200, .y = 1200, .width = 190, .height = 230, .score = 0.9f}, true},
            {{.x = 300, .y = 200, .width = 150, .height = 180, .score = 0.9f}, true},
            {{.x = 1060, .y = 210, .width = 150, .height = 180, .score = 0.9f},
             false},                                                                   /* behind the holder */
            {{.x = 300, .y = 600, .width = 100, .height = 120, .score = 0.9f}, false}, /* a ghost image */
        };
        struct face_list list = {.len = 1};
        list.at[0] = (struct face_box){.x = 1200, .y = 200, .width = 200, .height = 240, .score = 0.9f};
        CHECK(face_choose_rival(&list, 0) == list.len);
        list.len = 2;
        for (size_t i = 0; i < LEN(cases); i++) {
                list.at[1] = cases[i].box;
                CHECK((face_choose_rival(&list, 0) < list.len) == cases[i].rivals);
        }
}

TEST(face_choice_prefers_large_and_central)
{
        struct face_list list = {.len = 3};
        list.at[0] = (struct face_box){.x = 400, .y = 200, .width = 60, .height = 80, .score = 0.9f};
        list.at[1] = (struct face_box){.x = 240, .y = 160, .width = 150, .height = 180, .score = 0.9f};
        list.at[2] = (struct face_box){.x = 0, .y = 0, .width = 160, .height = 190, .score = 0.9f};
        bool several = true;
        CHECK(face_choose_largest(&list) == 2);
        CHECK(face_choose_foremost(&list, 640, 480, &several) == 1);
        /* Lines of text are broad, and glare is no likely face, however large. */
        list.at[2].width = 300;
        CHECK(face_choose_largest(&list) == 1);
        list.at[1].score = 0.6f;
        CHECK(face_choose_largest(&list) == 0);
        list.len = 2;
        CHECK(face_choose_foremost(&list, 640, 480, &several) == 1 && !several);
        list.at[0] = (struct face_box){.x = 60, .y = 160, .width = 150, .height = 180, .score = 0.9f};
        CHECK(face_choose_foremost(&list, 640, 480, &several) == 1 && several);
}

TEST(face_region_stays_within_the_picture)
{
        static const struct face_box boxes[] = {{.x = -20, .y = -20, .width = 100, .height = 120},
                                                {.x = 560, .y = 400, .width = 100, .height = 120},
                                                {.x = 10, .y = 10, .width = 600, .height = 470},
                                                {.x = 300, .y = 200, .width = 2, .height = 2}};
        for (size_t i = 0; i < LEN(boxes); i++) {
                struct face_region region = face_grow(&boxes[i], 4, 640, 480);
                CHECK(region.x >= 0 && region.y >= 0 && region.width > 0 && region.height > 0);
                CHECK(region.x + region.width <= 640 && region.y + region.height <= 480);
        }
        struct face_box middle = {.x = 300, .y = 220, .width = 40, .height = 40};
        struct face_region region = face_grow(&middle, 2.5, 640, 480);
        CHECK(region.x == 270 && region.y == 190 && region.width == 101 && region.height == 101);
}

TEST(face_score_is_half_at_the_centre_and_rises)
{
        struct face_manifest manifest = {.match_centre = 0.45, .match_slope = 20};
        CHECK(near(face_score(&manifest, 0.45), 0.5));
        double before = 0;
        for (double cosine = -1; cosine <= 1; cosine += 0.05) {
                double score = face_score(&manifest, cosine);
                CHECK(score > before && score <= 1);
                before = score;
        }
        CHECK(face_score(&manifest, 1) > 0.99 && face_score(&manifest, 0) < 0.01);
}

TEST(face_cosine_of_plain_vectors)
{
        float x[2] = {1, 0}, y[2] = {0, 1}, minus[2] = {-1, 0};
        struct face_embedding a = {x, 2}, b = {y, 2}, c = {minus, 2}, shorter = {x, 1};
        CHECK(near(face_cosine(&a, &a), 1) && near(face_cosine(&a, &b), 0) && near(face_cosine(&a, &c), -1));
        CHECK(near(face_cosine(&a, &shorter), 0));
}
