/*
 * How far a counted share may be from the true one.
 */
#pragma once

#include <stddef.h>

/* Wilson's interval, 95 %, of `hits` among `of` trials; 0 to 1 where there were none. */
void interval_wilson(size_t hits, size_t of, double *ret_low, double *ret_high);
