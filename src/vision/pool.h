/*
 * Taking children from the pool and giving them back; client.h is the pool's public face.
 */
#pragma once

#include "vision/child.h"

/* A ready child, for this thread alone. RC_TIMED_OUT where none is free until the op's deadline,
 * RC_UNAVAILABLE where none can be started. */
NODISCARD enum rc vision_pool_take(struct vision_pool *pool, struct op *op, struct child **ret);
/* Give it back. `fit` false: it is ended and another started in its place. */
void vision_pool_give(struct vision_pool *pool, struct child *child, bool fit);
