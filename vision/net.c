#include "vision/net.h"

#include "vision/net_layers.h"

#include <stdio.h>
#include <stdlib.h>
#include <xnnpack.h>

/* XNNPACK of 2024 (Debian 13) has other names beside these, which that of 2022 (Debian 12) has not. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#ifndef XNN_FLAG_KEEP_DIMS
#define XNN_FLAG_KEEP_DIMS 0
#endif

enum { EXTERNAL_INPUT, EXTERNAL_OUTPUT, EXTERNALS };

/* A network made ready for one size of input. */
struct shape {
        size_t height, width;
        uint64_t used; /* when, in runs */
        xnn_runtime_t runtime;
        float *input, *output;
        struct net_map map;
};

struct net {
        struct net_layers layers;
        struct shape shapes[NET_SHAPES_MAX];
        struct shape *current;
        uint64_t runs;
};

/* A value while a subgraph is built. */
struct extent {
        uint32_t id;
        size_t height, width;
};

struct plan {
        const struct net_layers *layers;
        xnn_subgraph_t graph;
        struct extent *extents; /* by value */
};

/* Data (NULL: what a layer puts out) stays with the layers, which outlive the runtimes. */
static bool tensor(const struct plan *plan, size_t rank, const size_t *dims, const float *data, uint32_t *ret)
{
        return xnn_define_tensor_value(plan->graph, xnn_datatype_fp32, rank, dims, data, XNN_INVALID_VALUE_ID,
                                       0, ret) == xnn_status_success;
}

static bool place(struct plan *plan, size_t value, size_t height, size_t width)
{
        const size_t dims[] = {1, height, width, plan->layers->channels[value]};
        bool is_output = value == plan->layers->output;
        struct extent *extent = &plan->extents[value];
        extent->height = height;
        extent->width = width;
        return height > 0 && width > 0 &&
               xnn_define_tensor_value(plan->graph, xnn_datatype_fp32, LEN(dims), dims, NULL,
                                       is_output ? EXTERNAL_OUTPUT : XNN_INVALID_VALUE_ID,
                                       is_output ? XNN_VALUE_FLAG_EXTERNAL_OUTPUT : 0,
                                       &extent->id) == xnn_status_success;
}

/* How many places a window takes along a side; 0: it does not fit. */
static size_t places(size_t side, size_t pads, size_t window, size_t stride)
{
        return side + pads < window ? 0 : (side + pads - window) / stride + 1;
}

static bool place_windows(struct plan *plan, const struct net_layer *layer)
{
        const struct extent *from = &plan->extents[layer->from[0]];
        return place(plan, layer->to,
                     places(from->height, layer->pads[NET_TOP] + layer->pads[NET_BOTTOM], layer->window[0],
                            layer->stride[0]),
                     places(from->width, layer->pads[NET_LEFT] + layer->pads[NET_RIGHT], layer->window[1],
                            layer->stride[1]));
}

static bool define_convolution(struct plan *plan, const struct net_layer *layer)
{
        const size_t *pads = layer->pads, *window = layer->window, *stride = layer->stride;
        bool deep = layer->groups > 1; /* each channel by itself */
        const size_t dims[] = {deep ? 1 : layer->out, window[0], window[1], deep ? layer->out : layer->in};
        uint32_t filter, bias, from = plan->extents[layer->from[0]].id;
        if (!tensor(plan, LEN(dims), dims, layer->weights, &filter) ||
            !tensor(plan, 1, &layer->out, layer->bias, &bias) || !place_windows(plan, layer))
                return false;
        uint32_t to = plan->extents[layer->to].id;
        return (deep ? xnn_define_depthwise_convolution_2d(
                           plan->graph, (uint32_t)pads[NET_TOP], (uint32_t)pads[NET_RIGHT],
                           (uint32_t)pads[NET_BOTTOM], (uint32_t)pads[NET_LEFT], (uint32_t)window[0],
                           (uint32_t)window[1], (uint32_t)stride[0], (uint32_t)stride[1], 1, 1, 1, layer->in,
                           layer->low, layer->high, from, filter, bias, to, 0)
                     : xnn_define_convolution_2d(
                           plan->graph, (uint32_t)pads[NET_TOP], (uint32_t)pads[NET_RIGHT],
                           (uint32_t)pads[NET_BOTTOM], (uint32_t)pads[NET_LEFT], (uint32_t)window[0],
                           (uint32_t)window[1], (uint32_t)stride[0], (uint32_t)stride[1], 1, 1, 1, layer->in,
                           layer->out, layer->low, layer->high, from, filter, bias, to, 0)) ==
               xnn_status_success;
}

