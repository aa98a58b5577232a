/*
 * What the bench says of rates must itself be right.
 */
#include "bench/interval.h"
#include "bench/tail.h"

#include "unit/test.h"

#include <math.h>

TEST(interval_is_wilsons)
{
        static const struct {
                size_t hits, of;
                double low, high;
        } known[] = {
            {0, 10, 0, 0.2775}, {5, 10, 0.2366, 0.7634}, {10, 10, 0.7225, 1}, {3, 4291, 0.00024, 0.00205}};
        double low, high;
        for (size_t i = 0; i < LEN(known); i++) {
                interval_wilson(known[i].hits, known[i].of, &low, &high);
                CHECK(fabs(low - known[i].low) < 1e-4 && fabs(high - known[i].high) < 1e-4);
        }
        interval_wilson(0, 0, &low, &high);
        CHECK(low == 0 && high == 1);
}

/* Scores that fall off by e every 0.03 above 0.2, of which one in a hundred is above 0.338, and evenly spread
 * ones, which end at 1. Negative control: with the mean for the whole fit, as of an exponential, the second
 * fails; with the share of all pairs for that of the highest hundredth, both. */
TEST(tail_continues_what_falls_off)
{
        enum { PEOPLE = 100 };
        CLEANUP(tail_release) struct tail tail = {.people = PEOPLE};
        size_t count = PEOPLE * (PEOPLE - 1) / 2, at = 0;
        for (size_t one = 0; one < PEOPLE; one++) {
                for (size_t other = 0; other < one; other++, at++) {
                        /* 1231 has no divisor in common with the number of pairs, so that all ranks come. */
                        double rank = (double)(at * 1231 % count) + 0.5;
                        tail_add(&tail, 0.2 - 0.03 * log(rank / (double)count), one, other);
                }
        }
        static const double rates[] = {1e-2, 1e-3, 1e-4, 1e-5};
        for (size_t i = 0; i < LEN(rates); i++)
                CHECK(fabs(tail_threshold(&tail, rates[i]) - (0.2 - 0.03 * log(rates[i]))) < 0.03);
        double low, high;
        tail_interval(&tail, tail_threshold(&tail, 1e-4), &low, &high);
        CHECK(low < 1e-4 && high > 1e-4 && high < 1e-3);
}

TEST(tail_has_an_end_where_the_scores_have)
{
        enum { COUNT = 10000 };
        CLEANUP(tail_release) struct tail tail = {.people = 2};
        for (size_t i = 0; i < COUNT; i++)
                tail_add(&tail, ((double)i + 0.5) / COUNT, 0, 1);
        CHECK(fabs(tail_threshold(&tail, 1e-3) - 0.999) < 0.0005);
        CHECK(fabs(tail_threshold(&tail, 1e-6) - 1) < 0.0005);
}
