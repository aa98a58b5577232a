#include "doc/id_number.h"

enum { DIGITS = 13, BIRTH_DIGITS = 6 };

static bool digits_of(struct str text, char ret[DIGITS])
{
        if (text.len == DIGITS + 1 && text.ptr[BIRTH_DIGITS] == '-') {
                memcpy(ret, text.ptr, BIRTH_DIGITS);
                memcpy(ret + BIRTH_DIGITS, text.ptr + BIRTH_DIGITS + 1, DIGITS - BIRTH_DIGITS);
        } else if (text.len == DIGITS) {
                memcpy(ret, text.ptr, DIGITS);
        } else {
                return false;
        }
        for (size_t i = 0; i < DIGITS; i++) {
                if (ret[i] < '0' || ret[i] > '9')
                        return false;
        }
        return true;
}

static int two(const char *digits)
{
        return (digits[0] - '0') * 10 + (digits[1] - '0');
}

static bool check_digit_ok(const char digits[DIGITS], bool foreigner)
{
        static const int weights[DIGITS - 1] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
        int sum = 0;
        for (size_t i = 0; i < LEN(weights); i++)
                sum += weights[i] * (digits[i] - '0');
        return ((foreigner ? 13 : 11) - sum % 11) % 10 == digits[DIGITS - 1] - '0';
}

bool id_number_parse(struct str text, struct date today, struct id_number *ret)
{
        /* By the seventh digit: 9 0 the 1800s, 1 2 5 6 the 1900s, 3 4 7 8 the 2000s; odd is male. */
        static const int century[] = {1800, 1900, 1900, 2000, 2000, 1900, 1900, 2000, 2000, 1800};
        char digits[DIGITS];
        if (!digits_of(text, digits))
                return false;
        int kind = digits[BIRTH_DIGITS] - '0';
        struct id_number number = {
            .birth = {century[kind] + two(digits), two(digits + 2), two(digits + 4)},
            .sex = kind % 2 ? 'M' : 'F',
            .foreigner = kind >= 5 && kind <= 8,
        };
        if (!date_exists(number.birth) || (date_exists(today) && date_compare(number.birth, today) > 0))
                return false;
        memcpy(number.text, digits, BIRTH_DIGITS);
        number.text[BIRTH_DIGITS] = '-';
        memcpy(number.text + BIRTH_DIGITS + 1, digits + BIRTH_DIGITS, DIGITS - BIRTH_DIGITS);
        number.check_ok = check_digit_ok(digits, number.foreigner);
        *ret = number;
        return true;
}
