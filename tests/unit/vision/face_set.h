/*
 * The real models, and pictures of the face sets, for tests: each is skipped by name where they are not
 * there.
 */
#pragma once

#include "vision/face.h"

/* Begins `op`. The models of BONIN_MODELS, or MODEL_DIR. */
struct faces *face_set_open(struct op *op);
void face_set_close(struct op *op, struct faces *faces);
/* The picture `name` of BONIN_DATA. */
void face_set_load(struct op *op, const char *name, struct image *ret);
