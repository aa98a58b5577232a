/* Two rows taken for one line. */
#include "vision/rows.h"

#include "unit/test.h"

#include <math.h>

static void print_row(struct image *paper, int left, int right, int top, int bottom, double slope)
{
        for (int x = left; x < right; x++) {
                int down = (int)lround((x - left) * slope);
                for (int y = top + down; y < bottom + down && x % 7 < 4; y++)
                        paper->pixels[(size_t)y * paper->stride + (size_t)x] = 0;
        }
}

/* A small label right above a larger word, level and along a slope. Controls: parted in the middle; without
 * the line's angle. */
TEST(rows_are_parted_where_there_is_least_ink)
{
        static const double slopes[] = {0, 0.08};
        for (size_t i = 0; i < LEN(slopes); i++) {
                CLEANUP(image_release) struct image paper = {0};
                struct cv_line parts[2], line = {.width = 160, .height = 60, .angle = atan(slopes[i])};
                image_init(&paper, 300, 120, 1);
                memset(paper.pixels, 255, paper.stride * (size_t)paper.height);
                print_row(&paper, 60, 200, 30, 46, slopes[i]);
                print_row(&paper, 60, 200, 49, 80, slopes[i]);
                line.x = 130;
                line.y = 55 + 70 * slopes[i];
                rows_part(&paper, &line, parts);
                double gap = parts[1].y - parts[1].height / 2;
                CHECK(fabs(gap - (47.5 + 70 * slopes[i])) < 2.5);
                CHECK(fabs(parts[0].height + parts[1].height - line.height) < 1e-6);
        }
}

/* Control: without the look at how many there are, a card of two lines has a tall one. */
TEST(rows_are_two_where_a_line_is_taller_than_most)
{
        static const double heights[] = {30, 28, 33, 89, 29, 40};
        const struct cv_line tall = {.height = 89}, title = {.height = 40};
        CHECK(rows_are_two(&tall, heights, LEN(heights)) && !rows_are_two(&title, heights, LEN(heights)));
        CHECK(!rows_are_two(&tall, heights, 3));
}
