/*
 * The manifest of models (models/manifest.json): which file plays which role, how it is fed, and how much it
 * counts. Only the roles `detector`, `embedder` and `attack` are read here; other roles belong to others and
 * are passed over. What is wrong is told with the model's index and the key.
 */
#pragma once

#include "base/op.h"

enum face_role { FACE_DETECTOR, FACE_EMBEDDER, FACE_ATTACK };

enum { FACE_MODELS_MAX = 12, FACE_FILE_MAX = 128, FACE_POINTS = 5 };

/* Right eye, left eye, nose, right and left corner of the mouth, as the person has them: x then y. */
struct face_points {
        float at[FACE_POINTS][2];
};

/* A pixel becomes (pixel * scale - mean) / deviation; means and deviations stand in the order of feeding. */
struct face_input {
        int width, height; /* a detector's: 0, it takes any size */
        bool rgb;          /* red first; else blue first */
        float scale;
        float mean[3];
        float deviation[3];
};

struct face_model {
        enum face_role role;
        char file[FACE_FILE_MAX]; /* a plain name, in the models' folder */
        int64_t bytes;
        struct face_input input;
        double weight; /* embedder, attack: its part of the mean; more than 0 */
        bool flip;     /* embedder, attack: run the mirrored face too, and take the mean */
        /* detector */
        int side_max; /* pictures are shrunk to this longest side */
        double score_min;
        double overlap_max; /* of two boxes; past it the weaker one is dropped */
        /* embedder */
        struct face_points points; /* where the five points are taken to, in pixels of the input */
        int length;                /* of the embedding */
        /* attack */
        double grow;    /* the box is grown by this before it is cut out */
        int real_class; /* which output says "a live face" */
        int classes;
        bool logits; /* the outputs are raw; else they are shares of 1 */
};

struct face_manifest {
        struct face_model models[FACE_MODELS_MAX];
        size_t models_len;
        /* similarity = 1 / (1 + exp(-slope * (cosine - centre))) */
        double match_centre, match_slope;
        double match_threshold; /* of similarity */
        /* How much strangers' cosines vary with what changes from picture to picture of a person, beside how
         * they vary with a whole print: 0 to 1. */
        double spread;
        double repeat_cosine; /* from which a face is told to be one of thousands that were seen before */
        /* Of the attack models' log odds; where there are none, 0 and 1: vision/face_live.h */
        double live_centre, live_slope;
        double live_threshold; /* of liveness */
};

/* Read the manifest's text. RC_CONFIG: `op` tells what is wrong and where. */
NODISCARD enum rc face_manifest_parse(struct op *op, struct str text, struct face_manifest *ret);
