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
/* How far hashes of frames lie apart: of a frame that was encoded anew or made smaller, of frames of one live
 * sequence, and of live sequences of others. */
NODISCARD bool active_hashes(const char *path);
