/*
 * Print that is lighter than its ground.
 */
#include "vision/negative.h"

#include "unit/test.h"
#include "unit/vision/clean_card.h"

/* Controls: any share of the darker shade; more than nine tenths. */
TEST(negative_is_what_has_more_of_the_darker_shade)
{
        enum { WIDE = 240, HIGH = 40, STROKE = 12, APART = 40 };
        const struct cv_line line = {.x = WIDE / 2.0, .y = HIGH / 2.0, .width = WIDE, .height = HIGH};
        static const uint8_t shades[][2] = {
            {0, 255}, {255, 0}, {90, 140}, {140, 90}}; /* of letters, of ground */
        for (size_t i = 0; i < LEN(shades); i++) {
                struct image card;
                struct text_shades all;
                image_init(&card, WIDE, HIGH, 3);
                for (int y = 0; y < HIGH; y++)
                        for (int x = 0; x < 3 * WIDE; x++)
                                card.pixels[(size_t)y * card.stride + (size_t)x] =
                                    shades[i][(x / 3) % APART >= STROKE];
                text_shades_init(&all, &card);
                CHECK(negative_is(&all, &line) == (shades[i][0] > shades[i][1]));
                text_shades_release(&all);
                image_release(&card);
        }
}

/* Control: page_read_lines without read_negative knows no kind. */
TEST(negative_title_on_a_dark_band_tells_the_kind)
{
        struct clean_card card;
        struct document_request request = {.today = {2026, 1, 31}};
        struct document_reading reading;
        clean_card_open("resident", &card);
        for (size_t i = 0; i < card.picture.stride * (size_t)card.picture.height / 5; i++)
                card.picture.pixels[i] = 255 - card.picture.pixels[i];
        CHECK(document_read(card.reader, &card.op, &request, &card.picture, NULL, &reading) == RC_OK);
        CHECK(reading.kind == DOC_RESIDENT_CARD && reading.kind_confidence > 0.8);
        document_reading_release(&reading);
        clean_card_close(&card);
}

/* Control: read_classes() that reads no negative: the class is not sure. */
TEST(negative_class_on_a_dark_band_is_sure)
{
        static const int band[3] = {150, 80, 40}; /* its blue, green and red */
        struct clean_card card;
        struct document_request request = {.today = {2026, 1, 31}};
        struct document_reading reading;
        clean_card_open("driver", &card);
        for (size_t i = 0; i < card.picture.stride * (size_t)card.picture.height / 5; i++)
                card.picture.pixels[i] =
                    (uint8_t)(band[i % 3] + (255 - card.picture.pixels[i]) * (255 - band[i % 3]) / 255);
        CHECK(document_read(card.reader, &card.op, &request, &card.picture, NULL, &reading) == RC_OK);
        CHECK(reading.kind == DOC_DRIVER_LICENSE);
        CHECK(reading.fields.values[DOC_LICENSE_CLASS].confidence > 0.99);
        document_reading_release(&reading);
        clean_card_close(&card);
}
