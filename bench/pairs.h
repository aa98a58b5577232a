/*
 * Lists of labelled scores and what they say: error rates at a threshold, and thresholds at an error rate.
 */
#pragma once

#include "base/util.h"

#include <stdio.h>

struct scores {
        double *at;
        size_t len, cap;
};

struct trial {
        struct scores genuine, impostor;
};

void scores_add(struct scores *scores, double value);
void trial_release(struct trial *trial);
/* Sorts both lists; call once all are in, before what follows. */
void trial_sort(struct trial *trial);
/* How many impostors are at or above, and genuine ones below, the threshold. */
size_t trial_false_matches(const struct trial *trial, double threshold);
size_t trial_false_non_matches(const struct trial *trial, double threshold);
/* The lowest threshold at which at most `rate` of the impostors pass. */
double trial_threshold_at(const struct trial *trial, double rate);
/* Where both rates are nearest. */
double trial_equal_error(const struct trial *trial);

/* On stdout: the columns, and one line of them with 95 % intervals: EER, false non-matches where 1 in 1,000
 * impostors passes, and both rates at `threshold`. */
void trial_print_head(const char *title, double threshold);
void trial_print(const struct trial *trial, const char *name, double threshold);
/* The trade of one rate for the other as lines of TSV: name, false match rate, false non-match rate. */
void trial_write_curve(const struct trial *trial, const char *name, FILE *to);
