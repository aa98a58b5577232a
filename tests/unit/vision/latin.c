/*
 * Where names in Latin letters stand, on the specimen of KARIMOV BEKZOD, of UZBEKISTAN, of which some is
 * printed anew.
 */
#include "unit/test.h"
#include "unit/vision/clean_card.h"

#include <string.h>

static const struct box first = {500, 186, 163, 40}, second = {663, 186, 135, 40},
                        whole = {500, 186, 298, 40}, country = {500, 248, 190, 40},
                        labels = {310, 180, 140, 50}, country_label = {312, 246, 88, 28},
                        small_label = {310, 272, 130, 24}, title_end = {630, 42, 120, 36};

/* The words of a name below each other, each second one further in. */
static struct doc_value read_rows(size_t rows, double scale, int top, int step, int in)
{
        struct clean_card card;
        clean_card_open("alien", &card);
        struct image words[2] = {clean_card_part(&card.picture, first),
                                 clean_card_part(&card.picture, second)};
        clean_card_blank(&card.picture, first);
        clean_card_blank(&card.picture, second);
        for (size_t i = 0; i < rows; i++)
                clean_card_print(&words[i % 2], scale, first.x + (in < 0 ? -in : 0) + (i % 2 ? 2 + in : 0),
                                 top + (int)i * step, &card.picture);
        struct doc_value name = clean_card_field(&card, DOC_ALIEN_CARD, DOC_NAME);
        for (int i = 0; i < 2; i++)
                image_release(&words[i]);
        return name;
}

/* Controls: find_rows that returns the one, or looks once; goes_on without is_beneath(). */
TEST(names_on_rows_are_read_whole)
{
        struct doc_value two = read_rows(2, 0.7, first.y - 8, 28, 0),
                         three = read_rows(3, 0.55, first.y - 22, 23, 0);
        CHECK_STR(str_from(two.text), "KARIMOV BEKZOD");
        CHECK(two.confidence >= 0.98);
        CHECK_STR(str_from(three.text), "KARIMOV BEKZOD KARIMOV");
}

/* Control: is_beneath() that asks for the same left border. */
TEST(latin_rows_may_stand_further_in)
{
        static const int further_in[] = {25, 60, -25};
        for (size_t i = 0; i < LEN(further_in); i++) {
                struct doc_value name = read_rows(2, 0.7, first.y - 8, 28, further_in[i]);
                CHECK_STR(str_from(name.text), "KARIMOV BEKZOD");
                CHECK(name.confidence >= 0.98);
        }
}

/* The given name in a row of its own, `down` below the surname's top. */
static void put_beneath(struct clean_card *card, double scale, int down)
{
        CLEANUP(image_release) struct image given = clean_card_part(&card->picture, second);
        clean_card_blank(&card->picture, second);
        clean_card_print(&given, scale, first.x, first.y + down, &card->picture);
}

static bool is_doubtful(struct clean_card *card)
{
        struct doc_value name = clean_card_field(card, DOC_ALIEN_CARD, DOC_NAME);
        return name.text[0] && name.confidence < 0.98;
}

/* Control: has_row_left() that looks only for rows that were merged. */
TEST(latin_rows_in_another_size_make_a_name_doubtful)
{
        struct clean_card card;
        clean_card_open("alien", &card);
        put_beneath(&card, 0.62, 34);
        CHECK(is_doubtful(&card));
}

/* Control: has_row_left() that asks may_be_row(): for that the label of the next field stands too near. */
TEST(latin_rows_near_another_label_make_a_name_doubtful)
{
        struct clean_card card;
        clean_card_open("alien", &card);
        clean_card_blank(&card.picture, country);
        put_beneath(&card, 1, 37);
        CHECK(is_doubtful(&card));
}

/* Darker of both, as if the one were printed over the other. */
static void print_over(const struct image *part, int x, int y, struct image *card)
{
        for (int row = 0; row < part->height; row++) {
                const uint8_t *from = part->pixels + (size_t)row * part->stride;
                uint8_t *to = card->pixels + (size_t)(y + row) * card->stride + (size_t)(3 * x);
                for (int i = 0; i < 3 * part->width; i++)
                        to[i] = MIN(to[i], from[i]);
        }
}

/* Control: has_row_left() without is_merged(). */
TEST(latin_rows_that_run_into_a_label_make_a_name_doubtful)
{
        struct clean_card card;
        clean_card_open("alien", &card);
        CLEANUP(image_release) struct image label = clean_card_part(&card.picture, country_label);
        put_beneath(&card, 1, 36);
        clean_card_blank(&card.picture, country);
        print_over(&label, first.x + 8, first.y + 52, &card.picture);
        CHECK(is_doubtful(&card));
}

/* Control: read_latin_name() without is_no_name(). */
TEST(latin_names_are_no_titles)
{
        struct clean_card card;
        clean_card_open("alien", &card);
        CLEANUP(image_release) struct image title = clean_card_part(&card.picture, title_end);
        clean_card_blank(&card.picture, whole);
        clean_card_print(&title, 1, first.x, first.y, &card.picture);
        CHECK(clean_card_field(&card, DOC_ALIEN_CARD, DOC_NAME).text[0] == '\0');
}

/* Control: `misplaced` that is never so. */
TEST(latin_names_without_label_stand_below_the_number)
{
        struct clean_card card;
        clean_card_open("alien", &card);
        CLEANUP(image_release) struct image name = clean_card_part(&card.picture, whole);
        clean_card_blank(&card.picture, whole);
        clean_card_blank(&card.picture, labels);
        clean_card_print(&name, 1, whole.x + 150, whole.y, &card.picture);
        struct doc_value read = clean_card_field(&card, DOC_ALIEN_CARD, DOC_NAME);
        CHECK_STR(str_from(read.text), "KARIMOV BEKZOD");
        CHECK(read.confidence < 0.98);
}

/* Control: label_part() that does nothing. */
TEST(latin_values_may_stand_close_to_their_labels)
{
        static const struct box label = {312, 250, 88, 26}, value = {504, 250, 180, 34};
        struct clean_card card;
        struct document_reading reading;
        clean_card_open("alien", &card);
        CLEANUP(image_release)
        struct image named = clean_card_part(&card.picture, label),
                     where = clean_card_part(&card.picture, value);
        clean_card_blank(&card.picture, country);
        clean_card_blank(&card.picture, country_label);
        clean_card_blank(&card.picture, small_label);
        clean_card_print(&named, 1, label.x, label.y + 4, &card.picture);
        clean_card_print(&where, 1, label.x + label.width, label.y, &card.picture);
        clean_card_read(&card, DOC_ALIEN_CARD, &reading);
        CHECK_STR(doc_text(&reading.fields, DOC_NATIONALITY), "UZBEKISTAN");
        CHECK(reading.fields.values[DOC_NATIONALITY].confidence >= 0.98);
        CHECK_STR(doc_text(&reading.fields, DOC_NAME), "KARIMOV BEKZOD");
        document_reading_release(&reading);
        clean_card_close(&card);
}
