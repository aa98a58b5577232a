/* Titles, kinds of stay and countries where a name might stand. */
#include "doc/no_name.h"

#include "doc/country.h"
#include "doc/person.h"
#include "unit/test.h"

/* Controls: is_no_name() without is_title(), has_short_words_only(), has_code(), or its long words. */
TEST(no_name_is_what_cards_print_beside_names)
{
        static const char *const printed[] = {
            "ALIEN REGISTRATION CARD",
            "ALIENREGISTRATIONCARD",
            "AUEN REGISTRAION CAPD",
            "LIEN REGISTRA",
            "RESIDENCE CARD",
            "ENCE CARD",
            "CARD",
            "ALIEN",
            "PERMANENT RESIDENT",
            "OVERSEAS KOREAN",
            "OVERSEAS KOREAN(F-4)",
            "KOREAN",
            "MARRIAGE MIGRANT",
            "NATIONALITV",
            "REPUBLIC OF KOREA",
            "STUDY (D-2)",
        };
        for (size_t i = 0; i < LEN(printed); i++)
                CHECK(is_no_name(str_from(printed[i])));
}

/* Controls: a letter in five misread; short words that stand for all words of a text. */
TEST(no_name_is_no_ones)
{
        static const char *const names[] = {
            "CARD ORSON SCOTT", "DRIVER MINNIE",    "ALLEN WOODY",     "JUSTICE VICTORIA", "HOLIDAY BILLIE",
            "PARK YOUNG",       "RIVERS MARIA",     "DOMENICO ANNA",   "KARIMOV BEKZOD",   "O'CONNOR EMMA",
            "VAN DER MERWE",    "VICENTE CLEMENCE", "PRUDENCE REGINA", "NGUYEN THI HUONG", "LI",
        };
        for (size_t i = 0; i < LEN(names); i++)
                CHECK(!is_no_name(str_from(names[i])));
}

TEST(no_name_may_be_that_of_some)
{
        CHECK(is_some_name(STR("DRIVER")) && is_no_name(STR("DRIVER")));
        CHECK(!is_some_name(STR("ALIEN")) && !is_some_name(STR("DRIVER MINNIE")));
}

/* Controls: the likeness of country_named(), and no parts. */
TEST(no_name_is_doubtless_that_may_be_a_country)
{
        CHECK(country_is_near(STR("U2BEK1STN")));
        CHECK(country_is_near(STR("PHILIP NES")));
        CHECK(country_is_near(STR("EMIRATES")));
        CHECK(!country_is_near(STR("KARIMOV BEKZOD")));
        CHECK(!country_is_near(STR("JORDAN MICHAEL")));
        CHECK(!country_is_near(STR("CHADWICK")));
        CHECK(!country_is_near(STR("LI")));
}

/* Controls: any word behind an O; one that begins with such a surname. */
TEST(no_name_has_a_letter_alone_but_an_o)
{
        CHECK(person_begins_with_o(STR("O BRIEN EMMA")));
        CHECK(person_begins_with_o(STR("O CONNOR")));
        CHECK(!person_begins_with_o(STR("O YOUNG SU")));
        CHECK(!person_begins_with_o(STR("O HARADA YUKI")));
        CHECK(!person_begins_with_o(STR("D SOUZA MARIA")));
        CHECK(!person_begins_with_o(STR("O")));
}
