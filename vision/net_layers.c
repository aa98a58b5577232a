#include "vision/net_layers.h"

#include <math.h>
#include <stdio.h>

enum { PARTS_MAX = ONNX_INPUTS_MAX };

/* What a name stands for: one value, or several beside each other (Concat), which only a convolution takes.
 */
struct named {
        struct str name;
        size_t parts_len, parts[PARTS_MAX];
};

struct builder {
        struct onnx onnx;
        struct net_layers *net;
        struct named *named;
        size_t named_len, layers_max;
        size_t at; /* the node in hand */
        char *why;
};

/* What follows a convolution and is folded into it: y = clamp(scale * x + shift). */
struct fold {
        float *scale, *shift; /* a channel */
        float low, high;
        struct str output;
};

static bool refuse(struct builder *build, const char *what)
{
        const struct onnx_node *node = &build->onnx.nodes[build->at];
        snprintf(build->why, ONNX_WHY_MAX, "node %zu, %.*s: %s", build->at, (int)MIN(node->kind.len, 40),
                 node->kind.ptr ? node->kind.ptr : "", what);
        return false;
}

static const struct named *find(const struct builder *build, struct str name)
{
        for (size_t i = build->named_len; i-- > 0;) {
                if (str_equal(build->named[i].name, name))
                        return &build->named[i];
        }
        return NULL;
}

static size_t new_value(struct builder *build, size_t channels)
{
        build->net->channels[build->net->values] = channels;
        return build->net->values++;
}

static void call(struct builder *build, struct str name, size_t value)
{
        build->named[build->named_len++] = (struct named){name, 1, {value}};
}

static struct net_layer *new_layer(struct builder *build, enum net_kind kind, size_t from, size_t to)
{
        struct net_layer *layer = &build->net->all[build->net->count++];
        *layer = (struct net_layer){
            .kind = kind, .from = {from, from}, .to = to, .groups = 1, .low = -INFINITY, .high = INFINITY};
        return layer;
}

/* The one value of an input; false where there is none, or several. */
static bool value_of(struct builder *build, size_t input, size_t *ret)
{
        const struct onnx_node *node = &build->onnx.nodes[build->at];
        const struct named *named = input < node->inputs_len ? find(build, node->inputs[input]) : NULL;
        if (!named || named->parts_len != 1)
                return false;
        *ret = named->parts[0];
        return true;
}

static bool is_kind(const struct onnx_node *node, const char *kind)
{
        return str_equal(node->kind, str_from(kind));
}

static size_t uses_of(const struct onnx *onnx, struct str name)
{
        size_t count = str_equal(name, onnx->output);
        for (size_t i = 0; i < onnx->nodes_len; i++) {
                for (size_t k = 0; k < onnx->nodes[i].inputs_len; k++)
                        count += str_equal(onnx->nodes[i].inputs[k], name);
        }
        return count;
}

/* An input's floats, `count` of them. */
static const struct onnx_tensor *floats(const struct onnx *onnx, const struct onnx_node *node, size_t input,
                                        size_t count)
{
        const struct onnx_tensor *tensor =
            input < node->inputs_len ? onnx_tensor(onnx, node->inputs[input]) : NULL;
        return tensor && !str_is_null(tensor->raw) && tensor->count == count ? tensor : NULL;
}

static float number_of(const struct onnx_node *node, const char *name, float otherwise)
{
        const struct onnx_attribute *attribute = onnx_attribute(node, name);
        return attribute ? attribute->number : otherwise;
}

static bool fold_normalization(const struct onnx *onnx, const struct onnx_node *node, size_t channels,
                               struct fold *fold)
{
        const struct onnx_tensor *tensors[4];
        float epsilon = number_of(node, "epsilon", 1e-5f);
        for (size_t i = 0; i < LEN(tensors); i++) {
                tensors[i] = floats(onnx, node, i + 1, channels);
                if (!tensors[i])
                        return false;
        }
        for (size_t i = 0; i < channels; i++) {
                float factor = onnx_value(tensors[0], i) / sqrtf(onnx_value(tensors[3], i) + epsilon);
                fold->scale[i] *= factor;
                fold->shift[i] =
                    (fold->shift[i] - onnx_value(tensors[2], i)) * factor + onnx_value(tensors[1], i);
        }
        return true;
}

