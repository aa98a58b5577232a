#include "doc/mask.h"

#include "base/utf8.h"
#include "doc/mrz.h"
#include "doc/phone.h"

#include <stdio.h>

enum { SHOWN_MAX = 24 }; /* no mask is longer than this many signs */

static struct masked hidden(void)
{
        return (struct masked){"***"};
}

static void put(struct masked *masked, size_t *at, struct str s)
{
        if (s.len >= sizeof(masked->text) - *at)
                s.len = sizeof(masked->text) - *at - 1;
        memcpy(masked->text + *at, s.ptr, s.len);
        *at += s.len;
}

/* Control signs and those that turn the direction of writing around would forge what a log or page shows. */
static bool may_show(uint32_t point)
{
        return point >= 0x20 && !(point >= 0x7f && point <= 0x9f) && point != 0x200e && point != 0x200f &&
               !(point >= 0x2028 && point <= 0x202e) && !(point >= 0x2066 && point <= 0x2069);
}

struct masked mask_name(struct str name)
{
        name = str_trim(name);
        size_t count = utf8_count(name);
        if (!utf8_valid(name) || count < 2)
                return hidden();
        struct masked masked = {""};
        struct str rest = name;
        uint32_t point;
        size_t at = 0;
        for (size_t i = 0; i < count && i < SHOWN_MAX; i++) {
                struct str before = rest;
                if (!utf8_next(&rest, &point))
                        break;
                bool shown = i == 0 || (count > 2 && i == count - 1);
                put(&masked, &at,
                    shown && may_show(point) ? str_sub(before, 0, before.len - rest.len) : STR("*"));
        }
        return masked;
}

struct masked mask_phone(struct str phone)
{
        struct phone parsed;
        if (!phone_parse(phone, &parsed))
                return hidden();
        struct str e164 = str_from(parsed.e164);
        struct masked masked;
        snprintf(masked.text, sizeof(masked.text), "0%.2s-%.*s-%.4s", e164.ptr + 3, (int)e164.len - 9, "****",
                 e164.ptr + e164.len - 4);
        return masked;
}

struct masked mask_email(struct str email)
{
        ssize_t at = str_find(email, '@');
        if (at < 1 || email.len > 254 || !utf8_valid(email) || (unsigned char)email.ptr[0] < 0x21 ||
            (unsigned char)email.ptr[0] > 0x7e)
                return hidden();
        struct str domain = str_sub(email, (size_t)at, email.len);
        for (size_t i = 0; i < domain.len; i++)
                if ((unsigned char)domain.ptr[i] < 0x21 || domain.ptr[i] == 0x7f)
                        return hidden();
        struct masked masked = {""};
        size_t used = 0;
        put(&masked, &used, str_sub(email, 0, 1));
        put(&masked, &used, STR("***"));
        put(&masked, &used, str_sub(domain, 0, 100));
        return masked;
}

struct masked mask_id_number(struct str text)
{
        char digits[14];
        size_t len = 0;
        for (size_t i = 0; i < text.len; i++) {
                char c = text.ptr[i];
                bool separator = c == '-' || c == ' ';
                if (separator && len == 6)
                        continue;
                if (c < '0' || c > '9' || len == 13)
                        return hidden();
                digits[len++] = c;
        }
        if (len != 13)
                return hidden();
        struct masked masked;
        snprintf(masked.text, sizeof(masked.text), "%.6s-%c******", digits, digits[6]);
        return masked;
}

struct masked mask_number(struct str text)
{
        struct masked masked = {""};
        size_t at = 0, seen = 0;
        if (text.len < 5)
                return hidden();
        for (size_t i = 0; i < text.len && i < SHOWN_MAX; i++) {
                char c = text.ptr[i];
                bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
                if (!alnum && c != '-' && c != ' ')
                        return hidden();
                put(&masked, &at, !alnum || seen < 2 ? str_sub(text, i, 1) : STR("*"));
                seen += alnum;
        }
        return masked;
}

struct masked mask_mrz(struct str text)
{
        static const struct date any_day = {2000, 1, 1}; /* centuries do not matter here */
        struct mrz mrz;
        struct masked masked = {""};
        size_t from, len;
        if (!mrz_parse(text, any_day, &mrz))
                return hidden();
        mrz_text(&mrz, masked.text);
        if (mrz_personal_number(&mrz, &from, &len))
                memset(masked.text + mrz.line_len + 1 + from, '*', len);
        return masked;
}
