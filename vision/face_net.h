/*
 * One network of the manifest, loaded from its file.
 */
#pragma once

#include "vision/cv_shim.h"
#include "vision/face_manifest.h"

struct face_net {
        struct face_model model;
        struct cv_net *net;
};

/* Load `dir`/file. RC_MODEL_MISSING where the file cannot be read, is not of the manifest's length, or is no
 * network; `op` names it. */
NODISCARD enum rc face_net_open(struct op *op, const char *dir, const struct face_model *model,
                                struct face_net *ret);
void face_net_close(struct face_net *net);
/* Feed a BGR picture as the model asks and take the outputs called `names` (a NULL name: the last one). */
NODISCARD enum rc face_net_run(struct op *op, struct face_net *net, const struct image *input,
                               const char *const *names, size_t names_len, struct cv_tensor *ret);
/* The same for the last output, which must be of `len` values: RC_CONFIG where the manifest and the network
 * differ. */
NODISCARD enum rc face_net_run_vector(struct op *op, struct face_net *net, const struct image *input, int len,
                                      struct cv_tensor *ret);
