#include "vision/date_text.h"

#include "vision/page.h"

#include <ctype.h>
#include <stdio.h>

enum { MARK_MAX = 8 };

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

/* Either month and day are written with a zero before them, or neither is: of "2010.08.2" the end is
 * hidden. */
static bool is_written_two_ways(struct str text, struct date date)
{
        enum { ONE_ZERO = 4 + 2 + 1 };
        return date.month < 10 && date.day < 10 && page_count_digits(text) == ONE_ZERO;
}

bool date_text_is_cut_off(struct str text, struct str iso)
{
        text = str_trim(text);
        bool one_digit = iso.len >= DATE_ISO_LEN && iso.ptr[8] == '0';
        return one_digit && !printed_ends_day(text, iso) && !str_ends_with(text, STR(".")) &&
               !str_ends_with(text, STR("일")) && iso.ptr[9] != '0' &&
               !(text.len > 1 && text.ptr[text.len - 2] == '0');
}

/* From `*at` on what is no digit, then what are digits; both without blanks. */
static void next_number(struct str text, size_t *at, char mark[MARK_MAX], size_t *ret_digits)
{
        size_t len = 0;
        for (; *at < text.len && !is_digit(text.ptr[*at]); (*at)++) {
                if (text.ptr[*at] != ' ' && len + 1 < MARK_MAX)
                        mark[len++] = text.ptr[*at];
        }
        mark[len] = '\0';
        for (*ret_digits = 0; *at < text.len && is_digit(text.ptr[*at]); (*at)++)
                (*ret_digits)++;
}

/* The reader of digits writes ? for what is none, be it 년 or a digit under a stain. Where it stands between
 * one pair of numbers as between the other it is 년 and 월. */
static bool has_stain(struct str text)
{
        char before[MARK_MAX], marks[2][MARK_MAX];
        size_t at = 0, digits;
        if (str_find(text, '?') < 0)
                return false;
        next_number(text, &at, before, &digits);
        next_number(text, &at, marks[0], &digits);
        next_number(text, &at, marks[1], &digits);
        bool behind = at < text.len && text.ptr[at] == '?';
        return strcmp(marks[0], marks[1]) != 0 || (behind && !strchr(marks[0], '?'));
}

/* Two dates of which small print shows the digits, and not all points: "20280101- 2028 1231". */
static size_t joined_period(struct str text, struct date ret[PRINTED_DATES_MAX])
{
        enum { DIGITS = 8, BOTH = 2 * DIGITS };
        char digits[BOTH], iso[DATE_TEXT_MAX];
        size_t count = 0;
        bool parted = false;
        for (size_t i = 0; i < text.len; i++) {
                char c = text.ptr[i];
                if (is_digit(c) && count == BOTH)
                        return 0;
                if (is_digit(c))
                        digits[count++] = c;
                else if (count > 0 && count < BOTH && !strchr(". ~-", c))
                        return 0;
                parted = parted || (count == DIGITS && (c == '~' || c == '-'));
        }
        for (size_t k = 0; k < BOTH && count == BOTH && parted; k += DIGITS) {
                snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2s", digits + k, digits + k + 4, digits + k + 6);
                parted = date_parse(str_from(iso), &ret[k / DIGITS]);
        }
        return count == BOTH && parted && date_compare(ret[0], ret[1]) < 0 ? 2 : 0;
}

bool date_text_find(struct str text, struct str told, struct printed *ret)
{
        struct date dates[PRINTED_DATES_MAX], period[PRINTED_DATES_MAX] = {0};
        size_t count = printed_dates(text, dates);
        if (count < 2 && joined_period(text, period) == 2) {
                memcpy(dates, period, sizeof(dates));
                count = 2;
        }
        if (count == 1 && (is_written_two_ways(text, dates[0]) || has_stain(text)))
                return false;
        ret->len = 0;
        for (size_t i = 0; i < count; i++) {
                date_format(dates[i], ret->text + ret->len);
                ret->len = strnlen(ret->text, PRINTED_MAX);
        }
        if (count == 1 && told.len == DATE_ISO_LEN && told.ptr[8] != '0' &&
            date_text_is_cut_off(text, printed_str(ret)))
                ret->len = 0;
        return ret->len > 0;
}

bool date_text_find_joined(struct str text, struct printed *ret)
{
        enum { YEAR = 4, DAY_OF_YEAR = 4 };
        char mark[MARK_MAX], parted[DATE_TEXT_MAX];
        size_t at = 0, years, days, end;
        next_number(text, &at, mark, &years);
        size_t year = at - years;
        next_number(text, &at, mark, &days);
        end = at;
        if (years != YEAR || days != DAY_OF_YEAR || mark[0] == '\0' || strchr(mark, '?') ||
            page_count_digits(text) != YEAR + DAY_OF_YEAR)
                return false;
        snprintf(parted, sizeof(parted), "%.4s-%.2s-%.2s", text.ptr + year, text.ptr + end - 4,
                 text.ptr + end - 2);
        return date_text_find(str_from(parted), STR(""), ret);
}

size_t date_text_words(struct str text)
{
        size_t count = 0;
        for (size_t at = 0; at + 3 <= text.len; at++) {
                if ((unsigned char)text.ptr[at] < 0xea || (unsigned char)text.ptr[at] > 0xed)
                        continue;
                struct str syllable = str_sub(text, at, 3);
                count += !str_equal(syllable, STR("년")) && !str_equal(syllable, STR("월")) &&
                         !str_equal(syllable, STR("일"));
        }
        return count;
}

bool date_text_begins_with_year(struct str text)
{
        enum { CENTURY = 2, YEAR = 4 };
        size_t len = 0, letters = 0, marks = 0;
        while (marks < text.len && strchr(". ,:'-~", text.ptr[marks]))
                marks++;
        text = str_sub(text, marks, text.len - marks);
        for (; len < text.len && (is_digit(text.ptr[len]) || (len >= CENTURY && letters == 0 && len < YEAR &&
                                                              isalpha((unsigned char)text.ptr[len])));
             len++)
                letters += !is_digit(text.ptr[len]);
        bool year = len == YEAR || (letters > 0 && len > YEAR);
        return year && (str_starts_with(text, STR("19")) || str_starts_with(text, STR("20")));
}

bool date_text_is_unclear_at_end(struct str text)
{
        text = str_trim(text);
        return text.len > 0 && !is_digit(text.ptr[text.len - 1]);
}

bool date_text_is_period(struct str text)
{
        enum { DATE_DIGITS_MAX = 10 /* 8, and dust taken for two more */ };
        return str_find(text, '~') >= 0 || page_count_digits(text) > DATE_DIGITS_MAX;
}

bool date_text_ends_period(struct str text)
{
        ssize_t wave = str_find(text, '~');
        return wave >= 0 && page_count_digits(str_sub(text, 0, (size_t)wave)) == 0;
}

struct str date_text_before_year(struct str text)
{
        enum { YEAR = 4 };
        size_t digits = 0;
        for (size_t i = 0; i < text.len; i++) {
                digits = is_digit(text.ptr[i]) ? digits + 1 : 0;
                if (digits == YEAR)
                        return str_sub(text, 0, i + 1 - YEAR);
        }
        return text;
}
