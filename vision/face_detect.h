/*
 * Finding faces: the YuNet detector of 2022, run as a plain network. It puts out, for a grid of prior boxes
 * at four strides, how box and points differ from the prior, how sure it is of a face, and how well the box
 * fits; decoding and the dropping of overlapping boxes are done here. One thread.
 */
#pragma once

#include "vision/face_net.h"

/* A face in a picture, in its pixels. The box may reach past the picture's edges. */
struct face_box {
        float x, y, width, height;
        float score; /* 0 to 1 */
        struct face_points points;
};

enum { FACES_MAX = 32 };

struct face_list {
        struct face_box at[FACES_MAX]; /* best score first */
        size_t len;
};

/* Find the faces of a BGR `image`, shrunk so that its longest side is at most `side_max`. None is no failure.
 */
NODISCARD enum rc face_detect(struct op *op, struct face_net *net, int side_max, const struct image *image,
                              struct face_list *ret);

/* The detector's raw outputs for an input of this size. */
struct face_raw {
        int width, height;
        const float *loc;  /* 14 a prior */
        const float *conf; /* 2 a prior */
        const float *iou;  /* 1 a prior */
};

/* How many priors an input of this size has. */
size_t face_prior_count(int width, int height);
/* Boxes with at least `score_min`, best first, none overlapping a better one by more than `overlap_max`, in
 * pixels of the input. */
void face_decode(const struct face_raw *raw, double score_min, double overlap_max, struct face_list *ret);
/* Intersection over union. */
float face_overlap(const struct face_box *a, const struct face_box *b);
