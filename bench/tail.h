/*
 * How often the scores of two people get how high, beyond what was counted: what the highest hundredth has
 * above its lowest is taken for a generalised Pareto distribution, fitted by its mean and variance.
 */
#pragma once

#include "base/util.h"

struct tail_pair {
        double cosine;
        size_t one, other; /* numbers of two people */
};

struct tail {
        struct tail_pair *at;
        size_t len, cap;
        size_t people; /* numbers are below it */
};

void tail_add(struct tail *tail, double cosine, size_t one, size_t other);
void tail_release(struct tail *tail);
/* Above which `rate` of the pairs are; the rate is at most a hundredth. There must be pairs. */
double tail_threshold(struct tail *tail, double rate);
/* What rate that threshold may have in truth, 95 %: people are drawn again, with their pairs, so that it
 * counts that one person is in many pairs. */
void tail_interval(struct tail *tail, double cosine, double *ret_low, double *ret_high);
