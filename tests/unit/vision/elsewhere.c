/*
 * A number that is printed once more, however it stands there, is painted over there too.
 */
#include "vision/image.h"

#include "unit/data.h"
#include "unit/test.h"
#include "unit/vision/watched.h"

#include <math.h>
#include <stdlib.h>

/* A clean resident card that fills its picture, and where its number stands. */
struct card {
        struct image image;
        int left, top, width, height;
};

static void open_card(struct card *ret)
{
        json_auto_t *manifest = data_json("documents/manifest.json");
        CLEANUP(buf_release) struct buf file;
        CLEANUP(op_release) struct op op;
        buf_init(&file, image_limits_default.bytes_max);
        const json_t *entry = data_clean_card(manifest, "resident", &file);
        test_op_init(&op);
        CHECK(image_decode(&op, buf_str(&file), &image_limits_default, &ret->image) == RC_OK);
        const json_t *box = json_object_get(json_object_get(entry, "boxes"), "rrn");
        double at[4];
        for (size_t i = 0; i < 4; i++)
                at[i] = json_number_value(json_array_get(box, i));
        ret->left = (int)(at[0] * ret->image.width);
        ret->top = (int)(at[1] * ret->image.height);
        ret->width = (int)(at[2] * ret->image.width) - ret->left;
        ret->height = (int)(at[3] * ret->image.height) - ret->top;
}

static uint8_t *pixel(const struct image *image, int x, int y)
{
        return image->pixels + (size_t)y * image->stride + (size_t)x * 3;
}

/* How the number is printed once more. */
enum way { LEVEL, UP, DOWN, OVER, MIRRORED, NEGATIVE, SLANTED, IN_TWO, ON_PORTRAIT, WAYS };

static const struct {
        const char *name;
        double x, y; /* its upper left, of the card: where that has neither print nor portrait, but for one */
} ways[WAYS] = {
    [LEVEL] = {"level", 0.033, 0.66},
    [UP] = {"upwards", 0.55, 0.48},
    [DOWN] = {"downwards", 0.55, 0.48},
    [OVER] = {"upside down", 0.033, 0.66},
    [MIRRORED] = {"mirrored", 0.033, 0.66},
    [NEGATIVE] = {"white on dark", 0.033, 0.66},
    [SLANTED] = {"slanted", 0.033, 0.65},
    [IN_TWO] = {"on two lines", 0.033, 0.66},
    [ON_PORTRAIT] = {"over the portrait", 0.7, 0.58},
};

/* The half of the number that must go, as it is printed. */
struct patch {
        int left, top, wide, tall;
        int split; /* the column between its third and its fourth digit */
};

static int darkest_in_column(const struct card *card, int x)
{
        int darkest = 255;
        for (int y = card->top; y < card->top + card->height; y++)
                darkest = MIN(darkest, *pixel(&card->image, x, y));
        return darkest;
}

static struct patch patch_of(const struct card *card)
{
        struct patch patch = {card->left + card->width / 2, card->top, card->width - card->width / 2,
                              card->height, 0};
        int lightest = -1;
        for (int x = patch.wide * 7 / 20; x < patch.wide * 10 / 20; x++) {
                int darkest = darkest_in_column(card, patch.left + x);
                patch.split = darkest > lightest ? x : patch.split;
                lightest = MAX(lightest, darkest);
        }
        return patch;
}

static void size_of(const struct patch *patch, enum way way, int ret[2])
{
        bool turned = way == UP || way == DOWN;
        double c = cos(M_PI / 9), s = sin(M_PI / 9);
        ret[0] = turned ? patch->tall : patch->wide;
        ret[1] = turned ? patch->wide : patch->tall;
        if (way == SLANTED) {
                ret[0] = (int)(patch->wide * c + patch->tall * s);
                ret[1] = (int)(patch->wide * s + patch->tall * c);
        }
        if (way == IN_TWO) {
                ret[0] = MAX(patch->split, patch->wide - patch->split);
                ret[1] = 5 * patch->tall / 2;
        }
}

/* Which of the patch's places is printed at a place of the print; false: none. */
static bool place_in(const struct patch *patch, enum way way, const int size[2], int x, int y, int ret[2])
{
        double c = cos(M_PI / 9), s = sin(M_PI / 9), from_x = x - size[0] / 2.0, from_y = y - size[1] / 2.0;
        int wide = patch->wide, tall = patch->tall, u = x, v = y;
        if (way == UP || way == DOWN) {
                u = way == UP ? wide - 1 - y : y;
                v = way == UP ? x : tall - 1 - x;
        } else if (way == SLANTED) { /* upwards by 20 degrees */
                u = (int)floor(wide / 2.0 + from_x * c - from_y * s);
                v = (int)floor(tall / 2.0 + from_x * s + from_y * c);
        } else if (way == IN_TWO) {
                bool second = y >= 3 * tall / 2;
                u = second ? x + patch->split : x;
                v = second ? y - 3 * tall / 2 : y;
                wide = second ? wide : patch->split;
        } else {
                u = way == OVER || way == MIRRORED ? wide - 1 - x : x;
                v = way == OVER ? tall - 1 - y : y;
        }
        ret[0] = u;
        ret[1] = v;
        return u >= 0 && u < wide && v >= 0 && v < tall;
}