static bool define_deconvolution(struct plan *plan, const struct net_layer *layer)
{
        const size_t *window = layer->window, *stride = layer->stride;
        const size_t dims[] = {layer->out, window[0], window[1], layer->in};
        const struct extent *from = &plan->extents[layer->from[0]];
        uint32_t filter, bias;
        return tensor(plan, LEN(dims), dims, layer->weights, &filter) &&
               tensor(plan, 1, &layer->out, layer->bias, &bias) &&
               place(plan, layer->to, (from->height - 1) * stride[0] + window[0],
                     (from->width - 1) * stride[1] + window[1]) &&
               xnn_define_deconvolution_2d(
                   plan->graph, 0, 0, 0, 0, 0, 0, (uint32_t)window[0], (uint32_t)window[1],
                   (uint32_t)stride[0], (uint32_t)stride[1], 1, 1, 1, layer->in, layer->out, layer->low,
                   layer->high, from->id, filter, bias, plan->extents[layer->to].id, 0) == xnn_status_success;
}

/* One of them may be a value a channel, which goes for all places. */
static bool define_pair(struct plan *plan, const struct net_layer *layer)
{
        const struct extent *a = &plan->extents[layer->from[0]], *b = &plan->extents[layer->from[1]];
        if (plan->layers->channels[layer->from[0]] != plan->layers->channels[layer->from[1]] ||
            ((a->height != b->height || a->width != b->width) && b->height * b->width != 1) ||
            !place(plan, layer->to, a->height, a->width))
                return false;
        uint32_t to = plan->extents[layer->to].id;
        return (layer->kind == NET_ADD
                    ? xnn_define_add2(plan->graph, layer->low, layer->high, a->id, b->id, to, 0)
                    : xnn_define_multiply2(plan->graph, layer->low, layer->high, a->id, b->id, to, 0)) ==
               xnn_status_success;
}

static bool define_greatest(struct plan *plan, const struct net_layer *layer)
{
        const size_t *window = layer->window, *stride = layer->stride;
        return place_windows(plan, layer) &&
               xnn_define_max_pooling_2d(plan->graph, 0, 0, 0, 0, (uint32_t)window[0], (uint32_t)window[1],
                                         (uint32_t)stride[0], (uint32_t)stride[1], 1, 1, layer->low,
                                         layer->high, plan->extents[layer->from[0]].id,
                                         plan->extents[layer->to].id, 0) == xnn_status_success;
}

static bool define_mean(struct plan *plan, const struct net_layer *layer)
{
        return place(plan, layer->to, 1, 1) &&
               xnn_define_global_average_pooling_2d(
                   plan->graph, layer->low, layer->high, plan->extents[layer->from[0]].id,
                   plan->extents[layer->to].id, XNN_FLAG_KEEP_DIMS) == xnn_status_success;
}

static bool define_each(struct plan *plan, const struct net_layer *layer)
{
        const struct extent *from = &plan->extents[layer->from[0]];
        if (!place(plan, layer->to, from->height, from->width))
                return false;
        uint32_t to = plan->extents[layer->to].id;
        return (layer->kind == NET_SIGMOID
                    ? xnn_define_sigmoid(plan->graph, from->id, to, 0)
                    : xnn_define_hardswish(plan->graph, from->id, to, 0)) == xnn_status_success;
}

static bool reshape(struct plan *plan, size_t rank, const size_t *dims, uint32_t from, uint32_t to)
{
        return xnn_define_static_reshape(plan->graph, rank, dims, from, to, 0) == xnn_status_success;
}

/* Each place several times in both directions, added to another map or to nothing. XNNPACK has no such node,
 * but stretches rows of one in a sum: [H, 1, W, 1, C] + [H, n, W, n, C], or [1, n, 1, n, 1]. */
static bool define_enlargement(struct plan *plan, const struct net_layer *layer)
{
        static const float nothing[NET_TIMES_MAX * NET_TIMES_MAX];
        bool is_sum = layer->kind == NET_ADD_ENLARGED;
        const struct extent *from = &plan->extents[layer->from[is_sum]],
                            *whole = &plan->extents[layer->from[0]];
        size_t n = layer->times, channels = plan->layers->channels[layer->to], height = from->height,
               width = from->width;
        const size_t apart[] = {height, 1, width, 1, channels}, copies[] = {1, n, 1, n, 1},
                     stretched[] = {height, n, width, n, channels},
                     together[] = {1, height * n, width * n, channels};
        uint32_t rows, other, many;
        if (is_sum && (whole->height != height * n || whole->width != width * n))
                return false;
        return tensor(plan, LEN(apart), apart, NULL, &rows) &&
               tensor(plan, LEN(stretched), stretched, NULL, &many) &&
               (is_sum ? tensor(plan, LEN(stretched), stretched, NULL, &other) &&
                             reshape(plan, LEN(stretched), stretched, whole->id, other)
                       : tensor(plan, LEN(copies), copies, nothing, &other)) &&
               place(plan, layer->to, height * n, width * n) &&
               reshape(plan, LEN(apart), apart, from->id, rows) &&
               xnn_define_add2(plan->graph, layer->low, layer->high, rows, other, many, 0) ==
                   xnn_status_success &&
               reshape(plan, LEN(together), together, many, plan->extents[layer->to].id);
}

