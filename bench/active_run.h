/*
 * The judge of active liveness on a manifest of sequences (bench/liveness): how many of each kind pass, why
 * the others do not, and what it takes.
 */
#pragma once

#include "vision/active.h"

/* Judge all sequences of the manifest at `path` and print the rates. `rows`: and a line for each sequence.
 * False where the manifest cannot be read. */
NODISCARD bool active_run(struct faces *faces, const char *path, bool rows);
/* Read and decode a picture; tells on stderr where it cannot. */
NODISCARD bool active_picture(struct op *op, const char *path, struct image *ret);
/* How often pictures of faces, which lie in a folder a person, are known again by their hashes when they come
 * encoded anew, cropped, shifted, scaled or brightened; and how often two are falsely taken for one. */
NODISCARD bool active_hashes(struct faces *faces, char **paths, size_t len);
/* Print vision/frame_average.c's numbers: the mean of the faces in these pictures, brought to the one of
 * before.
 */
NODISCARD bool active_average(struct faces *faces, char **paths, size_t len);
