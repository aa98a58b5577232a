#include "doc/printed.h"

#include "base/utf8.h"
#include "doc/id_number.h"
#include "doc/license.h"

#include <ctype.h>
#include <stdio.h>

enum { POINTS_MAX = 128, WANTED_MAX = 24 };

/* Readers find every kind of dash in place of a hyphen. Bytes of the dash at the front of `text`; 0: none. */
static size_t dash_len(struct str text)
{
        static const char *const dashes[] = {"\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015",
                                             "\u2212", "\u2500", "\u30fc", "\u3161", "\uff0d", "\u4e00"};
        for (size_t i = 0; i < LEN(dashes); i++) {
                if (str_starts_with(text, str_from(dashes[i])))
                        return strlen(dashes[i]);
        }
        return 0;
}

void printed_squeeze(struct str text, struct printed *ret)
{
        ret->len = 0;
        for (size_t i = 0; i < text.len && ret->len + 1 < PRINTED_MAX;) {
                size_t dash = dash_len(str_sub(text, i, 3));
                if (dash)
                        ret->text[ret->len++] = '-';
                else if (text.ptr[i] != ' ' && text.ptr[i] != '\n')
                        ret->text[ret->len++] = text.ptr[i];
                i += dash ? dash : 1;
        }
        ret->text[ret->len] = '\0';
}

static size_t points_of(struct str text, uint32_t *ret, size_t max)
{
        size_t count = 0;
        uint32_t point;
        while (count < max && utf8_next(&text, &point)) {
                if (point != ' ')
                        ret[count++] = point < 0x80 ? (uint32_t)toupper((int)point) : point;
        }
        return count;
}

double printed_likeness(struct str text, struct str wanted)
{
        uint32_t have[POINTS_MAX], want[WANTED_MAX];
        size_t have_len = points_of(text, have, POINTS_MAX), want_len = points_of(wanted, want, WANTED_MAX);
        /* Edit distance of `wanted` to the best part of the text: a part may begin and end anywhere. */
        size_t row[POINTS_MAX + 1] = {0}, best = want_len;
        if (want_len == 0)
                return 0;
        for (size_t i = 1; i <= want_len; i++) {
                size_t corner = row[0];
                row[0] = i;
                for (size_t k = 1; k <= have_len; k++) {
                        size_t change = corner + (want[i - 1] != have[k - 1]);
                        corner = row[k];
                        row[k] = MIN(change, MIN(row[k], row[k - 1]) + 1);
                }
        }
        for (size_t k = 0; k <= have_len; k++)
                best = MIN(best, row[k]);
        return 1 - (double)best / (double)want_len;
}

enum doc_kind printed_title(struct str text, double *ret_likeness)
{
        static const struct {
                enum doc_kind kind;
                const char *title;
        } titles[] = {
            {DOC_RESIDENT_CARD, "주민등록증"},
            {DOC_DRIVER_LICENSE, "자동차운전면허증"},
            {DOC_DRIVER_LICENSE, "운전면허증"},
            {DOC_DRIVER_LICENSE, "DRIVER'SLICENSE"},
            {DOC_ALIEN_CARD, "외국인등록증"},
            {DOC_ALIEN_CARD, "RESIDENCECARD"},
            {DOC_ALIEN_CARD, "국내거소신고증"},
            {DOC_ALIEN_CARD, "PERMANENTRESIDENT"},
            {DOC_ALIEN_CARD, "외국국적동포국내거소"},
            {DOC_PASSPORT, "PASSPORT"},
            {DOC_PASSPORT, "PASSEPORT"},
            {DOC_PASSPORT, "REPUBLICOFKOREA"},
        };
        enum doc_kind kind = DOC_UNKNOWN;
        *ret_likeness = 0;
        for (size_t i = 0; i < LEN(titles); i++) {
                double likeness = printed_likeness(text, str_from(titles[i].title));
                if (likeness > *ret_likeness) {
                        *ret_likeness = likeness;
                        kind = titles[i].kind;
                }
        }
        return *ret_likeness >= 0.6 ? kind : DOC_UNKNOWN;
}

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

/* `pattern` of 9 (a digit) and - (a parting: nothing, or one byte that is no digit, or two). The bytes
 * matched at `at`, 0 where it does not match; the digits are appended to `digits`. */
