/* What confidences are worth: how often what was said with one was right. */
#pragma once

#include "base/util.h"

enum { RELIABILITY_BINS = 11 };

struct reliability {
        int said[RELIABILITY_BINS], right[RELIABILITY_BINS];
        double sum[RELIABILITY_BINS];
};

void reliability_note(struct reliability *reliability, double confidence, bool right);
/* `of`: what was said. */
void reliability_print(const char *of, const struct reliability *reliability);
