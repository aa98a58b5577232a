/*
 * Lists of labelled scores and what they say: error rates at a threshold, and thresholds at an error rate.
 */
#pragma once

#include "base/util.h"

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
/* Share of impostors at or above, and of genuine ones below, the threshold. */
double trial_false_match(const struct trial *trial, double threshold);
double trial_false_non_match(const struct trial *trial, double threshold);
/* The lowest threshold at which at most `rate` of the impostors pass. */
double trial_threshold_at(const struct trial *trial, double rate);
/* Where both rates are nearest. */
double trial_equal_error(const struct trial *trial);
/* One line: counts, EER, TPR at 1, .1 and .01 % false matches with their thresholds, and both rates at `at`.
 */
void trial_print(struct trial *trial, const char *name, double at);
