/*
 * Where the models are: MODEL_DIR, else the data folder's, else those that were installed with the program or
 * built beside it.
 */
#pragma once

#include "base/util.h"

enum { MODELS_PATH_MAX = 600 };

struct vision_models {
        char dir[MODELS_PATH_MAX]; /* empty: there are none */
};

/* `model_dir` and `data_dir` may be NULL or empty. A `model_dir` that was given is taken as it is. */
void vision_find_models(const char *model_dir, const char *data_dir, struct vision_models *ret);