static bool fold_constant(const struct onnx *onnx, const struct onnx_node *node, size_t channels,
                          struct fold *fold)
{
        const struct onnx_tensor *tensor = floats(onnx, node, 1, channels);
        for (size_t i = 0; tensor && i < channels; i++)
                fold->shift[i] += onnx_value(tensor, i);
        return tensor != NULL;
}

static void fold_hard_sigmoid(const struct onnx_node *node, size_t channels, struct fold *fold)
{
        float alpha = number_of(node, "alpha", 0.2f), beta = number_of(node, "beta", 0.5f);
        for (size_t i = 0; i < channels; i++) {
                fold->scale[i] *= alpha;
                fold->shift[i] = fold->shift[i] * alpha + beta;
        }
        fold->low = 0;
        fold->high = 1;
}

/* Take in the nodes after this one that only change, or hold, what it puts out, channel by channel. */
static void fold_followers(struct builder *build, size_t channels, struct fold *fold)
{
        const struct onnx *onnx = &build->onnx;
        fold->output = onnx->nodes[build->at].output;
        while (isinf(fold->high) && isinf(fold->low) && build->at + 1 < onnx->nodes_len) {
                const struct onnx_node *node = &onnx->nodes[build->at + 1];
                if (node->inputs_len == 0 || !str_equal(node->inputs[0], fold->output) ||
                    uses_of(onnx, fold->output) != 1)
                        return;
                if (is_kind(node, "Relu"))
                        fold->low = 0;
                else if (is_kind(node, "HardSigmoid"))
                        fold_hard_sigmoid(node, channels, fold);
                else if (is_kind(node, "BatchNormalization")
                             ? !fold_normalization(onnx, node, channels, fold)
                             : !is_kind(node, "Add") || !fold_constant(onnx, node, channels, fold))
                        return;
                fold->output = node->output;
                build->at++;
        }
}

/* An attribute of `count` small numbers; what is not given is `otherwise`. */
static bool sizes_of(const struct onnx_node *node, const char *name, size_t count, size_t otherwise,
                     size_t *ret)
{
        const struct onnx_attribute *attribute = onnx_attribute(node, name);
        for (size_t i = 0; i < count; i++) {
                int64_t value =
                    attribute && i < attribute->ints_len ? attribute->ints[i] : (int64_t)otherwise;
                if ((attribute && attribute->ints_len != count) || value < 0 || value > 64)
                        return false;
                ret[i] = (size_t)value;
        }
        return true;
}

static bool windows_of(struct builder *build, struct net_layer *ret)
{
        const struct onnx_node *node = &build->onnx.nodes[build->at];
        const struct onnx_attribute *ceil_mode = onnx_attribute(node, "ceil_mode"),
                                    *pad = onnx_attribute(node, "auto_pad");
        size_t dilations[2];
        return (sizes_of(node, "kernel_shape", 2, 0, ret->window) &&
                sizes_of(node, "strides", 2, 1, ret->stride) &&
                sizes_of(node, "pads", NET_SIDES, 0, ret->pads) &&
                sizes_of(node, "dilations", 2, 1, dilations) && dilations[0] == 1 && dilations[1] == 1 &&
                ret->window[0] > 0 && ret->window[1] > 0 && ret->stride[0] > 0 && ret->stride[1] > 0 &&
                !(ceil_mode && ceil_mode->integer) && (!pad || str_equal(pad->text, STR("NOTSET")))) ||
               refuse(build, "its windows");
}

/* Weights from [out][in][height][width], `first` and on of the `all` channels that go in; a transposed
 * convolution has [in][out][height][width]. */
static void turn_weights(const struct onnx_tensor *from, size_t first, size_t all, const float *scale,
                         struct net_layer *layer)
{
        size_t places = layer->window[0] * layer->window[1], in = layer->groups > 1 ? 1 : layer->in;
        layer->weights = x_new(layer->out * places * in, sizeof(float));
        for (size_t o = 0; o < layer->out; o++) {
                for (size_t i = 0; i < in; i++) {
                        size_t start =
                            layer->kind == NET_DECONVOLUTION ? i * layer->out + o : o * all + first + i;
                        for (size_t p = 0; p < places; p++) {
                                size_t to =
                                    layer->groups > 1 ? p * layer->out + o : (o * places + p) * in + i;
                                layer->weights[to] = onnx_value(from, start * places + p) * scale[o];
                        }
                }
        }
}

