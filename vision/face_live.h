/*
 * Whether the face before the camera is a live one, judged from one still picture by two kinds of evidence:
 * attack models, each of which sees the face with some of its surroundings, cut from the whole frame; and
 * what repeats on the face itself, which skin does not do, but a screen's pixels and a printer's dots do,
 * even where they fill the frame. Masks, and prints and screens finer than the camera sees, are not found so.
 *
 * liveness_score is a logistic of both: 1 / (1 + exp(-slope * (odds - centre) + what the grid counts)), with
 * centre and slope from the manifest. They were fitted so that at .5 such evidence came as often from live
 * faces as from attacks, with as many of the ones as of the others; what is likelier to be met before a real
 * camera shifts that. Each tenfold of the odds is 2.3 of the exponent: .91 means ten to one for live.
 */
#pragma once

#include "vision/face_detect.h"

/* The box grown `grow` times about its middle, moved and cut so that it lies within the picture. */
struct face_region {
        int x, y, width, height;
};
struct face_region face_grow(const struct face_box *box, double grow, int width, int height);

/* What is seen of one picture. */
struct face_live_signs {
        double odds; /* the attack models' mean log odds for "live" */
        double grid; /* how far the strongest repetition on the face stands out; 0 where it is too small to
                        tell */
};

/* The model's log odds for "live": the mean over the face as it is and brightened (faces in poor light look
 * like paper to the models), each mirrored too where the model says so. The image is the whole frame,
 * uncropped. */
NODISCARD enum rc face_live_odds(struct op *op, struct face_net *net, const struct image *image,
                                 const struct face_box *box, double *ret);
double face_live_grid(const struct image *image, const struct face_box *box);
/* liveness_score, 0 to 1. */
double face_live_score(const struct face_manifest *manifest, const struct face_live_signs *signs);
