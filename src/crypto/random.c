#include "crypto/random.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void random_bytes(void *ret, size_t len)
{
        uint8_t *at = ret;
        while (len > 0) {
                ssize_t n = getrandom(at, len, 0);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        abort();
                at += n;
                len -= (size_t)n;
        }
}

uint32_t random_below(uint32_t limit)
{
        assert(limit > 0);
        /* Numbers below 2^32 mod limit are drawn again: what is left is a whole multiple of limit. */
        uint32_t uneven = (uint32_t)(-limit) % limit;
        uint32_t drawn;
        do
                random_bytes(&drawn, sizeof(drawn));
        while (drawn < uneven);
        return drawn % limit;
}

void random_code(int length, char ret[RANDOM_CODE_MAX + 1])
{
        assert(length >= 4 && length <= RANDOM_CODE_MAX);
        /* Two halves of at most five digits, each within 32 bits. */
        int head = length / 2;
        uint32_t limit[2] = {1, 1};
        for (int i = 0; i < length; i++)
                limit[i >= head] *= 10;
        uint32_t number[2] = {random_below(limit[0]), random_below(limit[1])};
        for (int i = length - 1; i >= 0; i--) {
                ret[i] = (char)('0' + number[i >= head] % 10);
                number[i >= head] /= 10;
        }
        ret[length] = '\0';
}

void random_id(char ret[RANDOM_ID_MAX])
{
        static const char digits[] = "0123456789abcdef";
        uint8_t bytes[(RANDOM_ID_MAX - 1) / 2];
        random_bytes(bytes, sizeof(bytes));
        for (size_t i = 0; i < sizeof(bytes); i++) {
                ret[2 * i] = digits[bytes[i] >> 4];
                ret[2 * i + 1] = digits[bytes[i] & 15];
        }
        ret[RANDOM_ID_MAX - 1] = '\0';
}

bool random_id_valid(struct str text)
{
        if (text.len != RANDOM_ID_MAX - 1)
                return false;
        for (size_t i = 0; i < text.len; i++) {
                char c = text.ptr[i];
                if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
                        return false;
        }
        return true;
}
