/*
 * What repeats on a face, and what score comes of it. The faces here are drawn: a soft blob with a camera's
 * noise. Controls: with nothing laid over the blob the grid stays below what counts, and a sign that does not
 * count leaves the score alone.
 */
#include "vision/face_live.h"

#include "unit/test.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = 480, HEIGHT = 360 };

/* What lies over the drawn face: `depth` of the light, every `period` pixels, turned by `degrees`. */
struct pattern {
        double period, depth, degrees;
        bool in_colour; /* red and blue run apart */
};

static const struct face_manifest manifest = {.live_slope = 1, .live_centre = -1};
static const struct face_box box = {.x = 150, .y = 80, .width = 160, .height = 200};

/* -1 to 1, by a generator that is the same everywhere. */
static double noise(uint32_t *state)
{
        *state = *state * 1664525 + 1013904223;
        return (double)(*state >> 8) / (1 << 23) - 1;
}

static void draw(struct image *image, const struct pattern *pattern)
{
        uint32_t state = 7;
        double angle = pattern->degrees * M_PI / 180;
        image_init(image, WIDTH, HEIGHT, 3);
        for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                        double far = hypot((x - 230) / 90.0, (y - 180) / 110.0),
                               u = x * cos(angle) + y * sin(angle), v = y * cos(angle) - x * sin(angle);
                        for (int c = 0; c < 3; c++) {
                                double apart = pattern->in_colour ? c * 2 * M_PI / 3 : 0;
                                double over =
                                    pattern->depth
                                        ? pattern->depth * (cos(2 * M_PI * u / pattern->period + apart) +
                                                            cos(2 * M_PI * v / pattern->period))
                                        : 0;
                                double light =
                                    (60 + 20 * c + 90 * exp(-far * far)) * (1 + over) + 4 * noise(&state);
                                image->pixels[(size_t)y * image->stride + 3 * (size_t)x + (size_t)c] =
                                    (uint8_t)fmin(255, fmax(0, light));
                        }
                }
        }
}

static double grid_of(const struct pattern *pattern)
{
        CLEANUP(image_release) struct image image = {0};
        draw(&image, pattern);
        return face_live_grid(&image, &box);
}

static double score_of(double odds, double grid)
{
        return face_live_score(&manifest, &(struct face_live_signs){odds, grid});
}

TEST(face_live_finds_dots_and_pixels_but_no_skin)
{
        static const struct pattern patterns[] = {
            {2.3, 0.1, 0, true}, {3.1, 0.06, 2, true}, {4.7, 0.08, 15, false}, {7.5, 0.08, 45, false}};
        double skin = grid_of(&(struct pattern){0});
        CHECK(skin > 0 && score_of(8, skin) == score_of(8, 0));
        for (size_t i = 0; i < LEN(patterns); i++) {
                double grid = grid_of(&patterns[i]);
                if (!(score_of(3, grid) < 0.5))
                        printf("period %.1f: %.1f\n", patterns[i].period, grid);
                CHECK(score_of(3, grid) < 0.5);
        }
}

TEST(face_live_looks_for_a_grid_on_the_face_only)
{
        CLEANUP(image_release) struct image plain = {0};
        CLEANUP(image_release) struct image dots = {0};
        draw(&plain, &(struct pattern){0});
        draw(&dots, &(struct pattern){4.7, 0.08, 15, false});
        /* A shirt or a wall may repeat: the face is put back as it was. */
        for (int y = 60; y < 300; y++)
                for (int x = 3 * 110; x < 3 * 350; x++)
                        dots.pixels[(size_t)y * dots.stride + (size_t)x] =
                            plain.pixels[(size_t)y * plain.stride + (size_t)x];
        CHECK(score_of(3, face_live_grid(&dots, &box)) == score_of(3, 0));
}

TEST(face_live_grid_of_a_small_picture_is_none)
{
        CLEANUP(image_release) struct image small = {0};
        image_init(&small, 100, 100, 3);
        struct face_box all = {.width = 100, .height = 100};
        CHECK(face_live_grid(&small, &all) == 0);
        struct face_box beyond = {.x = -50, .y = -50, .width = 900, .height = 900};
        CHECK(face_live_grid(&small, &beyond) == 0);
}

TEST(face_live_score_is_even_at_the_centre)
{
        CHECK(fabs(score_of(-1, 0) - 0.5) < 1e-9);
        CHECK(fabs(score_of(-1 + log(10), 0) - 10 / 11.0) < 1e-9);
        CHECK(score_of(9, 0) > score_of(0, 0) && score_of(-9, 0) > 0);
        /* The further a grid stands out the less is left, however sure the models are. */
        CHECK(score_of(9.2, 60) < score_of(9.2, 30) && score_of(9.2, 1000) < 0.5);
}
