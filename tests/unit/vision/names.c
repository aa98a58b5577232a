/*
 * Names, and what else is words, on specimens of which some is printed anew: KARIMOV BEKZOD, of UZBEKISTAN,
 * 박영희 with a class 2종보통, and an address that ends with 2층 834호 (솔빛동).
 */
#include "unit/test.h"
#include "unit/vision/clean_card.h"

static const struct box first = {500, 186, 163, 40}, second = {663, 186, 135, 40},
                        country = {500, 248, 190, 40};

/* Control: set_name without its look at countries. */
TEST(names_are_no_countries)
{
        struct clean_card card;
        clean_card_open("alien", &card);
        CLEANUP(image_release) struct image where = clean_card_part(&card.picture, country);
        clean_card_blank(&card.picture, country);
        clean_card_blank(&card.picture, first);
        clean_card_blank(&card.picture, second);
        clean_card_print(&where, 1, first.x, first.y, &card.picture);
        CHECK(clean_card_field(&card, DOC_ALIEN_CARD, DOC_NAME).text[0] == '\0');
}

/* Control: read_korean_name that does not look for a syllable that stands alone tells 영희, for sure. */
TEST(names_are_no_shorter_for_a_syllable_that_stands_apart)
{
        enum { LEFT = 390, TOP = 168, WIDE = 38, HIGH = 42, APART = 60, MORE = 20, STEPS = 4 };
        static const struct box name = {LEFT, TOP, 3 * WIDE, HIGH};
        struct clean_card card;
        clean_card_open("driver", &card);
        CLEANUP(image_release)
        struct image surname = clean_card_part(&card.picture, (struct box){LEFT, TOP, WIDE, HIGH}),
                     given = clean_card_part(&card.picture, (struct box){LEFT + WIDE, TOP, 2 * WIDE, HIGH});
        clean_card_blank(&card.picture, name);
        for (int step = 0; step < STEPS; step++) {
                struct document_reading reading;
                int left = LEFT + WIDE + APART + step * MORE;
                clean_card_print(&surname, 1, LEFT, TOP, &card.picture);
                clean_card_print(&given, 1, left, TOP, &card.picture);
                clean_card_read(&card, DOC_DRIVER_LICENSE, &reading);
                struct doc_value *value = &reading.fields.values[DOC_NAME];
                CHECK(str_equal(str_from(value->text), STR("박영희")) || value->confidence < 0.98);
                document_reading_release(&reading);
                clean_card_blank(&card.picture, (struct box){LEFT, TOP, left + 2 * WIDE - LEFT, HIGH});
        }
        clean_card_close(&card);
}

/* Control: is_covered() without runs_off(). */
TEST(names_that_run_off_the_card_are_doubtful)
{
        static const struct box whole = {500, 186, 298, 40};
        struct clean_card card;
        clean_card_open("alien", &card);
        CLEANUP(image_release)
        struct image name = clean_card_part(&card.picture, (struct box){500, 186, 245, 40});
        clean_card_blank(&card.picture, whole);
        clean_card_print(&name, 1, card.picture.width - name.width, whole.y, &card.picture);
        struct doc_value read = clean_card_field(&card, DOC_ALIEN_CARD, DOC_NAME);
        CHECK(read.text[0] && read.confidence < 0.98);
}

/* Control: read_words() without has_lone_letter(). */
TEST(names_of_which_a_letter_stands_alone_are_doubtful)
{
        struct clean_card card;
        clean_card_open("alien", &card);
        CLEANUP(image_release) struct image given = clean_card_part(&card.picture, second);
        clean_card_blank(&card.picture, (struct box){first.x + 24, first.y,
                                                     second.x + second.width - first.x - 24, first.height});
        clean_card_print(&given, 1, first.x + 32, first.y, &card.picture);
        struct doc_value read = clean_card_field(&card, DOC_ALIEN_CARD, DOC_NAME);
        CHECK_STR(str_from(read.text), "K BEKZOD");
        CHECK(read.confidence < 0.98);
}

/* Control: tells_all() that does not count syllables where there is no title. */
TEST(names_of_classes_of_which_a_syllable_is_left_are_not_all_told)
{
        enum { WIDE = 35, ALL = 4 * WIDE };
        static const struct box class = {28, 14, ALL, 44};
        struct clean_card card;
        clean_card_open("driver", &card);
        CLEANUP(image_release) struct image whole = clean_card_part(&card.picture, class);
        clean_card_print(&whole, 1, class.x + ALL, class.y, &card.picture);
        clean_card_blank(&card.picture, (struct box){class.x, class.y, ALL - WIDE, class.height});
        CHECK(clean_card_field(&card, DOC_DRIVER_LICENSE, DOC_LICENSE_CLASS).confidence < 0.98);
}

