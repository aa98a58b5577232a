/*
 * What models/manifest.json says of likeness, from the half of the people that things are chosen on.
 */
#pragma once

#include "bench/matching.h"

/* Print `cohort` and `similarity` as JSON on stdout, and what they rest on on stderr. An exit status. */
int calibrate_run(const struct matching *matching);
