/*
 * What is printed in the zones of public specimen pictures, as hashes: some of those pictures show people,
 * and their names have no place here. Whoever holds the pictures can tell a right reading from a wrong one.
 */
#pragma once

#include "base/str.h"

/* 1: `zone` (lines joined by line feeds) is what the picture of that name shows; 0: it is not; -1: the
 * picture is not known. */
int mrz_truth_says(struct str picture, struct str zone);
/* The half a picture belongs to: true for the one that is kept for reporting. */
bool mrz_truth_is_held_out(struct str picture);
