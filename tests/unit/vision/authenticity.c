/*
 * What signs of forgery are measured by, on pictures drawn here: a screen's stripes, print dots, a copy
 * without colour, a portrait without noise, of another history, or with a shadow; and that plain, patterned
 * and tinted pictures have none. The control of each is the genuine picture beside it.
 */
#include "vision/border.h"
#include "vision/colour.h"
#include "vision/grain.h"
#include "vision/grid.h"
#include "vision/history.h"
#include "vision/spectrum.h"

#include "unit/data.h"
#include "unit/test.h"
#include "vision/image.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = 800, HEIGHT = 504 };

static const double whole[4][2] = {{0, 0}, {WIDTH, 0}, {WIDTH, HEIGHT}, {0, HEIGHT}};

/* Noise that is the same each time: about `size` levels either way. */
static double noise(uint32_t *state, double size)
{
        *state = *state * 1664525U + 1013904223U;
        return size * ((double)(*state >> 8) / (1 << 23) - 1);
}

static uint8_t level(double value)
{
        return (uint8_t)lround(fmin(fmax(value, 0), 255));
}

/* A picture whose channels (blue, green, red) are `paint` of the place, with noise. */
static struct image draw(double (*paint)(double x, double y, int channel), double rough)
{
        struct image image;
        uint32_t state = 1;
        image_init(&image, WIDTH, HEIGHT, 3);
        for (int y = 0; y < HEIGHT; y++)
                for (int x = 0; x < WIDTH; x++)
                        for (int c = 0; c < 3; c++)
                                image.pixels[(size_t)y * image.stride + (size_t)(x * 3 + c)] =
                                    level(paint(x, y, c) + noise(&state, rough));
        return image;
}

static double paper(double x, double y, int channel)
{
        (void)x;
        (void)y;
        return 200 - 8 * channel;
}

/* As cards have it: lines every 14 pixels, in one colour, as sharp as a lens has them. */
static double lines(double x, double y, int channel)
{
        return paper(x, y, channel) - 40 * pow(0.5 + 0.5 * cos(2 * M_PI * (y + 5 * sin(x / 60)) / 14), 8);
}

/* Stripes of red, green and blue, each a third of a screen's pixel, whose pixels are 0.84 of the camera's. */
static double stripes(double x, double y, int channel)
{
        return paper(x, y, channel) + 6 * cos(2 * M_PI * (x / 0.84 * 1 - channel / 3.0));
}

/* Dots of one ink, 3.1 pixels apart, in a screen that is turned. */
static double dots(double x, double y, int channel)
{
        double u = (0.94 * x + 0.34 * y) / 3.1, v = (0.94 * y - 0.34 * x) / 3.1;
        return paper(x, y, channel) - 15 * (2 + cos(2 * M_PI * u) + cos(2 * M_PI * v));
}

static struct grid_measure grid_of(double (*paint)(double x, double y, int channel))
{
        struct grid_measure measure;
        CLEANUP(image_release) struct image image = draw(paint, 3);
        CHECK(grid_measure(&image, whole, &measure));
        return measure;
}

TEST(grid_sees_a_screen_and_dots_but_no_paper)
{
        struct grid_measure plain = grid_of(paper), printed = grid_of(lines);
        CHECK(plain.fine < 20 && plain.coloured < 8);

        CHECK(printed.fine < 250 && printed.coloured < 8);
        struct grid_measure screen = grid_of(stripes), dotted = grid_of(dots);
        CHECK(screen.coloured > 30);

        CHECK(dotted.fine > 500 && dotted.coloured < 0.03 * dotted.fine);
}

/* What the blocks of a JPEG leave, in each colour elsewhere. */
static double blocks(double x, double y, int channel)
{
        return paper(x, y, channel) - (fmod(x + channel, 8) < 1 ? 12 : 0);
}

/* A tint that goes up and down every 40 pixels, as security print does. */
static double tint(double x, double y, int channel)
{
        return paper(x, y, channel) + 20 * cos(2 * M_PI * (x / 40 - channel / 3.0));
}