static size_t match(struct str text, size_t at, const char *pattern, char *digits)
{
        size_t from = at, found = 0;
        for (; *pattern; pattern++) {
                if (*pattern == '-') {
                        for (int i = 0; i < 2 && at < text.len && !is_digit(text.ptr[at]); i++)
                                at++;
                        continue;
                }
                if (at >= text.len || !is_digit(text.ptr[at]))
                        return 0;
                digits[found++] = text.ptr[at++];
        }
        digits[found] = '\0';
        return at - from;
}

bool printed_id_number(struct str text, struct date today, char ret[15])
{
        struct printed line;
        char digits[16];
        bool found = false;
        printed_squeeze(text, &line);
        for (size_t at = 0; at < line.len; at++) {
                struct id_number number;
                size_t len = match(printed_str(&line), at, "999999-9999999", digits);
                bool more = len > 0 && at + len < line.len && is_digit(line.text[at + len]);
                if (len > 0 && !more && id_number_parse(str_from(digits), today, &number)) {
                        memcpy(ret, number.text, sizeof(number.text));
                        found = true;
                }
        }
        return found;
}

/* All of it in digits. */
static bool license_in_digits(const struct printed *line, struct license_number *ret)
{
        char digits[16];
        for (size_t at = 0; at < line->len; at++) {
                bool inside = at > 0 && is_digit(line->text[at - 1]);
                size_t len = inside ? 0 : match(printed_str(line), at, "99-99-999999-99", digits);
                bool more = len > 0 && at + len < line->len && is_digit(line->text[at + len]);
                if (len > 13 && !more && license_number_parse(str_from(digits), ret))
                        return true;
        }
        return false;
}

/* The ten digits behind the region. Behind a hyphen they may stand where its name, or nothing, is before
 * that: 서울-13-874626-18. */
static bool find_license_tail(const struct printed *line, size_t *ret_at, char *digits)
{
        for (size_t at = 0; at < line->len; at++) {
                size_t len = match(printed_str(line), at, "99-999999-99", digits);
                bool more = len > 0 && at + len < line->len && is_digit(line->text[at + len]);
                size_t before = at > 0 && line->text[at - 1] == '-' ? at - 1 : at;
                bool inside = before > 0 && is_digit(line->text[before - 1]);
                *ret_at = at;
                if (len >= 12 && !more && !inside)
                        return true;
        }
        return false;
}

static bool license_by_name(const struct printed *line, size_t at, const char *digits,
                            struct license_number *ret)
{
        for (size_t from = 0; from < at; from++) {
                char whole[PRINTED_MAX + 16];
                snprintf(whole, sizeof(whole), "%.*s%s", (int)(at - from), line->text + from, digits);
                if (license_number_parse(str_from(whole), ret))
                        return true;
        }
        return false;
}

bool printed_license_number(struct str text, char ret[16], bool *ret_tail)
{
        struct printed line;
        struct license_number number;
        char digits[16];
        size_t at;
        *ret_tail = false;
        printed_squeeze(text, &line);
        bool whole = license_in_digits(&line, &number);
        if (!whole && !find_license_tail(&line, &at, digits))
                return false;
        if (whole || license_by_name(&line, at, digits, &number)) {
                memcpy(ret, number.text, sizeof(number.text));
                return true;
        }
        snprintf(ret, 16, "%.2s-%.6s-%.2s", digits, digits + 2, digits + 8);
        *ret_tail = true;
        return true;
}

bool printed_license_names_region(struct str text)
{
        struct printed line;
        struct license_number number;
        char digits[16];
        size_t at;
        printed_squeeze(text, &line);
        return !license_in_digits(&line, &number) && find_license_tail(&line, &at, digits) &&
               license_by_name(&line, at, digits, &number);
}

struct number {
        int value;
        size_t digits, from, to; /* bytes of the line */
};

static size_t numbers_of(const struct printed *line, struct number *ret, size_t max)
{
        size_t count = 0;
        for (size_t at = 0; at < line->len && count < max;) {
                if (!is_digit(line->text[at])) {
                        at++;
                        continue;
                }
                struct number number = {.from = at};
                while (at < line->len && is_digit(line->text[at])) {
                        if (number.digits++ < 8)
                                number.value = number.value * 10 + (line->text[at] - '0');
                        at++;
                }
                number.to = at;
                ret[count++] = number;
        }
        return count;
}

/* A letter in capitals, where digits that look like letters are such. What ends a word behind a small letter
 * is an l, and no capital I: JuI. */
