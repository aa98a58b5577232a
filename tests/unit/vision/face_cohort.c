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

/* One manifest, two values a print: a cosine is what the first print has of the reference. */
static struct faces simple(void)
{
        return (struct faces){.manifest = {.models = {{.role = FACE_EMBEDDER, .weight = 1, .length = 3}},
                                           .models_len = 1,
                                           .match_centre = 0.3,
                                           .match_slope = 10,
                                           .match_threshold = 0.95,
                                           .live_threshold = 0.5}};
}

/* Two prints that are each half like the reference, by what they share; the rest differs. Controls: the sum,
 * or the first print, for the mean; length 1 in level. */
TEST(face_prints_have_a_mean)
{
        float one[3] = {0.6F, 0.8F, 0}, other[3] = {0.6F, 0, 0.8F}, like[3] = {1, 0, 0};
        const struct face_print a = {.at = {{one, 3}}, .len = 1}, b = {.at = {{other, 3}}, .len = 1};
        const struct face_print reference = {.at = {{like, 3}}, .len = 1};
        CLEANUP(face_print_release) struct face_print mean = {0};
        CLEANUP(face_print_release) struct face_print alone = {0};
        CLEANUP(face_print_release) struct face_print twice = {0};
        struct faces faces = simple();
        face_prints_mean((const struct face_print *[]){&a, &b}, 2, 0.75, &mean);
        face_prints_mean((const struct face_print *[]){&a}, 1, 0.75, &alone);
        face_prints_mean((const struct face_print *[]){&b, &b, &b}, 3, 0.75, &twice);
        CHECK(mean.len == 1 && mean.at[0].len == 3);
        /* The middle is (.6, .4, .4): its square is .68, a length of 1 would be a cosine of .728. */
        CHECK(near(face_prints_cosine(&faces, &reference, &mean), 0.6 / sqrt(1 - 0.75 * (1 - 0.68))));
        CHECK(near(face_prints_cosine(&faces, &a, &alone), 1) &&
              near(face_prints_cosine(&faces, &b, &twice), 1));
        CLEANUP(face_print_release) struct face_print whole = {0};
        face_prints_mean((const struct face_print *[]){&a, &b}, 2, 1, &whole);
        CHECK(near(face_prints_cosine(&faces, &reference, &whole), 0.6 / sqrt(0.68)));
        /* Opposite ones have nothing in common, and no length. */
        float back[3] = {-0.6F, -0.8F, 0};
        const struct face_print c = {.at = {{back, 3}}, .len = 1};
        CLEANUP(face_print_release) struct face_print none = {0};
        face_prints_mean((const struct face_print *[]){&a, &c}, 2, 0.75, &none);
        CHECK(near(face_prints_cosine(&faces, &none, &none), 0));
}

/* The score, the match and the errors are of the mean, be it better than the selfie's or worse. Controls:
 * the better of the two scores; errors_len left as it was in face_compare_anew; its test of `several`. */
TEST(face_comparison_is_judged_anew_by_the_mean)
{
        float like[3] = {1, 0, 0}, far[3] = {0.5F, 0.8660254F, 0}, close[3] = {0.8F, 0.6F, 0};
        struct faces faces = simple();
        const struct face_quality fine = {.height = 200,
                                          .sharpness = 1,
                                          .brightness = 128,
                                          .contrast = 60,
                                          .eyes_detail = 1,
                                          .mouth_detail = 1};
        const struct face_pair pair = {.reference = {.at = {{like, 3}}, .len = 1},
                                       .selfie = {.at = {{far, 3}}, .len = 1}};
        const struct face_print good = {.at = {{close, 3}}, .len = 1};
        struct face_comparison comparison = {.reference = {.found = true, .quality = fine},
                                             .selfie = {.found = true, .quality = fine},
                                             .compared = true,
                                             .liveness_score = 0.9,
                                             .thresholds = {.match = 0.95, .liveness = 0.5},
                                             .errors = {RC_FACE_MISMATCH},
                                             .errors_len = 1};
        face_compare_anew(&faces, &pair, &good, &comparison);
        CHECK(comparison.is_match && comparison.errors_len == 0 && near(comparison.cosine, 0.8));
        CHECK(near(comparison.similarity_score, face_score(&faces.manifest, 0.8)));
        face_compare_anew(&faces, &pair, &pair.selfie, &comparison);
        CHECK(!comparison.is_match && comparison.errors_len == 1 && comparison.errors[0] == RC_FACE_MISMATCH);
        CHECK(near(comparison.cosine, 0.5));
        comparison.selfie.several = true;
        face_compare_anew(&faces, &pair, &good, &comparison);
        CHECK(!comparison.is_match && near(comparison.cosine, 0.5));
        comparison = (struct face_comparison){.errors = {RC_NO_FACE}, .errors_len = 1};
        face_compare_anew(&faces, &pair, &good, &comparison);
        CHECK(!comparison.compared && comparison.errors_len == 1 && comparison.cosine == 0);
}
