/*
 * The layers of a network in the order in which they are run, as read from an ONNX file: constants folded,
 * weights in XNNPACK's order, sizes left open. For vision/net.c.
 */
#pragma once

#include "vision/onnx.h"

enum { NET_TIMES_MAX = 8 };

enum net_kind {
        NET_CONVOLUTION,
        NET_DECONVOLUTION,
        NET_ADD,
        NET_MULTIPLY,
        NET_GREATEST, /* of a window */
        NET_MEAN,     /* of the whole picture */
        NET_HARD_SWISH,
        NET_SIGMOID,
        NET_ENLARGE,     /* each place `times` times in both directions */
        NET_ADD_ENLARGED /* the second, so enlarged, to the first */
};

enum { NET_TOP, NET_LEFT, NET_BOTTOM, NET_RIGHT, NET_SIDES };

struct net_layer {
        enum net_kind kind;
        size_t from[2], to; /* values */
        size_t window[2], stride[2], pads[NET_SIDES];
        size_t groups, in, out; /* channels; groups 1, or as many as channels */
        size_t times;
        float low, high; /* what is put out is held between */
        float *weights;  /* [out][height][width][in]; by groups: [height][width][out] */
        float *bias;     /* [out] */
};

/* Values are numbered; layer i's comes before those of later layers. */
struct net_layers {
        size_t count, values, input, output;
        struct net_layer *all;
        size_t *channels; /* by value */
};

bool net_layers_of(struct str onnx, struct net_layers *ret, char why[ONNX_WHY_MAX]);
void net_layers_release(struct net_layers *layers);
