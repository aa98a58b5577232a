#include "bench/reliability.h"

#include <stdio.h>

/* Where bins of confidence begin: finer where decisions are made. */
static const double bins[RELIABILITY_BINS] = {0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998};

void reliability_note(struct reliability *reliability, double confidence, bool right)
{
        size_t bin = 0;
        while (bin + 1 < LEN(bins) && confidence >= bins[bin + 1])
                bin++;
        reliability->said[bin]++;
        reliability->right[bin] += right;
        reliability->sum[bin] += confidence;
}

void reliability_print(const char *of, const struct reliability *reliability)
{
        bool headed = false;
        for (size_t bin = 0; bin < LEN(bins); bin++) {
                int said = reliability->said[bin];
                if (said > 0 && !headed)
                        printf("\nconfidence of %s\n%17s %6s %16s %8s\n", of, "from to", "n",
                               "said on average", "right");
                headed = headed || said > 0;
                if (said > 0)
                        printf("%8.3f to %.3f %6d %16.4f %8.4f\n", bins[bin],
                               bin + 1 < LEN(bins) ? bins[bin + 1] : 1.0, said, reliability->sum[bin] / said,
                               reliability->right[bin] / (double)said);
        }
}