/* Controls: without is_of_jpeg, or coarse_from. */
TEST(grid_is_not_seen_in_blocks_or_tints)
{
        CHECK(grid_of(blocks).coloured < 8 && grid_of(tint).coloured < 8);
}

/* As a program draws it: no noise, and what there is of waves is due to rounding. */
static double ramp(double x, double y, int channel)
{
        return 120 + 20 * channel + x / 37 + y / 53;
}

/* Control: floor_power 0. */
TEST(grid_is_not_seen_where_there_is_nothing)
{
        struct grid_measure measure;
        CLEANUP(image_release) struct image image = draw(ramp, 0);
        CHECK(grid_measure(&image, whole, &measure));
        CHECK(measure.fine < 8 && measure.coloured < 8);
}

TEST(grid_wants_a_piece_within_the_card)
{
        struct grid_measure measure;
        CLEANUP(image_release) struct image image = draw(paper, 3);
        const double small[4][2] = {{10, 10}, {120, 10}, {120, 90}, {10, 90}};
        CHECK(!grid_measure(&image, small, &measure) && measure.fine <= 0);
}

TEST(spectrum_has_a_wave_where_its_frequency_is)
{
        float *re = x_new(SPECTRUM_CELLS, sizeof(*re)), *im = x_new(SPECTRUM_CELLS, sizeof(*im));
        for (int y = 0; y < SPECTRUM_SIDE; y++)
                for (int x = 0; x < SPECTRUM_SIDE; x++)
                        re[y * SPECTRUM_SIDE + x] = (float)cos(2 * M_PI * (5 * x + 9 * y) / SPECTRUM_SIDE);
        spectrum_transform(re, im);
        for (int y = 0; y < SPECTRUM_SIDE; y++) {
                for (int x = 0; x < SPECTRUM_SIDE; x++) {
                        bool there = (x == 5 && y == 9) || (x == SPECTRUM_SIDE - 5 && y == SPECTRUM_SIDE - 9);
                        double power = hypot(re[y * SPECTRUM_SIDE + x], im[y * SPECTRUM_SIDE + x]);
                        CHECK(there ? fabs(power - SPECTRUM_CELLS / 2.0) < 1 : power < 1);
                }
        }
        x_free(re);
        x_free(im);
}

/* Control: any of the four sums taken out, or another reach. */
TEST(spectrum_surroundings_are_a_ring)
{
        enum { AT = 64, AROUND = 15 * 15 - 7 * 7 };
        float *from = x_new(SPECTRUM_CELLS, sizeof(*from)), *work = x_new(SPECTRUM_CELLS, sizeof(*work)),
              *around = x_new(SPECTRUM_CELLS, sizeof(*around));
        from[AT * SPECTRUM_SIDE] = AROUND; /* at the border: it goes on at the other */
        spectrum_surroundings(from, work, around);
        for (int y = AT - 9; y <= AT + 9; y++) {
                for (int x = -9; x <= 9; x++) {
                        int far = MAX(abs(y - AT), abs(x));
                        float want = far > 3 && far <= 7 ? 1 : 0;
                        float have = around[y * SPECTRUM_SIDE + (x & (SPECTRUM_SIDE - 1))];
                        CHECK(fabsf(have - want) < 1e-3f);
                }
        }
        x_free(from);
        x_free(work);
        x_free(around);
}

/* Black and white under a lamp that is yellow on one side and weak on the other. */
static double copied(double x, double y, int channel)
{
        double grey = fmod(y, 60) < 12 ? 60 : 190 + 20 * sin(x / 40);
        return grey * (0.7 + 0.3 * x / WIDTH) * (channel == 0 ? 0.8 : channel == 1 ? 0.95 : 1);
}

/* The same with a seal of a fortieth of the card. */
static double sealed(double x, double y, int channel)
{
        bool inside = x > 600 && x < 700 && y > 380 && y < 480;
        return inside && channel < 2 ? 60 : copied(x, y, channel);
}

/* A copy with light on it, on a red table of which the edge is seen. */
static double lit(double x, double y, int channel)
{
        bool light = x >= 200 && x < 360 && y >= 105 && y < 185;
        bool table = y < HEIGHT / 25.0 || y > HEIGHT * 24 / 25.0;
        return light ? 255 : table ? (channel == 2 ? 200 : 60) : copied(x, y, channel);
}

