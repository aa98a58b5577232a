#include "unit/vision/clean_card.h"

#include "unit/data.h"
#include "unit/test.h"

#include <stdlib.h>

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
