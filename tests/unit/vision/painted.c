/*
 * A card that is painted over a second time, with what another reader found.
 */
#include "vision/image.h"

#include "unit/data.h"
#include "unit/test.h"
#include "unit/vision/watched.h"

#include <stdlib.h>

enum { MEMORY_MAX = 64 * 1024 };

static void read_card(struct vision_pool *pool, struct vision_document *ret)
{
        json_auto_t *manifest = data_json("documents/manifest.json");
        CLEANUP(op_release) struct op op;
        CLEANUP(buf_release) struct buf file;
        buf_init(&file, image_limits_default.bytes_max);
        data_clean_card(manifest, "resident", &file);
        op_init(&op, NULL, MEMORY_MAX, TEST_PATIENCE_MS);
        struct vision_document_request request = {
            .declared = DOC_RESIDENT_CARD, .today = {2026, 1, 31}, .front = buf_str(&file), .plain = true};
        CHECK(vision_read_document(pool, &op, &request, ret) == RC_OK);
}

static void decode(struct str jpeg, struct image *ret)
{
        CLEANUP(op_release) struct op op;
        struct image_limits limits = image_limits_default;
        test_op_init(&op);
        limits.decode_side_min = 0;
        CHECK(image_decode(&op, jpeg, &limits, ret) == RC_OK);
}

/* The share of the box, less the pixels at its edge that a JPEG mixes, in the colour of the paint. */
static double painted(const struct image *card, struct vision_box box)
{
        size_t all = 0, hit = 0;
        for (int64_t y = MAX(box.y + 4, 0); y < MIN(box.y + box.height - 4, card->height); y++)
                for (int64_t x = MAX(box.x + 4, 0); x < MIN(box.x + box.width - 4, card->width); x++) {
                        const uint8_t *pixel = card->pixels + (size_t)y * card->stride + (size_t)x * 3;
                        hit += abs(pixel[0] - 40) < 12 && abs(pixel[1] - 40) < 12 && abs(pixel[2] - 40) < 12;
                        all++;
                }
        CHECK(all > 0);
        return (double)hit / (double)all;
}

/* Negative controls: leave out plain->paint in vision_redact, or the boxes given to it. */
TEST(painted_over_is_what_either_found)
{
        struct watched watched;
        watched_start(&watched); /* skips where anything is missing */
        watched_end(&watched);
        struct vision_pool *pool =
            vision_pool_open(&(struct vision_options){.model_dir = data_models(), .children = 1});
        CLEANUP(vision_document_release) struct vision_document document = {0};
        CLEANUP(image_release) struct image plain = {0}, card = {0}, before = {0};
        CLEANUP(op_release) struct op op;
        read_card(pool, &document);
        const struct vision_plain *told = &document.plain;
        CHECK(told->jpeg.len > 0 && told->paint_len > 0 && !told->number_missed && told->portrait.width > 0);
        decode(told->jpeg, &plain);
        decode(document.card_jpeg, &before);
        CHECK(plain.width == told->width && plain.height == told->height);
        CHECK(painted(&plain, told->paint[0]) < 0.5 && painted(&before, told->paint[0]) > 0.99);

        const struct vision_box also[2] = {{told->width / 2, told->height * 3 / 4, 200, 60},
                                           {-50, -50, 90, 90}};
        op_init(&op, NULL, MEMORY_MAX, TEST_PATIENCE_MS);
        CHECK(painted(&before, also[0]) < 0.5);
        CHECK(vision_redact(pool, &op, &document, also, LEN(also)) == RC_OK);
        decode(document.card_jpeg, &card);
        CHECK(card.width == plain.width && card.height == plain.height && document.portrait_jpeg.len > 0);
        for (size_t i = 0; i < LEN(also); i++)
                CHECK(painted(&card, also[i]) > 0.99);
        for (size_t i = 0; i < told->paint_len; i++)
                CHECK(painted(&card, told->paint[i]) > 0.99);

        /* Nothing more than before leaves as much as before; a picture that is none leaves all as it was. */
        CHECK(vision_redact(pool, &op, &document, NULL, 0) == RC_OK);
        document.plain.jpeg = STR("\xff\xd8\xffno picture\xff\xd9");
        struct str kept = document.card_jpeg;
        CHECK(vision_redact(pool, &op, &document, also, LEN(also)) == RC_INTERNAL);
        CHECK(str_equal(kept, document.card_jpeg));
        vision_pool_close(pool);
}
