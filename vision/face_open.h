/*
 * What is behind `struct faces`, for the files that make up vision/face.h.
 */
#pragma once

#include "vision/face.h"

struct faces {
        struct face_manifest manifest;
        struct face_cohort cohort;
        struct face_net nets[FACE_MODELS_MAX]; /* as the manifest's models */
};
