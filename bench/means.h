/*
 * What it helps to compare a portrait with the mean of several pictures of a person, as is done where there
 * are frames beside the selfie (vision/active.h).
 */
#pragma once

#include "bench/matching.h"

/* Of the pictures that `root`/`list` names, every mean of one, two and three of a person against every other
 * picture. They are of different days, frames are not: what a mean helps here is the most that it can. */
void means_run(const struct matching *matching, const char *list, const char *title);
/* Of `root`/nuaa.tsv, means of one to four live frames of one sitting, against portraits made of the
 * subject's other sittings and of the other subjects. */
void means_sittings(const struct matching *matching);