static void print_pixel(const uint8_t *from, enum way way, uint8_t *to)
{
        for (int i = 0; i < 3; i++) {
                int value = way == NEGATIVE      ? 255 - from[i]
                            : way == ON_PORTRAIT ? 255 - (255 - to[i]) * from[i] / 255
                                                 : from[i];
                to[i] = (uint8_t)value;
        }
}

/* Print the half once more, with its upper left there; its size in ret. */
static void print_again(struct card *card, enum way way, int x, int y, int ret[2])
{
        struct patch patch = patch_of(card);
        size_of(&patch, way, ret);
        for (int i = 0; i < ret[0] * ret[1]; i++) {
                int to_x = i % ret[0], to_y = i / ret[0], at[2];
                if (place_in(&patch, way, ret, to_x, to_y, at))
                        print_pixel(pixel(&card->image, patch.left + at[0], patch.top + at[1]), way,
                                    pixel(&card->image, x + to_x, y + to_y));
        }
}

/* The share of a place of the picture that is painted in the card that was cut out of it. */
static double painted(const struct image *card, const struct card *from, int x, int y, const int size[2])
{
        int hit = 0;
        for (int i = 0; i < size[0] * size[1]; i++) {
                int at_x = (x + i % size[0]) * card->width / from->image.width;
                int at_y = (y + i / size[0]) * card->height / from->image.height;
                const uint8_t *p = pixel(card, MIN(at_x, card->width - 1), MIN(at_y, card->height - 1));
                hit += abs(p[0] - 40) < 12 && abs(p[1] - 40) < 12 && abs(p[2] - 40) < 12;
        }
        return (double)hit / (size[0] * size[1]);
}

/* The share of the second print that is painted over in what is to be stored. */
static double hidden(struct watched *watched, enum way way)
{
        struct card card = {0};
        CLEANUP(buf_release) struct buf file;
        CLEANUP(op_release) struct op op;
        CLEANUP(vision_document_release) struct vision_document document = {0};
        CLEANUP(image_release) struct image stored = {0};
        int size[2];
        open_card(&card);
        int w = card.image.width, h = card.image.height;
        int x = (int)(ways[way].x * w), y = (int)(ways[way].y * h);
        print_again(&card, way, x, y, size);
        test_op_init(&op);
        buf_init(&file, image_limits_default.bytes_max);
        CHECK(image_encode_jpeg(&op, &card.image, 92, &file) == RC_OK);
        CHECK(watched_read(watched, DOC_RESIDENT_CARD, buf_str(&file), STR_NULL, &document) == RC_OK);
        CHECK(document.card_jpeg.len > 0 && document.kind == DOC_RESIDENT_CARD);
        /* The reading may have taken longer than one of the test's own operations may. */
        op_release(&op);
        test_op_init(&op);
        CHECK(image_decode(&op, document.card_jpeg, &image_limits_default, &stored) == RC_OK);
        double share = painted(&stored, &card, x, y, size);
        image_release(&card.image);
        return share;
}

/* Negative controls: hide_number_elsewhere that does nothing leaves each; without the lines that are turned,
 * those two; without shows_somehow for the lines that lie level, what is upside down, mirrored, white on dark
 * and over the portrait; of them, without the turn, or the digits of may_show, the first; without mirror(),
 * the second; without shows_negative, the others; without hide_in_two, what is on two lines. Slanted by 20
 * degrees it is a line as any other. */
TEST(number_that_is_printed_once_more_is_hidden_there_too)
{
        /* The card that was cut out may be off by a pixel or two; paper between two lines stays. */
        static const double least = 0.85, least_in_two = 0.6;
        struct watched watched;
        CLEANUP(buf_release) struct buf told;
        size_t left = 0;
        buf_init(&told, 1024);
        watched_start(&watched);
        for (enum way way = 0; way < WAYS; way++) {
                double share = hidden(&watched, way);
                buf_addf(&told, "%s%s %.0f %%", way ? ", " : "", ways[way].name, 100 * share);
                left += share < (way == IN_TWO ? least_in_two : least);
        }
        watched_end(&watched);
        test_figure(17, "a number printed once more, painted over", "%.*s", STR_FMT(buf_str(&told)));
        CHECK(left == 0);
}
