#include "base/utf8.h"

bool utf8_next(struct str *rest, uint32_t *ret_point)
{
        static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (rest->len == 0)
                return false;
        const uint8_t *at = (const uint8_t *)rest->ptr;
        size_t len = at[0] < 0x80             ? 1
                     : (at[0] & 0xe0) == 0xc0 ? 2
                     : (at[0] & 0xf0) == 0xe0 ? 3
                     : (at[0] & 0xf8) == 0xf0 ? 4
                                              : 0;
        if (len == 0 || len > rest->len)
                return false;
        uint32_t point = len == 1 ? at[0] : at[0] & (0x7fu >> len);
        for (size_t i = 1; i < len; i++) {
                if ((at[i] & 0xc0) != 0x80)
                        return false;
                point = point << 6 | (at[i] & 0x3f);
        }
        if (point < least[len] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
                return false;
        *rest = str_sub(*rest, len, rest->len);
        *ret_point = point;
        return true;
}

bool utf8_valid(struct str s)
{
        uint32_t point;
        while (s.len > 0)
                if (!utf8_next(&s, &point))
                        return false;
        return true;
}

size_t utf8_count(struct str s)
{
        size_t count = 0;
        uint32_t point;
        for (; s.len > 0; count++)
                if (!utf8_next(&s, &point))
                        s = str_sub(s, 1, s.len);
        return count;
}

size_t utf8_put(uint32_t point, char ret[4])
{
        if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
                return 0;
        if (point < 0x80) {
                ret[0] = (char)point;
                return 1;
        }
        size_t len = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
        for (size_t i = len - 1; i > 0; i--) {
                ret[i] = (char)(0x80 | (point & 0x3f));
                point >>= 6;
        }
        ret[0] = (char)(lead[len] | point);
        return len;
}