static bool define(struct plan *plan, const struct net_layer *layer)
{
        switch (layer->kind) {
        case NET_CONVOLUTION:
                return define_convolution(plan, layer);
        case NET_DECONVOLUTION:
                return define_deconvolution(plan, layer);
        case NET_ADD:
        case NET_MULTIPLY:
                return define_pair(plan, layer);
        case NET_GREATEST:
                return define_greatest(plan, layer);
        case NET_MEAN:
                return define_mean(plan, layer);
        case NET_HARD_SWISH:
        case NET_SIGMOID:
                return define_each(plan, layer);
        case NET_ENLARGE:
        case NET_ADD_ENLARGED:
                return define_enlargement(plan, layer);
        }
        return false;
}

static bool define_all(struct plan *plan, size_t height, size_t width)
{
        const struct net_layers *layers = plan->layers;
        const size_t dims[] = {1, height, width, layers->channels[layers->input]};
        struct extent *input = &plan->extents[layers->input];
        *input = (struct extent){.height = height, .width = width};
        if (xnn_define_tensor_value(plan->graph, xnn_datatype_fp32, LEN(dims), dims, NULL, EXTERNAL_INPUT,
                                    XNN_VALUE_FLAG_EXTERNAL_INPUT, &input->id) != xnn_status_success)
                return false;
        for (size_t i = 0; i < layers->count; i++) {
                if (!define(plan, &layers->all[i]))
                        return false;
        }
        return true;
}

static void forget(struct shape *shape)
{
        if (shape->runtime)
                xnn_delete_runtime(shape->runtime);
        free(shape->input);
        free(shape->output);
        *shape = (struct shape){0};
}

static bool make_ready(const struct net_layers *layers, size_t height, size_t width, struct shape *ret)
{
        struct plan plan = {.layers = layers};
        if (xnn_create_subgraph(EXTERNALS, 0, &plan.graph) != xnn_status_success)
                return false;
        plan.extents = x_new(layers->values, sizeof(*plan.extents));
        *ret = (struct shape){.height = height, .width = width};
        bool ok = define_all(&plan, height, width) &&
                  xnn_create_runtime_v2(plan.graph, NULL, 0, &ret->runtime) == xnn_status_success &&
                  ret->runtime; /* none, and success told, where memory was not given for what lies between */
        if (ok) {
                const struct extent *out = &plan.extents[layers->output];
                size_t channels = layers->channels[layers->output];
                size_t in = height * width * layers->channels[layers->input],
                       put = out->height * out->width * channels;
                /* Reading past the end is how its kernels take the last few. After all that XNNPACK took
                 * there may be no more. */
                ret->input = calloc(1, in * sizeof(float) + XNN_EXTRA_BYTES);
                ret->output = calloc(1, put * sizeof(float) + XNN_EXTRA_BYTES);
                ret->map = (struct net_map){ret->output, out->height, out->width, channels};
                const struct xnn_external_value values[] = {{EXTERNAL_INPUT, ret->input},
                                                            {EXTERNAL_OUTPUT, ret->output}};
                ok = ret->input && ret->output &&
                     xnn_setup_runtime(ret->runtime, LEN(values), values) == xnn_status_success;
        }
        x_free(plan.extents);
        xnn_delete_subgraph(plan.graph);
        if (!ok)
                forget(ret);
        return ok;
}

struct net *net_open(const void *onnx, size_t len, char why[NET_WHY_MAX])
{
        if (xnn_initialize(NULL) != xnn_status_success) {
                snprintf(why, NET_WHY_MAX, "XNNPACK does not know this processor");
                return NULL;
        }
        struct net *net = x_new(1, sizeof(*net));
        if (net_layers_of(str_from_bytes(onnx, len), &net->layers, why))
                return net;
        x_free(net);
        return NULL;
}

void net_close(struct net *net)
{
        if (!net)
                return;
        net_rest(net);
        net_layers_release(&net->layers);
        x_free(net);
}

void net_rest(struct net *net)
{
        for (size_t i = 0; i < NET_SHAPES_MAX; i++)
                forget(&net->shapes[i]);
        net->current = NULL;
}

float *net_input(struct net *net, size_t height, size_t width)
{
        struct shape *shape = &net->shapes[0];
        for (size_t i = 0; i < NET_SHAPES_MAX; i++) {
                struct shape *other = &net->shapes[i];
                if (other->runtime && other->height == height && other->width == width) {
                        net->current = other;
                        return other->input;
                }
                if (other->used < shape->used)
                        shape = other;
        }
        forget(shape);
        bool ready = make_ready(&net->layers, height, width, shape);
        if (!ready) {
                /* The memory may be with the other shapes. */
                net_rest(net);
                ready = make_ready(&net->layers, height, width, shape);
        }
        net->current = ready ? shape : NULL;
        return net->current ? shape->input : NULL;
}

bool net_run(struct net *net, struct net_map *ret)
{
        if (!net->current || xnn_invoke_runtime(net->current->runtime) != xnn_status_success)
                return false;
        net->current->used = ++net->runs;
        *ret = net->current->map;
        return true;
}