/* Controls: the quantiles; BURNT out of reach; blocks up to the border. */
TEST(colour_is_missed_on_a_copy_alone)
{
        CLEANUP(image_release) struct image lamp = draw(lit, 0);
        double beside = colour_measure(&lamp);
        CHECK(beside >= 0 && beside < 0.08);
        CLEANUP(image_release) struct image copy = draw(copied, 4);
        CLEANUP(image_release) struct image card = draw(sealed, 4);
        double without = colour_measure(&copy), with = colour_measure(&card);
        CHECK(without >= 0 && without < 0.08);
        CHECK(with > 0.25);
}

static double black(double x, double y, int channel)
{
        return (x + y + channel) * 0;
}

TEST(colour_of_darkness_is_not_told)
{
        CLEANUP(image_release) struct image dark = draw(black, 2);
        CHECK(colour_measure(&dark) < 0);
}

static uint8_t sloping(int x)
{
        return (uint8_t)(60 + x % 128);
}

static uint8_t burnt(int x)
{
        return (uint8_t)(x * 0 + 254);
}

/* A place of a picture, in shares of it, painted by columns, without noise. */
static void fill(struct image *image, const double place[4], uint8_t (*paint)(int x))
{
        for (int y = (int)(place[1] * HEIGHT); y < place[3] * HEIGHT; y++)
                for (int x = (int)(place[0] * WIDTH); x < place[2] * WIDTH; x++)
                        memset(image->pixels + (size_t)y * image->stride + (size_t)x * 3, paint(x), 3);
}

/* Controls: the noise taken for any step from pixel to pixel; burnt blocks counted; FEWEST not asked. */
TEST(grain_misses_the_noise_of_a_pasted_portrait)
{
        static const double place[4] = {0.05, 0.15, 0.35, 0.8};
        CLEANUP(image_release) struct image image = draw(lines, 4);
        struct grain_measure genuine, pasted;
        CHECK(grain_measure(&image, whole, place, &genuine));
        CHECK(genuine.rest > 0.5 && genuine.portrait > 0.7 * genuine.rest);
        for (int y = (int)(place[1] * HEIGHT); y < place[3] * HEIGHT; y++)
                memset(image.pixels + (size_t)y * image.stride + (size_t)(place[0] * WIDTH) * 3,
                       150 + y % 64 / 8, (size_t)((place[2] - place[0]) * WIDTH) * 3);
        CHECK(grain_measure(&image, whole, place, &pasted));
        CHECK(pasted.portrait < 0.15 * pasted.rest);
        fill(&image, place, sloping);
        CHECK(grain_measure(&image, whole, place, &pasted));
        CHECK(pasted.portrait < 0.15 * pasted.rest);
        fill(&image, place, burnt);
        CHECK(!grain_measure(&image, whole, place, &pasted));
        static const double tiny[4] = {0.05, 0.15, 0.1, 0.2};
        CHECK(!grain_measure(&image, whole, tiny, &pasted));
}

/* Everywhere, so that nothing is plain. */
static double hatched(double x, double y, int channel)
{
        return 150 + channel + 30 * cos(2 * M_PI * (x + y) / 5);
}

/* Control: the noise of a block in all directions together. */
TEST(grain_takes_no_fine_lines_for_noise)
{
        static const double place[4] = {0.05, 0.15, 0.35, 0.8};
        CLEANUP(image_release) struct image image = draw(hatched, 0);
        struct grain_measure measured;
        CHECK(grain_measure(&image, whole, place, &measured));
        CHECK(measured.rest < 0.15);
}

/* The picture as it is after it went through a JPEG of this quality. */
static void recode(struct image *image, int quality)
{
        struct op op;
        CLEANUP(buf_release) struct buf bytes = {0};
        buf_init(&bytes, image_limits_default.bytes_max);
        test_op_init(&op);
        CHECK(image_encode_jpeg(&op, image, quality, &bytes) == RC_OK);
        image_release(image);
        CHECK(image_decode(&op, buf_str(&bytes), &image_limits_default, image) == RC_OK);
        op_release(&op);
}

