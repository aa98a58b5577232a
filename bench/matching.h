/*
 * How well faces are compared, on sets of pictures of known people. People are split into two halves by their
 * names: on one things are chosen, on the other they are measured.
 */
#pragma once

#include "bench/shots.h"

#include <stdio.h>

struct matching {
        struct faces *faces;
        const char *root; /* of the sets */
        FILE *curves;     /* NULL, or what is measured on everybody goes there for tools/bench to draw */
};

/* Read `root`/`list`: lines of reference, selfie and 1 where they are of one person. Compare those pairs, and
 * every picture with every other, as the first `kinds` of shot_kind; print both halves, everybody, men and
 * women. */
void matching_run(const struct matching *matching, const char *list, const char *title, int kinds);
/* Every pair of pictures that the threshold judges wrongly, with what the pictures are like. */
void matching_wrong(const struct matching *matching, const char *list, const char *title);

/* The cosine that becomes the manifest's threshold of similarity_score. */
double matching_threshold(const struct matching *matching);
/* Of "set/Person/Person_0001.jpg", the person; and whether they are of the half that nothing is chosen on. */
struct str matching_person(struct str path);
bool matching_is_aside(struct str person);
/* Take the shots of the pictures that the list names, of the first `kinds`; `development`: of that half of
 * the people only, the others are not even opened. False where there is no such list. */
NODISCARD bool matching_load(const struct matching *matching, const char *list, bool development, int kinds,
                             struct shots *ret);
/* Whether two shots are a trial: both have a face, they are of two pictures, the second as taken; and where
 * both are as taken, the pair has not come the other way round. */
bool matching_is_trial(const struct shots *shots, size_t a, size_t b);
