#include "doc/mask.h"

#include "base/utf8.h"
#include "unit/data.h"
#include "unit/test.h"

struct row {
        struct str text;
        const char *want;
};

static void check_rows(struct masked (*mask)(struct str), const struct row *rows, size_t rows_len)
{
        for (size_t i = 0; i < rows_len; i++) {
                struct masked masked = mask(rows[i].text);
                CHECK_STR(str_from(masked.text), rows[i].want);
        }
}

TEST(mask_hides_names)
{
        static const struct row rows[] = {
            {STR("홍길동"), "홍*동"},
            {STR("홍길"), "홍*"},
            {STR("남궁길동"), "남**동"},
            {STR("홍"), "***"},
            {STR(""), "***"},
            {STR("\xff\xfe\xfd"), "***"},
            {STR(" 홍길동 "), "홍*동"},
            {STR("HONG GILDONG"), "H**********G"},
            {STR("홍\n동"), "홍*동"},
            {STR("\001길\177"), "***"},
            {STR("\u202e길동"), "**동"},
        };
        check_rows(mask_name, rows, LEN(rows));
}

TEST(mask_hides_phones)
{
        static const struct row rows[] = {
            {STR("+821012345678"), "010-****-5678"},
            {STR("010-1234-5678"), "010-****-5678"},
            {STR("011-123-4567"), "011-***-4567"},
            {STR("+16502530000"), "***"},
            {STR(""), "***"},
            {STR("홍길동"), "***"},
        };
        check_rows(mask_phone, rows, LEN(rows));
}

TEST(mask_hides_addresses)
{
        static const struct row rows[] = {
            {STR("hong@example.org"), "h***@example.org"},
            {STR("h@example.org"), "h***@example.org"},
            {STR("@example.org"), "***"},
            {STR("hong"), "***"},
            {STR(""), "***"},
            {STR("h\n@example.org\n"), "***"},
            {STR("\n@example.org"), "***"},
        };
        check_rows(mask_email, rows, LEN(rows));
}

TEST(mask_hides_numbers)
{
        static const struct row ids[] = {
            {STR("9001011234567"), "900101-1******"},
            {STR("900101-1234567"), "900101-1******"},
            {STR("900101 1234567"), "900101-1******"},
            {STR("900101-123456"), "***"},
            {STR("900101-12345678"), "***"},
            {STR("900101-1******"), "***"},
            {STR(""), "***"},
        };
        check_rows(mask_id_number, ids, LEN(ids));
        static const struct row numbers[] = {
            {STR("M12345678"), "M1*******"},
            {STR("11-22-333333-44"), "11-**-******-**"},
            {STR("1234"), "***"},
            {STR("12\n3456"), "***"},
        };
        check_rows(mask_number, numbers, LEN(numbers));
}

/* Negative control: keep the check digits, or take only the issuer's word for whose passport it is. */
TEST(mask_hides_the_number_in_a_zone)
{
#define HOLDER_OF(state) "PM" state "HONG<<GILDONG<<<<<<<<<<<<<<<<<<<<<<<<<<\n"
        static const struct row rows[] = {
            {STR(HOLDER_OF("KOR") "M123456784KOR9001011M30010112999999<<<<<<<36"),
             HOLDER_OF("KOR") "M123456784KOR9001011M3001011****************"},
            {STR(HOLDER_OF("KQR") "M123456784KOR9001011M30010112999999<<<<<<<36"),
             HOLDER_OF("KQR") "M123456784KOR9001011M3001011****************"},
            {STR(HOLDER_OF("KOR") "M123A56784KOR9001011M3001011<<<<<<<<<<<<<<<0"),
             HOLDER_OF("KOR") "M123A56784KOR9001011M3001011<<<<<<<<<<<<<<<0"},
            {STR(HOLDER_OF("UTO") "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
             HOLDER_OF("UTO") "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
            {STR("PMKORHONG<<GILDONG 2999999"), "***"},
        };
        check_rows(mask_mrz, rows, LEN(rows));
}

/* Nothing that is masked holds a control byte, or bytes that are not UTF-8. */
TEST(mask_of_naughty_strings_is_clean)
{
        json_auto_t *strings = data_json("hostile/blns/blns.json");
        struct masked (*const masks[])(struct str) = {mask_name, mask_phone, mask_email, mask_id_number,
                                                      mask_number};
        const json_t *string;
        size_t i;
        json_array_foreach(strings, i, string)
        {
                struct str text = str_from_bytes(json_string_value(string), json_string_length(string));
                for (size_t k = 0; k < LEN(masks); k++) {
                        struct masked masked = masks[k](text);
                        CHECK(utf8_valid(str_from(masked.text)));
                        for (const char *at = masked.text; *at; at++)
                                CHECK((unsigned char)*at >= 0x20 && *at != 0x7f);
                }
        }
}