/* A convolution of each part, and their sum. */
static void convolve_parts(struct builder *build, const struct net_layer *like, const struct named *parts,
                           const struct onnx_tensor *weights, const struct fold *fold)
{
        size_t first = 0, sum = 0;
        for (size_t i = 0; i < parts->parts_len; i++) {
                bool is_last = i + 1 == parts->parts_len, alone = parts->parts_len == 1;
                size_t value = new_value(build, like->out);
                struct net_layer *layer = new_layer(build, like->kind, parts->parts[i], value);
                *layer = *like;
                layer->from[0] = parts->parts[i];
                layer->to = value;
                layer->in = build->net->channels[parts->parts[i]];
                layer->low = alone ? fold->low : -INFINITY;
                layer->high = alone ? fold->high : INFINITY;
                turn_weights(weights, first, like->groups > 1 ? 1 : like->in, fold->scale, layer);
                layer->bias = x_new(like->out, sizeof(float));
                if (is_last)
                        memcpy(layer->bias, fold->shift, like->out * sizeof(float));
                first += layer->in;
                if (i > 0) {
                        size_t both = new_value(build, like->out);
                        struct net_layer *add = new_layer(build, NET_ADD, sum, both);
                        add->from[1] = value;
                        add->low = is_last ? fold->low : -INFINITY;
                        add->high = is_last ? fold->high : INFINITY;
                        value = both;
                }
                sum = value;
        }
        call(build, fold->output, sum);
}

static bool convolution(struct builder *build, enum net_kind kind)
{
        const struct onnx_node *node = &build->onnx.nodes[build->at];
        const struct named *parts = node->inputs_len > 1 ? find(build, node->inputs[0]) : NULL;
        const struct onnx_tensor *weights =
            node->inputs_len > 1 ? onnx_tensor(&build->onnx, node->inputs[1]) : NULL;
        const struct onnx_attribute *group = onnx_attribute(node, "group");
        struct net_layer like = {.kind = kind, .groups = group ? (size_t)group->integer : 1};
        struct fold fold = {.low = -INFINITY, .high = INFINITY};
        if (!parts || !weights || str_is_null(weights->raw) || weights->rank != 4 ||
            !windows_of(build, &like))
                return refuse(build, "its input or weights");
        for (size_t i = 0; i < parts->parts_len; i++)
                like.in += build->net->channels[parts->parts[i]];
        like.out = weights->dims[kind == NET_DECONVOLUTION];
        size_t in = weights->dims[kind != NET_DECONVOLUTION], pads = 0;
        for (size_t i = 0; i < NET_SIDES; i++)
                pads += like.pads[i];
        if (like.groups == 1 ? in != like.in
                             : kind == NET_DECONVOLUTION || parts->parts_len != 1 || like.groups != like.in ||
                                   in != 1 || like.out != like.in)
                return refuse(build, "its channels");
        if (weights->dims[2] != like.window[0] || weights->dims[3] != like.window[1] ||
            (kind == NET_DECONVOLUTION && (pads > 0 || parts->parts_len != 1)))
                return refuse(build, "its windows");
        const struct onnx_tensor *bias = floats(&build->onnx, node, 2, like.out);
        if (!bias && node->inputs_len > 2)
                return refuse(build, "its bias");
        fold.scale = x_new(like.out, sizeof(float));
        fold.shift = x_new(like.out, sizeof(float));
        for (size_t i = 0; i < like.out; i++) {
                fold.scale[i] = 1;
                fold.shift[i] = bias ? onnx_value(bias, i) : 0;
        }
        fold_followers(build, like.out, &fold);
        convolve_parts(build, &like, parts, weights, &fold);
        x_free(fold.scale);
        x_free(fold.shift);
        return true;
}

static struct net_layer *layer_to(struct net_layers *net, size_t value)
{
        for (size_t i = 0; i < net->count; i++) {
                if (net->all[i].to == value)
                        return &net->all[i];
        }
        return NULL;
}

