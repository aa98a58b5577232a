/*
 * Names, and what else is words, on specimens of which some is printed anew: KARIMOV BEKZOD, of UZBEKISTAN,
 * 박영희 with a class 2종보통, and an address that ends with 2층 834호 (솔빛동).
 */
#include "unit/test.h"
#include "unit/vision/clean_card.h"
#include "vision/cv_shim.h"

static const struct box first = {500, 186, 163, 40}, second = {663, 186, 135, 40},
                        country = {500, 248, 190, 40};

/* `part` of the card, smaller, with its left top corner there. */
static void print_at(const struct image *part, double scale, int x, int y, struct image *card)
{
        CLEANUP(image_release) struct image small = {0};
        image_init(&small, (int)(scale * part->width), (int)(scale * part->height), 3);
        CHECK(cv_resize(part, &small));
        for (int row = 0; row < small.height; row++)
                memcpy(card->pixels + (size_t)(y + row) * card->stride + (size_t)(3 * x),
                       small.pixels + (size_t)row * small.stride, 3 * (size_t)small.width);
}

static struct image copy_of(const struct image *card, struct box box)
{
        struct image copy;
        image_init(&copy, box.width, box.height, 3);
        for (int y = 0; y < box.height; y++)
                memcpy(copy.pixels + (size_t)y * copy.stride,
                       card->pixels + (size_t)(box.y + y) * card->stride + (size_t)(3 * box.x),
                       3 * (size_t)box.width);
        return copy;
}

static void blank(struct image *card, struct box box)
{
        const uint8_t *paper = card->pixels + (size_t)box.y * card->stride + (size_t)(3 * box.x);
        uint8_t colour[3] = {paper[0], paper[1], paper[2]};
        for (int y = box.y; y < box.y + box.height; y++)
                for (int x = box.x; x < box.x + box.width; x++)
                        memcpy(card->pixels + (size_t)y * card->stride + (size_t)(3 * x), colour, 3);
}

static void read_name(struct clean_card *card, enum doc_kind kind, struct document_reading *ret)
{
        struct document_request request = {.today = {2026, 1, 31}};
        CHECK(document_read(card->reader, &card->op, &request, &card->picture, NULL, ret) == RC_OK);
        CHECK(ret->kind == kind);
}

/* What is read in a field; closes the card. */
static struct doc_value read_field(struct clean_card *card, enum doc_kind kind, enum doc_field field)
{
        struct document_reading reading;
        read_name(card, kind, &reading);
        struct doc_value value = reading.fields.values[field];
        document_reading_release(&reading);
        clean_card_close(card);
        return value;
}

/* The words of a name below each other. */
static struct doc_value read_rows(size_t rows, double scale, int top, int step)
{
        struct clean_card card;
        clean_card_open("alien", &card);
        struct image words[2] = {copy_of(&card.picture, first), copy_of(&card.picture, second)};
        blank(&card.picture, first);
        blank(&card.picture, second);
        for (size_t i = 0; i < rows; i++)
                print_at(&words[i % 2], scale, first.x + 2 * (int)(i % 2), top + (int)i * step,
                         &card.picture);
        struct doc_value name = read_field(&card, DOC_ALIEN_CARD, DOC_NAME);
        for (int i = 0; i < 2; i++)
                image_release(&words[i]);
        return name;
}

/* Controls: find_rows that returns the one, or looks once; goes_on without the look at the left border. */
TEST(names_on_rows_are_read_whole)
{
        struct doc_value two = read_rows(2, 0.7, first.y - 8, 28),
                         three = read_rows(3, 0.55, first.y - 22, 23);
        CHECK_STR(str_from(two.text), "KARIMOV BEKZOD");
        CHECK(two.confidence >= 0.98);
        CHECK_STR(str_from(three.text), "KARIMOV BEKZOD KARIMOV");
}

/* Control: set_name without its look at countries. */
TEST(names_are_no_countries)
{
        struct clean_card card;
        clean_card_open("alien", &card);
        CLEANUP(image_release) struct image where = copy_of(&card.picture, country);
        blank(&card.picture, country);
        blank(&card.picture, first);
        blank(&card.picture, second);
        print_at(&where, 1, first.x, first.y, &card.picture);
        CHECK(read_field(&card, DOC_ALIEN_CARD, DOC_NAME).text[0] == '\0');
}