static char month_letter(struct str text, size_t at)
{
        static const char alike[][2] = {{'0', 'O'}, {'8', 'B'}, {'5', 'S'}, {'1', 'I'}, {'7', 'T'}};
        char letter = (char)toupper((unsigned char)text.ptr[at]);
        for (size_t k = 0; k < LEN(alike); k++)
                letter = letter == alike[k][0] ? alike[k][1] : letter;
        bool behind_small = at > 0 && islower((unsigned char)text.ptr[at - 1]);
        bool ends = at + 1 >= text.len || !isalpha((unsigned char)text.ptr[at + 1]);
        return letter == 'I' && behind_small && ends ? 'L' : letter;
}

/* The month whose English name stands in the text. */
static int month_named(struct str text)
{
        static const char months[][4] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                         "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
        for (size_t at = 0; at + 3 <= text.len; at++) {
                char letters[3];
                for (size_t i = 0; i < 3; i++)
                        letters[i] = month_letter(text, at + i);
                for (size_t i = 0; i < LEN(months); i++) {
                        if (memcmp(letters, months[i], 3) == 0)
                                return (int)i + 1;
                }
        }
        return 0;
}

static bool near(const struct number *a, const struct number *b)
{
        return b->from - a->to <= 4 && b->from > a->to;
}

/* 14 10월/OCT 2025, 14 OCT 2025: the month's name lies between day and year. */
static bool named_date(const struct printed *line, const struct number *numbers, size_t count, size_t i,
                       size_t *ret_used, struct date *ret)
{
        for (size_t k = i + 1; k < count && k <= i + 4; k++) {
                if (numbers[k].digits != 4 || numbers[i].digits > 4)
                        continue;
                struct str between = {line->text + numbers[i].to, numbers[k].from - numbers[i].to};
                int month = month_named(between), day = numbers[i].value;
                /* Day and month may have run together: 14 10월/OCT. */
                if (numbers[i].digits > 2) {
                        int unit = month >= 10 ? 100 : 10;
                        if (day % unit != month)
                                continue;
                        day /= unit;
                }
                struct date date = {numbers[k].value, month, day};
                if (!date_exists(date))
                        continue;
                *ret_used = k - i + 1;
                *ret = date;
                return true;
        }
        return false;
}

/* 13OCT2018, once blanks are gone. The O may have been taken for a digit, so the day is looked for from the
 * left. */
static bool compact_date(const struct printed *line, struct date *ret)
{
        for (size_t at = 0; at + 8 <= line->len; at++) {
                if (!is_digit(line->text[at]) || (at > 0 && is_digit(line->text[at - 1])))
                        continue;
                for (size_t day_len = 2; day_len > 0; day_len--) {
                        char digits[8];
                        struct str rest = {line->text + at, line->len - at};
                        int month =
                            at + day_len + 3 <= line->len ? month_named(str_sub(rest, day_len, 3)) : 0;
                        if (month == 0 || match(rest, 0, day_len == 2 ? "99" : "9", digits) == 0 ||
                            match(rest, day_len + 3, "9999", digits + 2) == 0)
                                continue;
                        int day = digits[0] - '0';
                        day = day_len == 2 ? day * 10 + (digits[1] - '0') : day;
                        int year = 0;
                        for (int i = 0; i < 4; i++)
                                year = year * 10 + (digits[2 + i] - '0');
                        *ret = (struct date){year, month, day};
                        if (date_exists(*ret) && ret->year >= 1900)
                                return true;
                }
        }
        return false;
}

/* 15.01.2016, as foreign passports write it, alone in its line; a number in a month's name is a letter of it.
 */
static bool is_day_first(const struct printed *line, const struct number *numbers, size_t count)
{
        const struct number *day = numbers, *month = numbers + 1, *year = numbers + 2;
        return count == 3 && day->digits <= 2 && month->digits <= 2 && year->digits == 4 &&
               near(day, month) && near(month, year) &&
               month_named((struct str){line->text + day->to, year->from - day->to}) == 0;
}

