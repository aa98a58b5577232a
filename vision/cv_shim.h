/*
 * The few things of OpenCV that bonin-vision uses, as plain C. No C++ exception leaves the shim: every call
 * that can fail answers false and, where it takes one, fills `why`. Everything runs on the calling thread;
 * call cv_start once before the rest.
 */
#pragma once

#include "vision/image.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { CV_WHY_MAX = 160 };

/* One thread, no OpenCL: nothing may be started after the sandbox is locked. */
void cv_start(void);

/* --- Networks and warps (faces, text detection) --------------------------------------------------------- */

struct cv_net;

/* What a network put out: up to four dimensions, unused ones 1. The values belong to the network and stay
 * until its next forward. */
struct cv_tensor {
        const float *values;
        size_t count;
        int dims[4];
};

/* Load ONNX from memory; the bytes are copied, and kept where the network `rests`. NULL: `why` tells. Close
 * with cv_net_close. */
struct cv_net *cv_net_open(const void *onnx, size_t len, bool rests, char why[CV_WHY_MAX]);
void cv_net_close(struct cv_net *net);
/* Run `input` (batch 1, channels, height, width) through the network and take the outputs called `names`; a
 * NULL name is the network's only or last output. */
bool cv_net_forward(struct cv_net *net, const float *input, const int shape[4], const char *const *names,
                    size_t names_len, struct cv_tensor *ret, char why[CV_WHY_MAX]);

/* Give back what the last forward needed, which may be a hundred megabytes and is kept for the next one
 * otherwise: for when another network comes first. Its outputs are gone, and the next forward reads the
 * network again, which must have been opened so that it rests. */
void cv_net_rest(struct cv_net *net);

/* Resample `from` into `to`, whose size says the scale: areas where it shrinks, bilinear where it grows. */
bool cv_resize(const struct image *from, struct image *to);
/* Resample with the 2x3 matrix that takes points of `from` to points of `to`; bilinear, black outside. */
bool cv_warp_affine(const struct image *from, const double matrix[6], struct image *to);

#ifdef __cplusplus
}
#endif