/* Another picture with noise of its own in the portrait's place. */
static void paste(struct image *image, const double place[4])
{
        uint32_t state = 7;
        for (int y = (int)(place[1] * HEIGHT); y < place[3] * HEIGHT; y++)
                for (int x = (int)(place[0] * WIDTH); x < place[2] * WIDTH; x++)
                        for (int c = 0; c < 3; c++)
                                image->pixels[(size_t)y * image->stride + (size_t)(x * 3 + c)] =
                                    level(120 + 30 * sin(x / 9.0) + noise(&state, 9));
}

static struct history_measure history_of(const struct image *image, const double place[4])
{
        struct history_measure measure;
        CHECK(history_measure(image, whole, place, &measure));
        return measure;
}

/* Controls: the same picture encoded once, and encoded twice with nothing put in between. */
TEST(history_misses_the_first_encoder_in_a_pasted_portrait)
{
        static const double place[4] = {0.05, 0.15, 0.4, 0.9};
        CLEANUP(image_release) struct image once = draw(lines, 9);
        paste(&once, place);
        recode(&once, 92);
        struct history_measure same = history_of(&once, place);
        CHECK(same.frequencies < 7);

        CLEANUP(image_release) struct image twice = draw(lines, 9);
        paste(&twice, place);
        recode(&twice, 70);
        recode(&twice, 92);
        same = history_of(&twice, place);
        CHECK(same.fill < 0.4);

        CLEANUP(image_release) struct image pasted = draw(lines, 9);
        recode(&pasted, 70);
        paste(&pasted, place);
        recode(&pasted, 92);
        struct history_measure other = history_of(&pasted, place);
        CHECK(other.frequencies >= 8 && other.due > 150 && other.fill > 0.6);
}

static const double photo[4] = {0.1, 0.2, 0.4, 0.8};

/* How far a place lies off the photograph: to the right or below, or to either side. */
static double off_photo(double x, double y, bool either)
{
        double right = x - photo[2] * WIDTH, below = y - photo[3] * HEIGHT;
        double left = photo[0] * WIDTH - x, above = photo[1] * HEIGHT - y;
        return either ? fmax(fmax(right, below), fmax(left, above)) : fmax(right, below);
}

static double printed_photo(double x, double y, int channel)
{
        return off_photo(x, y, true) < 0 ? 235 - 4 * channel : paper(x, y, channel);
}

/* Darkest at its edge. */
static double glued_photo(double x, double y, int channel)
{
        double off = off_photo(x, y, false);
        bool beside = off >= 0 && x > photo[0] * WIDTH && y > photo[1] * HEIGHT;
        return printed_photo(x, y, channel) - (beside ? 60 * exp(-off * off / 60) : 0);
}

static double framed_photo(double x, double y, int channel)
{
        double off = off_photo(x, y, true);
        return printed_photo(x, y, channel) - (off >= 0 ? 60 * exp(-off * off / 60) : 0);
}

/* A line of a few pixels all around, and a shirt, dark as it, on two sides within. */
static double thinly_framed_photo(double x, double y, int channel)
{
        double off = off_photo(x, y, true), width = (photo[2] - photo[0]) * WIDTH,
               height = (photo[3] - photo[1]) * HEIGHT;
        bool shirt = off < 0 && (off_photo(x + width / 12, y + height / 12, false) > 0);
        return printed_photo(x, y, channel) - (shirt || (off >= 0 && off < 6) ? 80 : 0);
}

static double shadow_of(double (*paint)(double x, double y, int channel))
{
        double shadow;
        CLEANUP(image_release) struct image image = draw(paint, 4);
        CHECK(border_measure(&image, photo, &shadow));
        return shadow;
}

/* Controls: a printed photograph, and those in a frame, which is dark on all sides; one of them without
 * `line`, since on two sides another border is clearer. */
TEST(border_sees_the_shadow_of_a_glued_portrait)
{
        CHECK(shadow_of(printed_photo) < 5);
        CHECK(shadow_of(framed_photo) < 5);
        CHECK(shadow_of(thinly_framed_photo) < 5);
        CHECK(shadow_of(glued_photo) > 12);
}