static size_t dates_of(const struct printed *line, struct date ret[PRINTED_DATES_MAX])
{
        struct number numbers[24];
        size_t count = numbers_of(line, numbers, LEN(numbers)), found = 0;
        for (size_t i = 0; i < count && found < PRINTED_DATES_MAX;) {
                size_t used = 1;
                struct date date = {0};
                const struct number *n = &numbers[i];
                if (i + 2 < count && n->digits == 4 && n[1].digits <= 2 && n[2].digits <= 2 &&
                    near(n, n + 1) && near(n + 1, n + 2))
                        date = (struct date){n->value, n[1].value, n[2].value};
                else if (i == 0 && is_day_first(line, numbers, count))
                        date = (struct date){n[2].value, n[1].value, n->value};
                if (date_exists(date) && date.year >= 1900)
                        used = 3;
                else if (!named_date(line, numbers, count, i, &used, &date))
                        date = (struct date){0};
                if (date_exists(date))
                        ret[found++] = date;
                i += used;
        }
        return found;
}

size_t printed_dates(struct str text, struct date ret[PRINTED_DATES_MAX])
{
        struct printed line = {.len = MIN(text.len, PRINTED_MAX - 1)};
        memcpy(line.text, text.ptr, line.len);
        size_t found = dates_of(&line, ret);
        if (found > 0)
                return found;
        printed_squeeze(text, &line);
        if (compact_date(&line, &ret[0]))
                return 1;
        return dates_of(&line, ret);
}

bool printed_short_date(struct str text, struct date *ret)
{
        struct printed line = {.len = MIN(text.len, PRINTED_MAX - 1)};
        struct number numbers[8];
        memcpy(line.text, text.ptr, line.len);
        size_t count = numbers_of(&line, numbers, LEN(numbers));
        const struct number *day = &numbers[0], *year = &numbers[MAX(1, count) - 1];
        if (count < 2 || day->digits > 2 || year->digits != 2 ||
            str_trim(str_sub(printed_str(&line), year->to, line.len)).len > 0)
                return false;
        /* A letter of the month, or the stroke between its two names, may have been taken for a digit. */
        for (size_t i = 1; i + 1 < count; i++) {
                if (numbers[i].digits > 1)
                        return false;
        }
        int month = month_named(str_sub(printed_str(&line), day->to, year->from - day->to));
        *ret = (struct date){year->value, month, day->value};
        return date_exists((struct date){2000 + year->value, month, day->value});
}

size_t printed_syllables(struct str text)
{
        enum { HANGUL_FIRST = 0xac00, HANGUL_LAST = 0xd7a3 };
        uint32_t point;
        size_t count = 0;
        while (utf8_next(&text, &point))
                count += point >= HANGUL_FIRST && point <= HANGUL_LAST;
        return count;
}

/* The digits of the next group of them, from `*at` on, which goes behind them. */
static struct str next_digits(struct str text, size_t *at)
{
        size_t i = *at;
        while (i < text.len && !is_digit(text.ptr[i]))
                i++;
        size_t from = i;
        while (i < text.len && is_digit(text.ptr[i]))
                i++;
        *at = i;
        return str_sub(text, from, i - from);
}

/* With a zero before it, or without. */
static bool is_number(struct str digits, struct str padded)
{
        return str_equal(digits, padded) ||
               (padded.ptr[0] == '0' && str_equal(digits, str_sub(padded, 1, 1)));
}

/* The digits of the date's day where it stands by year, month and day; *ret_at is behind them. */
static struct str find_day(struct str text, struct str date, size_t *ret_at)
{
        enum { YEAR = 4, MONTH_AT = 5, DAY_AT = 8, PAIR = 2 };
        struct str first = date.len == DAY_AT + PAIR ? next_digits(text, ret_at) : STR("");
        struct str second = next_digits(text, ret_at);
        while (first.len > 0) {
                struct str third = next_digits(text, ret_at);
                if (str_equal(first, str_sub(date, 0, YEAR)) &&
                    is_number(second, str_sub(date, MONTH_AT, PAIR)) &&
                    is_number(third, str_sub(date, DAY_AT, PAIR)))
                        return third;
                first = second;
                second = third;
        }
        return STR("");
}

bool printed_pads_day(struct str text, struct str date)
{
        size_t at = 0;
        struct str day = find_day(text, date, &at);
        return day.len == 2 && day.ptr[0] == '0';
}

bool printed_ends_day(struct str text, struct str date)
{
        size_t at = 0;
        struct str day = find_day(text, date, &at);
        struct str behind = str_trim(str_sub(text, at, text.len));
        return day.len == 2 ||
               (day.len == 1 && (str_starts_with(behind, STR(".")) || str_starts_with(behind, STR("일"))));
}
