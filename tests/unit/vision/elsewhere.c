/*
 * A number that is printed once more, turned or in a line of its own, is painted over there too.
 */
#include "vision/image.h"

#include "unit/data.h"
#include "unit/test.h"
#include "unit/vision/watched.h"

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
        const json_t *entry = data_clean_card(manifest, &file);
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

enum way { LEVEL, UP, DOWN };

/* Print the number from `from` on once more, with its upper left there; its size in ret. */
static void print_again(struct card *card, int from, enum way way, int x, int y, int ret[2])
{
        int wide = card->width - from, tall = card->height;
        for (int i = 0; i < wide * tall; i++) {
                int u = i % wide, v = i / wide;
                int to_x = way == LEVEL ? u : way == UP ? v : tall - 1 - v;
                int to_y = way == LEVEL ? v : way == UP ? wide - 1 - u : u;
                memcpy(pixel(&card->image, x + to_x, y + to_y),
                       pixel(&card->image, card->left + from + u, card->top + v), 3);
        }
        ret[0] = way == LEVEL ? wide : tall;
        ret[1] = way == LEVEL ? tall : wide;
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
        /* Where this card has neither print nor portrait. */
        int x = way == LEVEL ? w / 30 : w * 55 / 100, y = way == LEVEL ? h * 66 / 100 : h * 48 / 100;
        print_again(&card, card.width / 2, way, x, y, size);
        test_op_init(&op);
        buf_init(&file, image_limits_default.bytes_max);
        CHECK(image_encode_jpeg(&op, &card.image, 92, &file) == RC_OK);
        CHECK(watched_read(watched, DOC_RESIDENT_CARD, buf_str(&file), STR_NULL, &document) == RC_OK);
        CHECK(document.card_jpeg.len > 0 && document.kind == DOC_RESIDENT_CARD);
        CHECK(image_decode(&op, document.card_jpeg, &image_limits_default, &stored) == RC_OK);
        double share = painted(&stored, &card, x, y, size);
        image_release(&card.image);
        return share;
}

/* Negative controls: hide_number_elsewhere that does nothing leaves each; without the lines that are turned,
 * those two; without the second way round, one of them; without the lines that lie level, the half. */
TEST(number_that_is_printed_once_more_is_hidden_there_too)
{
        static const double least = 0.85; /* the card that was cut out may be off by a pixel or two */
        struct watched watched;
        watched_start(&watched);
        double level = hidden(&watched, LEVEL), up = hidden(&watched, UP), down = hidden(&watched, DOWN);
        watched_end(&watched);
        test_figure(17, "a number printed once more, level, upwards and downwards",
                    "%.0f, %.0f and %.0f %% painted over", 100 * level, 100 * up, 100 * down);
        CHECK(level > least && up > least && down > least);
}