/* Control: read_korean_name that does not look for a syllable that stands alone tells 영희, for sure. */
TEST(names_are_no_shorter_for_a_syllable_that_stands_apart)
{
        enum { LEFT = 390, TOP = 168, WIDE = 38, HIGH = 42, APART = 60, MORE = 20, STEPS = 4 };
        static const struct box name = {LEFT, TOP, 3 * WIDE, HIGH};
        struct clean_card card;
        clean_card_open("driver", &card);
        CLEANUP(image_release)
        struct image surname = copy_of(&card.picture, (struct box){LEFT, TOP, WIDE, HIGH}),
                     given = copy_of(&card.picture, (struct box){LEFT + WIDE, TOP, 2 * WIDE, HIGH});
        blank(&card.picture, name);
        for (int step = 0; step < STEPS; step++) {
                struct document_reading reading;
                int left = LEFT + WIDE + APART + step * MORE;
                print_at(&surname, 1, LEFT, TOP, &card.picture);
                print_at(&given, 1, left, TOP, &card.picture);
                read_name(&card, DOC_DRIVER_LICENSE, &reading);
                struct doc_value *value = &reading.fields.values[DOC_NAME];
                CHECK(str_equal(str_from(value->text), STR("박영희")) || value->confidence < 0.98);
                document_reading_release(&reading);
                blank(&card.picture, (struct box){LEFT, TOP, left + 2 * WIDE - LEFT, HIGH});
        }
        clean_card_close(&card);
}

/* Control: is_covered() without runs_off(). */
TEST(names_that_run_off_the_card_are_doubtful)
{
        static const struct box whole = {500, 186, 298, 40};
        struct clean_card card;
        clean_card_open("alien", &card);
        CLEANUP(image_release) struct image name = copy_of(&card.picture, (struct box){500, 186, 245, 40});
        blank(&card.picture, whole);
        print_at(&name, 1, card.picture.width - name.width, whole.y, &card.picture);
        struct doc_value read = read_field(&card, DOC_ALIEN_CARD, DOC_NAME);
        CHECK(read.text[0] && read.confidence < 0.98);
}

/* Control: read_words() without has_lone_letter(). */
TEST(names_of_which_a_letter_stands_alone_are_doubtful)
{
        struct clean_card card;
        clean_card_open("alien", &card);
        CLEANUP(image_release) struct image given = copy_of(&card.picture, second);
        blank(&card.picture,
              (struct box){first.x + 24, first.y, second.x + second.width - first.x - 24, first.height});
        print_at(&given, 1, first.x + 32, first.y, &card.picture);
        struct doc_value read = read_field(&card, DOC_ALIEN_CARD, DOC_NAME);
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
        CLEANUP(image_release) struct image whole = copy_of(&card.picture, class);
        print_at(&whole, 1, class.x + ALL, class.y, &card.picture);
        blank(&card.picture, (struct box){class.x, class.y, ALL - WIDE, class.height});
        CHECK(read_field(&card, DOC_DRIVER_LICENSE, DOC_LICENSE_CLASS).confidence < 0.98);
}

/* Controls: printed_address_is_whole() not asked; goes_on() without ends_flat(). */
TEST(names_of_flats_are_whole_or_doubtful)
{
        static const struct box behind = {196, 366, 165, 40}, flat = {196, 368, 32, 36};
        struct clean_card card;
        struct document_reading reading;
        clean_card_open("resident", &card);
        CLEANUP(image_release) struct image end = copy_of(&card.picture, flat);
        blank(&card.picture, behind);
        read_name(&card, DOC_RESIDENT_CARD, &reading);
        CHECK(reading.fields.values[DOC_ADDRESS].confidence < 0.98);
        document_reading_release(&reading);
        print_at(&end, 1, 84, flat.y + 42, &card.picture);
        read_name(&card, DOC_RESIDENT_CARD, &reading);
        CHECK_STR(doc_text(&reading.fields, DOC_ADDRESS), "서울특별시 노원구 햇살로 293, 2층 834호");
        document_reading_release(&reading);
        clean_card_close(&card);
}