/* Controls: printed_address_is_whole() not asked; goes_on() without ends_address(). */
TEST(names_of_flats_are_whole_or_doubtful)
{
        static const struct box behind = {196, 366, 165, 40}, flat = {196, 368, 32, 36};
        struct clean_card card;
        struct document_reading reading;
        clean_card_open("resident", &card);
        CLEANUP(image_release) struct image end = clean_card_part(&card.picture, flat);
        clean_card_blank(&card.picture, behind);
        clean_card_read(&card, DOC_RESIDENT_CARD, &reading);
        CHECK(reading.fields.values[DOC_ADDRESS].confidence < 0.98);
        document_reading_release(&reading);
        clean_card_print(&end, 1, 84, flat.y + 42, &card.picture);
        clean_card_read(&card, DOC_RESIDENT_CARD, &reading);
        CHECK_STR(doc_text(&reading.fields, DOC_ADDRESS), "서울특별시 노원구 햇살로 293, 2층 834호");
        document_reading_release(&reading);
        clean_card_close(&card);
}

static const struct box digit = {142, 368, 20, 36};

/* Controls: ends_address() that knows no digits; read_address_at() without ends_with_digit(). */
TEST(names_of_streets_end_with_a_digit_on_a_row_of_its_own)
{
        static const struct box below = {84, 366, 280, 40};
        struct clean_card card;
        clean_card_open("resident", &card);
        CLEANUP(image_release) struct image last = clean_card_part(&card.picture, digit);
        clean_card_blank(&card.picture, (struct box){504, 326, 16, 40});
        clean_card_blank(&card.picture, below);
        clean_card_print(&last, 1, 84, digit.y, &card.picture);
        struct doc_value read = clean_card_field(&card, DOC_RESIDENT_CARD, DOC_ADDRESS);
        CHECK_STR(str_from(read.text), "서울특별시 노원구 햇살로 2938");
        CHECK(read.confidence < 0.98);
}

/* Control: read_address_at() without has_lost_row(). */
TEST(names_of_streets_are_doubtful_above_what_may_be_more_of_them)
{
        static const double small = 0.5;
        struct clean_card card;
        struct document_reading reading;
        clean_card_open("resident", &card);
        CLEANUP(image_release) struct image last = clean_card_part(&card.picture, digit);
        clean_card_read(&card, DOC_RESIDENT_CARD, &reading);
        CHECK(reading.fields.values[DOC_ADDRESS].confidence > 0.98);
        document_reading_release(&reading);
        clean_card_print(&last, small, 84, digit.y + 52, &card.picture);
        CHECK(clean_card_field(&card, DOC_RESIDENT_CARD, DOC_ADDRESS).confidence < 0.98);
}

/* Control: is_covered() that does not look above classes. */
TEST(names_of_classes_at_the_edge_of_the_card_are_doubtful)
{
        static const struct box class = {28, 14, 140, 44};
        struct clean_card card;
        clean_card_open("driver", &card);
        CLEANUP(image_release)
        struct image whole = clean_card_part(&card.picture, (struct box){28, 20, 140, 34});
        clean_card_blank(&card.picture, class);
        clean_card_print(&whole, 1, class.x, 0, &card.picture);
        struct doc_value read = clean_card_field(&card, DOC_DRIVER_LICENSE, DOC_LICENSE_CLASS);
        CHECK(read.text[0] && read.confidence < 0.98);
}

/* What ends an address stands so far off that it is not taken for a part of it. Control: read_address_at()
 * without lacks_parts(). */
TEST(names_of_flats_are_doubtful_beside_what_is_left_of_their_row)
{
        static const struct box behind = {196, 366, 165, 40};
        struct clean_card card;
        clean_card_open("resident", &card);
        CLEANUP(image_release) struct image end = clean_card_part(&card.picture, behind);
        clean_card_blank(&card.picture, behind);
        clean_card_print(&end, 1, behind.x + 110, behind.y, &card.picture);
        struct doc_value read = clean_card_field(&card, DOC_RESIDENT_CARD, DOC_ADDRESS);
        CHECK(read.text[0] && read.confidence < 0.98);
}
