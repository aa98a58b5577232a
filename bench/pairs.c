#include "bench/pairs.h"

#include "bench/interval.h"

#include <math.h>
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

size_t trial_false_matches(const struct trial *trial, double threshold)
{
        return trial->impostor.len - count_below(&trial->impostor, threshold);
}

size_t trial_false_non_matches(const struct trial *trial, double threshold)
{
        return count_below(&trial->genuine, threshold);
}

static double share(size_t count, size_t of)
{
        return (double)count / (double)MAX(of, 1);
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
                double at = trial->genuine.at[i];
                double miss = share(trial_false_non_matches(trial, at), trial->genuine.len);
                double pass = share(trial_false_matches(trial, at), trial->impostor.len);
                if (fabs(miss - pass) < best) {
                        best = fabs(miss - pass);
                        rate = (miss + pass) / 2;
                }
        }
        return rate;
}

void trial_print_head(const char *title, double threshold)
{
        printf("%s\n  %-30s %4s %7s %6s  %-28s  %-28s  %s %.3f\n", title, "", "same", "other", "EER",
               "FNMR at FMR 1:1,000", "FNMR at the threshold", "FMR at the threshold", threshold);
}

/* "1.38 % (0.38 to 4.89) 2" */
static void print_share(size_t count, size_t of)
{
        char text[64];
        double low, high;
        interval_wilson(count, of, &low, &high);
        snprintf(text, sizeof(text), "%.3f %% (%.3f to %.3f) %zu", 100 * share(count, of), 100 * low,
                 100 * high, count);
        printf("  %-28s", text);
}

void trial_print(const struct trial *trial, const char *name, double threshold)
{
        size_t genuine = trial->genuine.len, impostor = trial->impostor.len;
        printf("  %-30s %4zu %7zu %5.2f%%", name, genuine, impostor, 100 * trial_equal_error(trial));
        if (impostor < 1000)
                printf("  %-28s", "too few");
        else
                print_share(trial_false_non_matches(trial, trial_threshold_at(trial, 1e-3)), genuine);
        print_share(trial_false_non_matches(trial, threshold), genuine);
        print_share(trial_false_matches(trial, threshold), impostor);
        printf("\n");
}

void trial_write_curve(const struct trial *trial, const char *name, FILE *to)
{
        for (size_t passed = 0; passed < trial->impostor.len; passed = MAX(passed + 1, passed * 21 / 20)) {
                double rate = share(passed, trial->impostor.len), at = trial_threshold_at(trial, rate);
                fprintf(to, "%s\t%.8f\t%.8f\n", name, rate,
                        share(trial_false_non_matches(trial, at), trial->genuine.len));
        }
}
