/* The bytes of a template: what comes out is what went in, and nothing else is taken for one. */
#include "vision/template.h"

#include "unit/test.h"

#include <math.h>
#include <string.h>

static void fill(struct face_template *template, float turn)
{
        *template = (struct face_template){
            .models = 0x0123456789abcdef, .threshold = 0.5F, .strangers = 0.25F, .len = 19};
        template->values[0] = cosf(turn);
        template->values[18] = sinf(turn);
}

TEST(a_template_comes_back_as_it_was)
{
        struct face_template one, back;
        CLEANUP(buf_release) struct buf bytes;
        buf_init(&bytes, TEMPLATE_MAX);
        fill(&one, 0.3F);
        template_format(&one, &bytes);
        CHECK(bytes.len == TEMPLATE_HEADER_LEN + 4 * one.len);
        CHECK(template_parse(buf_str(&bytes), &back));
        CHECK(back.models == one.models && back.len == one.len &&
              memcmp(back.values, one.values, 4 * one.len) == 0);
        CHECK(back.threshold >= 0.5F && back.threshold <= 0.5F);
        CHECK(back.strangers >= 0.25F && back.strangers <= 0.25F);
}

/* Controls: leave the threshold's range, the strangers', the number of values, isfinite or the length out of
 * template_parse.
 */
TEST(what_is_no_template_is_not_taken_for_one)
{
        static const struct {
                size_t at;
                char byte;
        } spoilt[] = {
            {0, 'X'},                         /* another form */
            {3, 2},                           /* of a later version */
            {15, (char)0x80},                 /* a threshold below 0 */
            {15, 0x7f},                       /* one that is none, or far too much */
            {19, 0x40},                       /* more in common with strangers than with itself */
            {19, 0x7f},                       /* or no number */
            {20, 18},                         /* a value is left over */
            {20, 20},                         /* one is missing */
            {23, 0x40},                       /* 2^30 of them */
            {TEMPLATE_HEADER_LEN + 7, 0x7f},  /* infinity */
            {TEMPLATE_HEADER_LEN + 3, 0x41},  /* a vector that is too long */
            {TEMPLATE_HEADER_LEN + 75, 0x00}, /* one that is too short */
        };
        struct face_template one, back;
        CLEANUP(buf_release) struct buf bytes;
        buf_init(&bytes, TEMPLATE_MAX);
        fill(&one, 0.8F);
        template_format(&one, &bytes);
        bytes.ptr[TEMPLATE_HEADER_LEN + 6] =
            (char)0x80; /* what makes the next byte infinity; by itself next to 0 */
        CHECK(template_parse(buf_str(&bytes), &back));
        for (size_t i = 0; i < LEN(spoilt); i++) {
                char before = bytes.ptr[spoilt[i].at];
                bytes.ptr[spoilt[i].at] = spoilt[i].byte;
                CHECK(!template_parse(buf_str(&bytes), &back));
                bytes.ptr[spoilt[i].at] = before;
        }
        for (size_t len = 0; len < bytes.len; len++)
                CHECK(!template_parse(str_sub(buf_str(&bytes), 0, len), &back));
}

TEST(templates_are_compared_by_their_cosine_and_only_with_those_of_the_same_models)
{
        struct face_template one, other;
        fill(&one, 0);
        for (int i = 0; i < 7; i++) {
                fill(&other, 0.5F * (float)i);
                CHECK(fabsf(template_cosine(&one, &other) - fmaxf(-1, cosf(0.5F * (float)i) - 0.25F)) <
                      1e-6F);
        }
        other.strangers = -0.25F; /* the mean of both is taken off */
        CHECK(fabsf(template_cosine(&one, &other) - cosf(3)) < 1e-6F);
        other = one;
        other.models++;
        CHECK(template_cosine(&one, &other) < 0);
        other = one;
        other.len--;
        CHECK(template_cosine(&one, &other) < 0);
}
