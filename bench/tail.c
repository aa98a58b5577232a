#include "bench/tail.h"

#include <math.h>
#include <stdlib.h>

enum { ROUNDS = 1000 };

static const double share = 0.01;

/* From where on, and the distribution's two parameters above that; a shape below 0 has an end. */
struct fall {
        double from, scale, shape;
};

void tail_add(struct tail *tail, double cosine, size_t one, size_t other)
{
        if (tail->len == tail->cap) {
                tail->cap = tail->cap ? 2 * tail->cap : 1024;
                tail->at = x_grow(tail->at, tail->cap, sizeof(struct tail_pair));
        }
        tail->at[tail->len++] = (struct tail_pair){cosine, one, other};
}

void tail_release(struct tail *tail)
{
        x_free(tail->at);
        *tail = (struct tail){0};
}

static int falling(const void *a, const void *b)
{
        double left = ((const struct tail_pair *)a)->cosine, right = ((const struct tail_pair *)b)->cosine;
        return (left < right) - (left > right);
}

static double count_of(const struct tail_pair *pair, const int *drawn)
{
        return drawn[pair->one] * drawn[pair->other];
}

/* Each pair counts as often as both people were drawn. The pairs are sorted. */
static struct fall fit(const struct tail *tail, const int *drawn)
{
        double all = 0, seen = 0, sum = 0, square = 0;
        size_t last = 0;
        for (size_t i = 0; i < tail->len; i++)
                all += count_of(&tail->at[i], drawn);
        for (size_t i = 0; i < tail->len && seen < share * all; i++) {
                seen += count_of(&tail->at[i], drawn);
                last = i;
        }
        for (size_t i = 0; i <= last; i++) {
                double above = tail->at[i].cosine - tail->at[last].cosine;
                sum += count_of(&tail->at[i], drawn) * above;
                square += count_of(&tail->at[i], drawn) * above * above;
        }
        double mean = sum / fmax(seen, 1), variance = fmax(square / fmax(seen, 1) - mean * mean, 1e-12);
        double ratio = mean * mean / variance;
        return (struct fall){tail->at[last].cosine, mean * (ratio + 1) / 2, (1 - ratio) / 2};
}

static struct fall fit_all(struct tail *tail)
{
        int *drawn = x_new(tail->people, sizeof(int));
        for (size_t i = 0; i < tail->people; i++)
                drawn[i] = 1;
        qsort(tail->at, tail->len, sizeof(struct tail_pair), falling);
        struct fall fall = fit(tail, drawn);
        x_free(drawn);
        return fall;
}

static bool is_exponential(const struct fall *fall)
{
        return fabs(fall->shape) < 1e-6;
}

double tail_threshold(struct tail *tail, double rate)
{
        struct fall fall = fit_all(tail);
        double times = share / rate;
        if (is_exponential(&fall))
                return fall.from + fall.scale * log(times);
        return fall.from + fall.scale / fall.shape * (pow(times, fall.shape) - 1);
}

static double rate_above(const struct fall *fall, double cosine)
{
        double above = (cosine - fall->from) / fmax(fall->scale, 1e-12);
        if (is_exponential(fall))
                return share * exp(-above);
        return share * pow(fmax(1 + fall->shape * above, 0), -1 / fall->shape);
}

static int rising(const void *a, const void *b)
{
        double left = *(const double *)a, right = *(const double *)b;
        return (left > right) - (left < right);
}

void tail_interval(struct tail *tail, double cosine, double *ret_low, double *ret_high)
{
        double rates[ROUNDS];
        int *drawn = x_new(tail->people, sizeof(int));
        (void)fit_all(tail);
        srandom(1);
        for (int round = 0; round < ROUNDS; round++) {
                for (size_t i = 0; i < tail->people; i++)
                        drawn[i] = 0;
                for (size_t i = 0; i < tail->people; i++)
                        drawn[(size_t)random() % tail->people]++;
                struct fall fall = fit(tail, drawn);
                rates[round] = rate_above(&fall, cosine);
        }
        qsort(rates, ROUNDS, sizeof(double), rising);
        *ret_low = rates[ROUNDS / 40];
        *ret_high = rates[ROUNDS - 1 - ROUNDS / 40];
        x_free(drawn);
}
