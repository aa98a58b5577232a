/*
 * Where the models are: MODEL_DIR, else the data folder's, else those that were installed with the program or
 * built beside it. The manifest, which says how each model is fed, lies with the models, or with the program.
 */
#pragma once

#include "base/util.h"

enum { MODELS_PATH_MAX = 600 };

struct vision_models {
        char dir[MODELS_PATH_MAX];      /* empty: there are none */
        char manifest[MODELS_PATH_MAX]; /* empty: there is none */
};

/* `model_dir` and `data_dir` may be NULL or empty. A `model_dir` that was given is taken as it is. */
void vision_find_models(const char *model_dir, const char *data_dir, struct vision_models *ret);
