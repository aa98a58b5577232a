/*
 * Networks as ONNX files hold them (onnx.proto of ONNX 1.12, IR versions 3 to 8): the graph's nodes in their
 * order, with their attributes, and its constant tensors of floats. A small reader of the protocol buffers'
 * wire format: what it does not know it skips, and what is too long, too many or cut off is refused.
 */
#pragma once

#include "base/str.h"

enum {
        ONNX_WHY_MAX = 160,
        ONNX_RANK_MAX = 4,
        ONNX_INPUTS_MAX = 6,
        ONNX_ATTRIBUTES_MAX = 8,
        ONNX_INTS_MAX = 8,
        ONNX_NODES_MAX = 1024,
        ONNX_TENSORS_MAX = 1024
};

struct onnx_tensor {
        struct str name;
        size_t rank, dims[ONNX_RANK_MAX], count; /* `count` of all dimensions */
        struct str raw; /* floats, little-endian, not aligned; null: of another type */
};

struct onnx_attribute {
        struct str name, text;
        float number;
        int64_t integer;
        size_t ints_len;
        int64_t ints[ONNX_INTS_MAX];
};

struct onnx_node {
        struct str kind, output; /* of several outputs, the first */
        size_t inputs_len, attributes_len;
        struct str inputs[ONNX_INPUTS_MAX];
        struct onnx_attribute attributes[ONNX_ATTRIBUTES_MAX];
};

/* Its texts and tensors are views of the file. */
struct onnx {
        size_t nodes_len, tensors_len;
        struct onnx_node *nodes;
        struct onnx_tensor *tensors; /* initializers and what Constant nodes hold */
        struct str input, output;    /* the graph's first ones */
};

/* Read a file; free with onnx_release. False: `why` tells. */
bool onnx_parse(struct str file, struct onnx *ret, char why[ONNX_WHY_MAX]);
void onnx_release(struct onnx *onnx);
/* The tensor of that name, NULL: there is none. */
const struct onnx_tensor *onnx_tensor(const struct onnx *onnx, struct str name);
/* NULL: the node has none of that name. */
const struct onnx_attribute *onnx_attribute(const struct onnx_node *node, const char *name);
/* The i-th float of a tensor, of which there are `count`. */
float onnx_value(const struct onnx_tensor *tensor, size_t i);
