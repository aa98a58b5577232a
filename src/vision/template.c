#include "vision/template.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* What a template begins with: its form; then the models, the threshold, the strangers, the number of values.
 */
static const char form[4] = {'B', 'F', 'T', 1};
static const double length_slack = 1e-3; /* of floats that were rounded */

static void add_le(struct buf *buf, uint64_t value, int bytes)
{
        for (int i = 0; i < bytes; i++)
                buf_add_char(buf, (char)(value >> 8 * i & 255));
}

static uint64_t get_le(const char *from, int bytes)
{
        uint64_t value = 0;
        for (int i = 0; i < bytes; i++)
                value |= (uint64_t)(uint8_t)from[i] << 8 * i;
        return value;
}

static uint32_t bits_of(float value)
{
        uint32_t bits;
        memcpy(&bits, &value, sizeof(bits));
        return bits;
}

static float float_at(const char *from)
{
        uint32_t bits = (uint32_t)get_le(from, 4);
        float value;
        memcpy(&value, &bits, sizeof(value));
        return value;
}

void template_format(const struct face_template *template, struct buf *ret)
{
        assert(template->len > 0 && template->len <= TEMPLATE_VALUES_MAX);
        buf_add_bytes(ret, form, sizeof(form));
        add_le(ret, template->models, 8);
        add_le(ret, bits_of(template->threshold), 4);
        add_le(ret, bits_of(template->strangers), 4);
        add_le(ret, template->len, 4);
        for (size_t i = 0; i < template->len; i++)
                add_le(ret, bits_of(template->values[i]), 4);
}

bool template_parse(struct str bytes, struct face_template *ret)
{
        double square = 0;
        if (bytes.len < TEMPLATE_HEADER_LEN || memcmp(bytes.ptr, form, sizeof(form)) != 0)
                return false;
        ret->models = get_le(bytes.ptr + 4, 8);
        ret->threshold = float_at(bytes.ptr + 12);
        ret->strangers = float_at(bytes.ptr + 16);
        ret->len = (size_t)get_le(bytes.ptr + 20, 4);
        if (ret->len == 0 || ret->len > TEMPLATE_VALUES_MAX ||
            bytes.len != TEMPLATE_HEADER_LEN + 4 * ret->len || !(ret->threshold > 0 && ret->threshold <= 1) ||
            !(ret->strangers >= -1 && ret->strangers <= 1))
                return false;
        for (size_t i = 0; i < ret->len; i++) {
                ret->values[i] = float_at(bytes.ptr + TEMPLATE_HEADER_LEN + 4 * i);
                if (!isfinite(ret->values[i]))
                        return false;
                square += (double)ret->values[i] * (double)ret->values[i];
        }
        return fabs(square - 1) < length_slack;
}

/* In several sums, so that one addition need not wait for the one before. */
float template_cosine(const struct face_template *a, const struct face_template *b)
{
        enum { SUMS = 8 };
        float sums[SUMS] = {0}, sum = 0;
        if (a->models != b->models || a->len != b->len)
                return -1;
        size_t whole = a->len / SUMS * SUMS;
        for (size_t i = 0; i < whole; i += SUMS)
                for (size_t k = 0; k < SUMS; k++)
                        sums[k] += a->values[i + k] * b->values[i + k];
        for (size_t i = whole; i < a->len; i++)
                sum += a->values[i] * b->values[i];
        for (size_t k = 0; k < SUMS; k++)
                sum += sums[k];
        sum -= (a->strangers + b->strangers) / 2;
        return fminf(1, fmaxf(-1, sum));
}

void template_wipe(struct face_template *template)
{
        explicit_bzero(template, sizeof(*template));
}
