#include "bench/interval.h"

#include <math.h>

void interval_wilson(size_t hits, size_t of, double *ret_low, double *ret_high)
{
        static const double z = 1.96;
        *ret_low = 0;
        *ret_high = 1;
        if (of == 0)
                return;
        double n = (double)of, share = (double)hits / n, middle = share + z * z / (2 * n);
        double half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
        *ret_low = fmax(0, (middle - half) / (1 + z * z / n));
        *ret_high = fmin(1, (middle + half) / (1 + z * z / n));
}