/* What is added to itself weighed, x + s * x, is weighed by one more, (1 + s) * x, where nothing else takes
 * the weights, which a convolution has put out. */
static bool fold_residue(struct builder *build, size_t whole, size_t weighed)
{
        const struct onnx_node *node = &build->onnx.nodes[build->at];
        struct net_layer *product = layer_to(build->net, weighed);
        struct net_layer *weights =
            product && product->kind == NET_MULTIPLY ? layer_to(build->net, product->from[1]) : NULL;
        if (!weights || weights->kind != NET_CONVOLUTION || weights->groups > 1 ||
            product->from[0] != whole || uses_of(&build->onnx, node->inputs[1]) != 1)
                return false;
        for (size_t i = 0; i < build->named_len; i++) {
                const struct named *named = &build->named[i];
                if (named->parts[0] == weights->to &&
                    (named->parts_len > 1 || uses_of(&build->onnx, named->name) != 1))
                        return false;
        }
        for (size_t i = 0; i < weights->out; i++)
                weights->bias[i] += 1;
        weights->low += 1;
        weights->high += 1;
        call(build, node->output, weighed);
        return true;
}

/* An enlargement that is made for nothing but this sum need not be put anywhere. */
static bool fold_enlargement(struct builder *build, size_t whole, size_t enlarged)
{
        const struct onnx_node *node = &build->onnx.nodes[build->at];
        struct net_layer *layer = layer_to(build->net, enlarged);
        const struct net_layer *before = layer_to(build->net, whole);
        if (!layer || layer->kind != NET_ENLARGE || !before || before > layer ||
            uses_of(&build->onnx, node->inputs[1]) != 1)
                return false;
        layer->kind = NET_ADD_ENLARGED;
        layer->from[1] = layer->from[0];
        layer->from[0] = whole;
        call(build, node->output, enlarged);
        return true;
}

static bool pair(struct builder *build, enum net_kind kind)
{
        const struct onnx_node *node = &build->onnx.nodes[build->at];
        size_t a, b;
        if (!value_of(build, 0, &a) || !value_of(build, 1, &b) ||
            build->net->channels[a] != build->net->channels[b])
                return refuse(build, "its inputs");
        if (kind == NET_ADD && (fold_residue(build, a, b) || fold_enlargement(build, a, b)))
                return true;
        struct net_layer *layer = new_layer(build, kind, a, new_value(build, build->net->channels[a]));
        layer->from[1] = b;
        call(build, node->output, layer->to);
        return true;
}

static bool single(struct builder *build, enum net_kind kind)
{
        const struct onnx_node *node = &build->onnx.nodes[build->at];
        struct net_layer windows = {0};
        size_t from, pads = 0;
        if (!value_of(build, 0, &from))
                return refuse(build, "its input");
        if (kind == NET_GREATEST && !windows_of(build, &windows))
                return false;
        for (size_t i = 0; i < NET_SIDES; i++)
                pads += windows.pads[i];
        if (pads > 0 || (kind == NET_GREATEST && windows.window[0] * windows.window[1] < 2))
                return refuse(build, "its windows");
        struct net_layer *layer = new_layer(build, kind, from, new_value(build, build->net->channels[from]));
        memcpy(layer->window, windows.window, sizeof(windows.window));
        memcpy(layer->stride, windows.stride, sizeof(windows.stride));
        call(build, node->output, layer->to);
        return true;
}

/* Only by a whole factor, the nearest place, from its corner. */
static bool enlargement(struct builder *build)
{
        const struct onnx_node *node = &build->onnx.nodes[build->at];
        const struct onnx_tensor *scales = floats(&build->onnx, node, 2, 4);
        const struct onnx_attribute *mode = onnx_attribute(node, "mode"),
                                    *nearest = onnx_attribute(node, "nearest_mode"),
                                    *from = onnx_attribute(node, "coordinate_transformation_mode");
        if (!scales || !mode || !str_equal(mode->text, STR("nearest")) || !nearest ||
            !str_equal(nearest->text, STR("floor")) || !from || !str_equal(from->text, STR("asymmetric")) ||
            onnx_value(scales, 0) != 1 || onnx_value(scales, 1) != 1 ||
            onnx_value(scales, 2) != onnx_value(scales, 3) || !(onnx_value(scales, 2) >= 1) ||
            onnx_value(scales, 2) > NET_TIMES_MAX || onnx_value(scales, 2) != floorf(onnx_value(scales, 2)))
                return refuse(build, "its scale");
        if (!single(build, NET_ENLARGE))
                return false;
        build->net->all[build->net->count - 1].times = (size_t)onnx_value(scales, 2);
        return true;
}

