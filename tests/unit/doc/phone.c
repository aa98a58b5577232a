#include "doc/phone.h"

#include "unit/test.h"

TEST(phone_spellings_are_one_number)
{
        const char *const spellings[] = {
            "01012345678",        "010-1234-5678",  "010 1234 5678",       "010.1234.5678",
            "(010) 1234-5678",    "+821012345678",  "+82 10-1234-5678",    "+82-10-1234-5678",
            "0082 10 1234 5678",  "00821012345678", "+82 (0)10 1234 5678", "  010-1234-5678 ",
            "(+82) 10 1234 5678",
        };
        for (size_t i = 0; i < LEN(spellings); i++) {
                struct phone phone;
                CHECK(phone_parse(str_from(spellings[i]), &phone));
                CHECK_STR(str_from(phone.e164), "+821012345678");
        }
}

TEST(phone_of_older_prefixes)
{
        static const struct {
                const char *text, *e164, *local;
        } rows[] = {
            {"011-123-4567", "+82111234567", "011-123-4567"},
            {"011-1234-5678", "+821112345678", "011-1234-5678"},
            {"0161234567", "+82161234567", "016-123-4567"},
            {"+82 19 1234 5678", "+821912345678", "019-1234-5678"},
            {"010-0000-0000", "+821000000000", "010-0000-0000"},
        };
        for (size_t i = 0; i < LEN(rows); i++) {
                struct phone phone;
                char local[PHONE_MAX + 8];
                CHECK(phone_parse(str_from(rows[i].text), &phone));
                CHECK_STR(str_from(phone.e164), rows[i].e164);
                phone_local(str_from(phone.e164), local);
                CHECK_STR(str_from(local), rows[i].local);
        }
}

TEST(phone_refuses_what_is_no_korean_mobile)
{
        static const struct str rows[] = {
            {NULL, 0},
            {"", 0},
            {"010", 3},
            {"010-1234-567", 12}, /* 010 has eight */
            {"010-1234-56789", 14},
            {"0111234567890", 13},
            {"011-12-3456", 11},
            {"012-1234-5678", 13}, /* no mobile prefix */
            {"015-1234-5678", 13},
            {"02-1234-5678", 12}, /* Seoul */
            {"070-1234-5678", 13},
            {"0505-123-4567", 13},
            {"1012345678", 10}, /* neither 0 nor code */
            {"821012345678", 12},
            {"+8201012345678901", 17},
            {"+1 650 253 0000", 15},
            {"+8210-1234-5678+", 16},
            {"010+1234+5678", 13},
            {"++821012345678", 14},
            {"+00821012345678", 15},
            {"010-1234-567a", 13},
            {"010\0001234\0005678", 13},
            {"010-1234-5678\n", 14},
            {"010/1234/5678", 13},
            {"０１０12345678", 17},
            {"٠١٠12345678", 14},
            {"010-1234-5678, 010-1111-2222", 28},
        };
        for (size_t i = 0; i < LEN(rows); i++) {
                struct phone phone = {"untouched"};
                CHECK(!phone_parse(rows[i], &phone));
                CHECK_STR(str_from(phone.e164), "untouched");
        }
}

TEST(phone_local_leaves_others_alone)
{
        char local[PHONE_MAX + 8];
        phone_local(STR("+16502530000"), local);
        CHECK_STR(str_from(local), "+16502530000");
        phone_local(STR(""), local);
        CHECK_STR(str_from(local), "");
}
