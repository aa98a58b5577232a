#include "bench/calibrate.h"

#include "bench/cohort.h"
#include "bench/pairs.h"
#include "bench/tail.h"

#include <math.h>

/* What the default threshold is to let pass of impostors. */
static const double rate_wanted = 1e-4;

/* One trial with the people whose it is; `cosine` is that of face_prints_cosine as strangers to the cohort
 * have it: with each person's own part taken out of the means. */
static void add_trials(const struct matching *matching, const struct shots *shots,
                       const struct people *people, enum shot_kind kind, struct tail *tail,
                       struct scores *genuine)
{
        const struct face_manifest *manifest = faces_manifest(matching->faces);
        for (size_t a = 0; a < shots->len; a++) {
                for (size_t b = 0; b < shots->len; b++) {
                        const struct shot *first = shots->at[a], *second = shots->at[b];
                        if (first->kind != kind || !matching_is_trial(shots, a, b))
                                continue;
                        size_t one = people_find(people, first), other = people_find(people, second);
                        if (MAX(one, other) >= tail->people)
                                continue;
                        double cosine = face_fused_cosine(manifest, &first->print, &second->print) -
                                        (people_cosine(people, manifest, &first->print, one) +
                                         people_cosine(people, manifest, &second->print, other)) /
                                            2;
                        if (one == other)
                                scores_add(genuine, cosine);
                        else
                                tail_add(tail, cosine, one, other);
                }
        }
}

/* The logistic regression of "one person" on the cosine, both kinds of pairs counting as much in all. */
static void fit(const struct scores *genuine, const struct tail *tail, double *ret_slope, double *ret_centre)
{
        double slope = 20, shift = -slope * 0.3;
        for (int round = 0; round < 60; round++) {
                double gradient[2] = {0}, curve[3] = {1e-9, 0, 1e-9};
                for (size_t i = 0; i < genuine->len + tail->len; i++) {
                        bool same = i < genuine->len;
                        double x = same ? genuine->at[i] : tail->at[i - genuine->len].cosine;
                        double weight = 1 / (double)(same ? genuine->len : tail->len);
                        double p = 1 / (1 + exp(-(slope * x + shift)));
                        double miss = weight * ((same ? 1 : 0) - p), bend = weight * p * (1 - p);
                        gradient[0] += miss * x;
                        gradient[1] += miss;
                        curve[0] += bend * x * x;
                        curve[1] += bend * x;
                        curve[2] += bend;
                }
                double det = curve[0] * curve[2] - curve[1] * curve[1];
                slope += (curve[2] * gradient[0] - curve[1] * gradient[1]) / det;
                shift += (curve[0] * gradient[1] - curve[1] * gradient[0]) / det;
        }
        *ret_slope = slope;
        *ret_centre = -shift / slope;
}

static double score_of(double slope, double centre, double cosine)
{
        return 1 / (1 + exp(-slope * (cosine - centre)));
}

/* The regression's slope gives the likelihood ratio; it is halved, as face.h says, for it is steep on few
 * people, and a score should tell a sure pair from a very sure one. */
static void print_similarity(const struct scores *genuine, struct tail *tail)
{
        static const double rates[] = {1e-2, 1e-3, 1e-4, 1e-5};
        double slope, centre, low, high;
        fit(genuine, tail, &slope, &centre);
        slope /= 2;
        for (size_t i = 0; i < LEN(rates); i++) {
                double cosine = tail_threshold(tail, rates[i]);
                fprintf(stderr, "  false matches %.0e: cosine %.3f, similarity %.4f\n", rates[i], cosine,
                        score_of(slope, centre, cosine));
        }
        double threshold = ceil(100 * score_of(slope, centre, tail_threshold(tail, rate_wanted))) / 100;
        double cosine = centre + log(threshold / (1 - threshold)) / slope;
        tail_interval(tail, cosine, &low, &high);
        fprintf(stderr,
                "%zu pairs of one person, %zu of two: of impostors similarity %.2f lets pass %.0e; 95 %%, "
                "drawing "
                "people again, %.1e to %.1e\n",
                genuine->len, tail->len, threshold, rate_wanted, low, high);
        printf("{\n  \"similarity\": {\"centre\": %.4f, \"slope\": %.2f, \"threshold\": %.2f},\n", centre,
               slope, threshold);
}

static void print_cohort(const struct people *people)
{
        printf("  \"cohort\": [\n");
        for (size_t group = 0; group < people->groups; group++) {
                const struct face_print *mean = &people->means[group];
                printf("    {\"people\": %zu, \"means\": [\n", people->counts[group]);
                for (size_t i = 0; i < mean->len; i++) {
                        printf("      [");
                        for (size_t k = 0; k < mean->at[i].len; k++)
                                printf("%s%s%.4g", k ? "," : "", k && k % 16 == 0 ? "\n       " : "",
                                       (double)lroundf(mean->at[i].values[k] * 1e4F) / 1e4);
                        printf("]%s\n", i + 1 < mean->len ? "," : "");
                }
                printf("    ]}%s\n", group + 1 < people->groups ? "," : "");
        }
        printf("  ]\n");
}

int calibrate_run(const struct matching *matching)
{
        static const struct {
                const char *list;
                int kinds;
        } sets[] = {{"east_asian_pairs.tsv", SHOT_PORTRAIT_115 + 1}, {"lfw_pairs.tsv", SHOT_PLAIN + 1}};
        struct shots shots[LEN(sets)] = {0};
        struct people people = {0};
        for (size_t i = 0; i < LEN(sets); i++) {
                if (!matching_load(matching, sets[i].list, true, sets[i].kinds, &shots[i]))
                        return 3;
                people_add_group(&people, &shots[i]);
        }
        /* The group that is likely to be served, which is also the one that is confused most. */
        struct tail tail = {.people = people.counts[0]};
        struct scores genuine = {0};
        add_trials(matching, &shots[0], &people, SHOT_PLAIN, &tail, &genuine);
        add_trials(matching, &shots[0], &people, SHOT_PORTRAIT_115, &tail, &genuine);
        print_similarity(&genuine, &tail);
        print_cohort(&people);
        printf("}\n");
        x_free(genuine.at);
        tail_release(&tail);
        people_release(&people);
        for (size_t i = 0; i < LEN(sets); i++)
                shots_release(&shots[i]);
        return 0;
}
