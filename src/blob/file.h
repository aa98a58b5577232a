/*
 * What the files of the file backend share. `dir` is the folder of the store, in which part 171 is the folder
 * "ab".
 */
#pragma once

#include "blob/blob.h"

/* op_fail with what the system said. */
enum rc file_broken(struct op *op, const char *what);

/* struct blob_store's walk and claim. */
NODISCARD enum rc file_walk_part(int dir, struct op *op, unsigned part, int64_t before_ms,
                                 enum rc (*each)(void *ctx, struct op *op, const char *id), void *ctx);
NODISCARD enum rc file_claim_folder(int dir, struct op *op, struct str owner, bool *ret_ours);
