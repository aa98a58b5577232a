#include "doc/phone.h"

#include <stdio.h>

enum { DIGITS_MAX = 20, TEXT_MAX = 64 };

/* Digits alone, and whether a plus stands before them. Blanks, hyphens, dots and brackets are spelling. */
static bool digits_of(struct str text, char ret[DIGITS_MAX], size_t *ret_len, bool *ret_plus)
{
        size_t len = 0;
        bool plus = false;
        for (size_t i = 0; i < text.len; i++) {
                char c = text.ptr[i];
                if (c >= '0' && c <= '9') {
                        if (len == DIGITS_MAX)
                                return false;
                        ret[len++] = c;
                } else if (c == '+' && len == 0 && !plus) {
                        plus = true;
                } else if (c == '\0' || strchr(" -.()", c) == NULL) {
                        return false;
                }
        }
        *ret_len = len;
        *ret_plus = plus;
        return true;
}

/* The number without its trunk zero or country code: "1012345678"; null where it has neither. */
static struct str significant(struct str digits, bool plus)
{
        const struct str zero = STR("0");
        struct str code = plus ? STR("82") : STR("0082");
        if (str_starts_with(digits, code)) {
                digits = str_sub(digits, code.len, digits.len);
                /* "+82 (0)10 …" is often written. */
                return str_starts_with(digits, zero) ? str_sub(digits, 1, digits.len) : digits;
        }
        return !plus && str_starts_with(digits, zero) ? str_sub(digits, 1, digits.len) : STR_NULL;
}

/* 10 and 8 digits; 11, 16 to 19 and 7 or 8. */
static bool is_mobile(struct str number)
{
        if (number.len < 9 || number.len > 10 || number.ptr[0] != '1')
                return false;
        return number.ptr[1] == '0' ? number.len == 10 : strchr("16789", number.ptr[1]) != NULL;
}

bool phone_parse(struct str text, struct phone *ret)
{
        char digits[DIGITS_MAX];
        size_t len;
        bool plus;
        if (text.len > TEXT_MAX || !digits_of(text, digits, &len, &plus))
                return false;
        struct str number = significant(str_from_bytes(digits, len), plus);
        if (!is_mobile(number))
                return false;
        snprintf(ret->e164, sizeof(ret->e164), "+82%.*s", STR_FMT(number));
        return true;
}

void phone_local(struct str e164, char ret[PHONE_MAX + 8])
{
        struct str rest = str_sub(e164, 3, e164.len);
        if (!str_starts_with(e164, STR("+821")) || rest.len < 9 || rest.len > 10) {
                snprintf(ret, PHONE_MAX + 8, "%.*s", STR_FMT(e164));
                return;
        }
        int middle = (int)rest.len - 6;
        snprintf(ret, PHONE_MAX + 8, "0%.2s-%.*s-%.4s", rest.ptr, middle, rest.ptr + 2,
                 rest.ptr + 2 + middle);
}
