#include "unit/vision/clean_card.h"

#include "unit/data.h"
#include "unit/test.h"
#include "vision/cv_shim.h"

#include <stdlib.h>
#include <string.h>

void clean_card_open(const char *type, struct clean_card *ret)
{
        json_auto_t *manifest = data_json("documents/manifest.json");
        CLEANUP(buf_release) struct buf file;
        *ret = (struct clean_card){0};
        op_init(&ret->op, NULL, image_limits_default.bytes_max, TEST_PATIENCE_MS);
        buf_init(&file, image_limits_default.bytes_max);
        data_clean_card(manifest, type, &file);
        CHECK(image_decode(&ret->op, buf_str(&file), &image_limits_default, &ret->picture) == RC_OK);
        if (reader_open(&ret->op, NULL, data_models(), &ret->reader) != RC_OK)
                test_skip("no models");
}

void clean_card_close(struct clean_card *card)
{
        reader_close(card->reader);
        image_release(&card->picture);
        op_release(&card->op);
}

void clean_card_print(const struct image *part, double scale, int x, int y, struct image *card)
{
        CLEANUP(image_release) struct image small = {0};
        image_init(&small, (int)(scale * part->width), (int)(scale * part->height), 3);
        CHECK(cv_resize(part, &small));
        for (int row = 0; row < small.height; row++)
                memcpy(card->pixels + (size_t)(y + row) * card->stride + (size_t)(3 * x),
                       small.pixels + (size_t)row * small.stride, 3 * (size_t)small.width);
}

struct image clean_card_part(const struct image *card, struct box box)
{
        struct image copy;
        image_init(&copy, box.width, box.height, 3);
        for (int y = 0; y < box.height; y++)
                memcpy(copy.pixels + (size_t)y * copy.stride,
                       card->pixels + (size_t)(box.y + y) * card->stride + (size_t)(3 * box.x),
                       3 * (size_t)box.width);
        return copy;
}

void clean_card_blank(struct image *card, struct box box)
{
        const uint8_t *paper = card->pixels + (size_t)box.y * card->stride + (size_t)(3 * box.x);
        uint8_t colour[3] = {paper[0], paper[1], paper[2]};
        for (int y = box.y; y < box.y + box.height; y++)
                for (int x = box.x; x < box.x + box.width; x++)
                        memcpy(card->pixels + (size_t)y * card->stride + (size_t)(3 * x), colour, 3);
}

void clean_card_read(struct clean_card *card, enum doc_kind kind, struct document_reading *ret)
{
        struct document_request request = {.today = {2026, 1, 31}};
        CHECK(document_read(card->reader, &card->op, &request, &card->picture, NULL, ret) == RC_OK);
        CHECK(ret->kind == kind);
}

struct doc_value clean_card_field(struct clean_card *card, enum doc_kind kind, enum doc_field field)
{
        struct document_reading reading;
        clean_card_read(card, kind, &reading);
        struct doc_value value = reading.fields.values[field];
        document_reading_release(&reading);
        clean_card_close(card);
        return value;
}
