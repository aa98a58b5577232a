#include "pairs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void scores_add(struct scores *scores, double value)
{
        if (scores->len == scores->cap) {
                scores->cap = scores->cap ? 2 * scores->cap : 256;
                scores->at = x_grow(scores->at, scores->cap, sizeof(double));
        }
        scores->at[scores->len++] = value;
}

void trial_release(struct trial *trial)
{
        x_free(trial->genuine.at);
        x_free(trial->impostor.at);
        *trial = (struct trial){0};
}

static int rising(const void *a, const void *b)
{
        double left = *(const double *)a, right = *(const double *)b;
        return (left > right) - (left < right);
}

static void sort(struct scores *scores)
{
        if (scores->len)
                qsort(scores->at, scores->len, sizeof(double), rising);
}

void trial_sort(struct trial *trial)
{
        sort(&trial->genuine);
        sort(&trial->impostor);
}

/* How many are below `value`; the list is sorted. */
static size_t count_below(const struct scores *scores, double value)
{
        size_t low = 0, high = scores->len;
        while (low < high) {
                size_t middle = (low + high) / 2;
                if (scores->at[middle] < value)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

double trial_false_match(const struct trial *trial, double threshold)
{
        size_t passed = trial->impostor.len - count_below(&trial->impostor, threshold);
        return (double)passed / (double)MAX(trial->impostor.len, 1);
}

double trial_false_non_match(const struct trial *trial, double threshold)
{
        return (double)count_below(&trial->genuine, threshold) / (double)MAX(trial->genuine.len, 1);
}

double trial_threshold_at(const struct trial *trial, double rate)
{
        const struct scores *impostor = &trial->impostor;
        size_t may_pass = (size_t)floor(rate * (double)impostor->len + 1e-9);
        if (may_pass >= impostor->len)
                return -1;
        return nextafter(impostor->at[impostor->len - 1 - may_pass], 2);
}

double trial_equal_error(const struct trial *trial)
{
        double best = 1, rate = 1;
        for (size_t i = 0; i < trial->genuine.len; i++) {
                double miss = trial_false_non_match(trial, trial->genuine.at[i]);
                double pass = trial_false_match(trial, trial->genuine.at[i]);
                if (fabs(miss - pass) < best) {
                        best = fabs(miss - pass);
                        rate = (miss + pass) / 2;
                }
        }
        return rate;
}

/* The share of genuine ones that pass where at most `rate` of the impostors do, or that the impostors are too
 * few to say. */
static void print_rate(const struct trial *trial, double rate)
{
        double threshold = trial_threshold_at(trial, rate);
        if ((double)trial->impostor.len * rate < 1)
                printf("  %-13s", "too few");
        else
                printf("  %.3f (%.3f)", 1 - trial_false_non_match(trial, threshold), threshold);
}

void trial_print(struct trial *trial, const char *name, double at)
{
        trial_sort(trial);
        printf("  %-24s %5zu %7zu  %.4f", name, trial->genuine.len, trial->impostor.len,
               trial_equal_error(trial));
        print_rate(trial, 1e-2);
        print_rate(trial, 1e-3);
        print_rate(trial, 1e-4);
        printf("  %.1e %.3f\n", trial_false_match(trial, at), trial_false_non_match(trial, at));
}