static bool concatenation(struct builder *build)
{
        const struct onnx_node *node = &build->onnx.nodes[build->at];
        const struct onnx_attribute *axis = onnx_attribute(node, "axis");
        struct named named = {.name = node->output};
        if (!axis || axis->integer != 1)
                return refuse(build, "its axis");
        for (size_t i = 0; i < node->inputs_len; i++) {
                if (!value_of(build, i, &named.parts[named.parts_len++]))
                        return refuse(build, "its inputs");
        }
        build->named[build->named_len++] = named;
        return true;
}

static bool build_node(struct builder *build)
{
        static const struct {
                const char *kind;
                bool (*build)(struct builder *, enum net_kind);
                enum net_kind as;
        } kinds[] = {
            {"Conv", convolution, NET_CONVOLUTION},
            {"ConvTranspose", convolution, NET_DECONVOLUTION},
            {"Add", pair, NET_ADD},
            {"Mul", pair, NET_MULTIPLY},
            {"MaxPool", single, NET_GREATEST},
            {"GlobalAveragePool", single, NET_MEAN},
            {"HardSwish", single, NET_HARD_SWISH},
            {"Sigmoid", single, NET_SIGMOID},
        };
        const struct onnx_node *node = &build->onnx.nodes[build->at];
        for (size_t i = 0; i < LEN(kinds); i++) {
                if (is_kind(node, kinds[i].kind))
                        return kinds[i].build(build, kinds[i].as);
        }
        if (is_kind(node, "Resize"))
                return enlargement(build);
        return is_kind(node, "Concat") ? concatenation(build) : refuse(build, "no such node is known here");
}

/* The picture's channels are those that the first convolution takes. */
static bool name_input(struct builder *build)
{
        const struct onnx_node *first = &build->onnx.nodes[0];
        const struct onnx_tensor *weights =
            first->inputs_len > 1 ? onnx_tensor(&build->onnx, first->inputs[1]) : NULL;
        if (!is_kind(first, "Conv") || !str_equal(first->inputs[0], build->onnx.input) || !weights ||
            weights->rank != 4 || weights->dims[1] == 0)
                return refuse(build, "it begins with no convolution of the input");
        build->net->input = new_value(build, weights->dims[1]);
        call(build, build->onnx.input, build->net->input);
        return true;
}

bool net_layers_of(struct str onnx, struct net_layers *ret, char why[ONNX_WHY_MAX])
{
        struct builder build = {.net = ret, .why = why};
        if (!onnx_parse(onnx, &build.onnx, why))
                return false;
        /* A convolution of several parts is as many layers, and the sums of these. */
        size_t most = 2 * PARTS_MAX * build.onnx.nodes_len + 1;
        *ret = (struct net_layers){.all = x_new(most, sizeof(*ret->all)),
                                   .channels = x_new(most, sizeof(*ret->channels))};
        build.named = x_new(build.onnx.nodes_len + 1, sizeof(*build.named));
        bool ok = name_input(&build);
        for (; ok && build.at < build.onnx.nodes_len; build.at++)
                ok = build_node(&build);
        if (ok) {
                const struct named *output = find(&build, build.onnx.output);
                ok = output && output->parts_len == 1 && output->parts[0] != ret->input;
                if (ok)
                        ret->output = output->parts[0];
                else
                        snprintf(why, ONNX_WHY_MAX, "a network whose output no node puts out");
        }
        x_free(build.named);
        onnx_release(&build.onnx);
        if (!ok)
                net_layers_release(ret);
        return ok;
}

void net_layers_release(struct net_layers *layers)
{
        for (size_t i = 0; i < layers->count; i++) {
                x_free(layers->all[i].weights);
                x_free(layers->all[i].bias);
        }
        x_free(layers->all);
        x_free(layers->channels);
        *layers = (struct net_layers){0};
}
