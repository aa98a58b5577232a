/* Machine-readable zones, and the numbers and dates of documents. */
#include "doc/id_number.h"
#include "doc/license.h"
#include "doc/mask.h"
#include "doc/mrz.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct date today = {2026, 6, 1};

/* A zone that was read is read again as the same. */
static void check_zone(struct str text)
{
        struct mrz mrz, same;
        char whole[MRZ_TEXT_MAX], again[MRZ_TEXT_MAX];
        size_t from, personal_len;
        if (!mrz_parse(text, today, &mrz))
                return;
        mrz_text(&mrz, whole);
        if (!mrz_parse(str_from(whole), today, &same))
                abort();
        mrz_text(&same, again);
        if (strcmp(whole, again) != 0 || mrz_ok(&mrz) != mrz_ok(&same))
                abort();
        if (mrz_ok(&mrz) && !(date_exists(mrz.birth) && date_exists(mrz.expiry)))
                abort();
        if (mrz_personal_number(&mrz, &from, &personal_len) && from + personal_len > mrz.line_len)
                abort();
}

/* Bringing signs to their kind a second time changes nothing. */
static void check_retype(struct str text)
{
        for (enum mrz_format format = 0; format < MRZ_FORMAT_COUNT; format++) {
                char once[MRZ_LINE_MAX], twice[MRZ_LINE_MAX];
                size_t len = MIN(text.len, mrz_format_line_len(format));
                memcpy(once, text.ptr, len);
                for (size_t line = 0; line < mrz_format_lines(format); line++) {
                        mrz_retype(format, line, once, len);
                        memcpy(twice, once, len);
                        mrz_retype(format, line, twice, len);
                        if (memcmp(once, twice, len) != 0)
                                abort();
                }
        }
}

static void check_numbers(struct str text)
{
        struct id_number number, same;
        struct license_number license, again;
        char class[LICENSE_CLASS_MAX];
        if (id_number_parse(text, today, &number)) {
                struct masked masked = mask_id_number(str_from(number.text));
                if (!date_exists(number.birth) || date_compare(number.birth, today) > 0 ||
                    !id_number_parse(str_from(number.text), today, &same) ||
                    strcmp(number.text, same.text) != 0 || strcmp(masked.text + 8, "******") != 0)
                        abort();
        }
        if (license_number_parse(text, &license) &&
            (!license_number_parse(str_from(license.text), &again) || strcmp(license.text, again.text) != 0))
                abort();
        if (license_class_parse(text, class) && class[0] == '\0')
                abort();
}

static void check_date(struct str text)
{
        struct date date;
        char again[DATE_TEXT_MAX];
        if (!date_parse(text, &date))
                return;
        date_format(date, again);
        if (!date_exists(date) || !str_equal(text, str_from(again)) ||
            date_compare(date, date_add_years(date, 1)) >= 0)
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct str text = str_from_bytes(bytes, len);
        check_zone(text);
        if (len > 0)
                check_retype(text);
        check_numbers(text);
        check_date(text);
        (void)mrz_check_digit(text);
        (void)mask_number(text);
        (void)mask_name(text);
        return 0;
}
