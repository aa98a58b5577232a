/*
 * Programs of tests/fakes/ that stand for the outside. Each prints one line of JSON when it is ready, and
 * ends when its standard input does, so that none outlives a test run however it ends.
 */
#pragma once

#include "base/json.h"

struct fake {
        pid_t pid;
        int input;
        json_t *ready; /* what it printed */
};

/* Start tests/fakes/NAME (the folder BONIN_TESTS, or ./tests). Ends the test as skipped where it exits with
 * 77, as failed where it does not come up. */
void fake_start(struct fake *fake, const char *name);
void fake_stop(struct fake *fake); /* fits CLEANUP */
