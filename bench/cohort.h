/*
 * The people of sets of pictures, each by the mean of their prints, and the groups that they make up.
 */
#pragma once

#include "bench/shots.h"

struct person {
        struct str name; /* of a shot's path */
        size_t group, shots;
        struct face_print mean;
};

struct people {
        struct person *at;
        size_t len;
        size_t groups, counts[FACE_COHORT_MAX]; /* people of each */
        struct face_print means[FACE_COHORT_MAX];
};

/* Add the people of these shots as a group, by their pictures as taken; those who are there already stay what
 * they are. The shots must outlive `people`. */
void people_add_group(struct people *people, const struct shots *shots);
void people_release(struct people *people);
/* Whose shot this is. */
size_t people_find(const struct people *people, const struct shot *shot);
/* The mean cosine with the people of that group which the face resembles most, person `but` left out. */
double people_cosine(const struct people *people, const struct face_manifest *manifest,
                     const struct face_print *print, size_t but);
