/*
 * Convolutional networks from ONNX files, run by XNNPACK on the calling thread: what finds text and what
 * reads lines. Pictures lie in memory as height x width x channels, which is how XNNPACK wants them (ONNX
 * says channels first; weights are turned when the network is opened). Batch normalization, activations and
 * constants are folded into the convolutions before them.
 */
#pragma once

#include "base/util.h"

#include <stddef.h>

enum {
        NET_WHY_MAX = 160,
        NET_SHAPES_MAX =
            8 /* sizes of input kept ready; another takes the place of the one unused for longest */
};

struct net;

/* What a network put out; it belongs to the network, until its next net_input, net_rest or net_close. */
struct net_map {
        const float *values;
        size_t height, width, channels;
};

/* NULL: `why` tells, as a kind of node that is not known here. Nothing of `onnx` is needed afterwards. */
struct net *net_open(const void *onnx, size_t len, char why[NET_WHY_MAX]);
void net_close(struct net *net);
/* Where to put the next picture, of as many channels as the network takes; what is there is not defined.
 * NULL: the network cannot be run on that size, which must be what its
 * strides divide, or there is no memory. */
float *net_input(struct net *net, size_t height, size_t width);
/* Run on what was put there. */
bool net_run(struct net *net, struct net_map *ret);
/* Give back what running needs, a hundred megabytes for a page: for when something else comes first. */
void net_rest(struct net *net);
