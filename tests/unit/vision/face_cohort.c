#include "vision/face_open.h"

#include "unit/test.h"

#include <math.h>
#include <string.h>

/* Two embedders of two and three values. */
static const struct face_manifest manifest = {.models = {{.role = FACE_DETECTOR},
                                                         {.role = FACE_EMBEDDER, .weight = 3, .length = 2},
                                                         {.role = FACE_ATTACK},
                                                         {.role = FACE_EMBEDDER, .weight = 1, .length = 3}},
                                              .models_len = 4};

static enum rc parse(const char *text, struct face_cohort *ret)
{
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 1 << 16, 1000);
        return face_cohort_parse(&op, str_from(text), &manifest, ret);
}

static bool near(double a, double b)
{
        return fabs(a - b) < 1e-6;
}

TEST(face_cohort_refuses_what_is_no_mean)
{
        static const char *const wrong[] = {
            "{\"cohort\": 1}",
            "{\"cohort\": [1]}",
            "{\"cohort\": [{\"means\": []}]}",
            "{\"cohort\": [{\"means\": [[0.1, 0.2]]}]}",
            "{\"cohort\": [{\"means\": [[0.1, 0.2, 0.3], [0.1, 0.2, 0.3]]}]}",
            "{\"cohort\": [{\"means\": [[0.1, 0.2], [0.1, 0.2, \"3\"]]}]}",
            "{\"cohort\": [{\"means\": [[0.1, 0.2], [0.1, 0.2, 0.3], [0.1]]}]}",
            "{\"cohort\": [{\"means\": [[0.8, 0.8], [0.1, 0.2, 0.3]]}]}", /* longer than a mean can be */
            "{\"cohort\": [{}, {}, {}, {}, {}]}",
        };
        for (size_t i = 0; i < LEN(wrong); i++) {
                CLEANUP(face_cohort_release) struct face_cohort cohort = {0};
                CHECK(parse(wrong[i], &cohort) == RC_CONFIG);
                CHECK(cohort.len == 0);
        }
        struct face_cohort none = {0};
        CHECK(parse("{}", &none) == RC_OK && none.len == 0);
}

/* Negative control: with the first group in place of the most alike, or without the weights, it fails. */
TEST(face_cohort_takes_the_group_that_is_most_alike)
{
        CLEANUP(face_cohort_release) struct face_cohort cohort = {0};
        CHECK(
            parse(
                "{\"cohort\": [{\"means\": [[0.1, 0], [0, 0.2, 0]]}, {\"means\": [[0.4, 0], [0, 0, 0.8]]}]}",
                &cohort) == RC_OK);
        float a[2] = {1, 0}, b[3] = {0, 1, 0};
        struct face_print print = {.at = {{a, 2}, {b, 3}}, .len = 2};
        CHECK(near(face_cohort_cosine(&cohort, &manifest, &print), 0.75 * 0.4));
        a[0] = -1;
        CHECK(near(face_cohort_cosine(&cohort, &manifest, &print), -0.75 * 0.1 + 0.25 * 0.2));
        CHECK(face_cohort_cosine(&(struct face_cohort){0}, &manifest, &print) == 0);
}

/* Two strangers of a group that all look alike to the models are no nearer than two of another group.
 * Negative control: without taking the mean off, 0.5 and 0. */
TEST(face_prints_are_compared_with_what_strangers_have_in_common)
{
        struct faces faces = {
            .manifest = {.models = {{.role = FACE_EMBEDDER, .weight = 1, .length = 4}}, .models_len = 1}};
        float mean[4] = {0.70710678F, 0, 0, 0}, half = 0.70710678F;
        faces.cohort = (struct face_cohort){.groups = {{.at = {{mean, 4}}, .len = 1}}, .len = 1};
        float one[4] = {half, half, 0, 0}, other[4] = {half, 0, half, 0};
        float far_one[4] = {0, 1, 0, 0}, far_other[4] = {0, 0, 1, 0};
        struct face_print a = {.at = {{one, 4}}, .len = 1}, b = {.at = {{other, 4}}, .len = 1};
        struct face_print c = {.at = {{far_one, 4}}, .len = 1}, d = {.at = {{far_other, 4}}, .len = 1};
        CHECK(fabs(face_prints_cosine(&faces, &a, &b)) < 1e-3);
        CHECK(fabs(face_prints_cosine(&faces, &c, &d)) < 1e-3);
        CHECK(near(face_prints_cosine(&faces, &a, &b), face_prints_cosine(&faces, &b, &a)));
}
