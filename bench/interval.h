/*
 * How sure a share is that was counted.
 */
#pragma once

#include "base/util.h"

/* Wilson's interval of hits / of, 95 %. Nothing counted: 0 to 1. */
void interval(size_t hits, size_t of, double *ret_low, double *ret_high);
