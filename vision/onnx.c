#include "vision/onnx.h"

#include <stdio.h>

/* Field numbers of onnx.proto. */
enum { MODEL_GRAPH = 7 };
enum { GRAPH_NODE = 1, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_KIND = 4, NODE_ATTRIBUTE = 5 };
enum {
        ATTRIBUTE_NAME = 1,
        ATTRIBUTE_FLOAT = 2,
        ATTRIBUTE_INT = 3,
        ATTRIBUTE_TEXT = 4,
        ATTRIBUTE_TENSOR = 5,
        ATTRIBUTE_INTS = 8
};
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_RAW = 9 };
enum { INFO_NAME = 1 };
enum { TYPE_FLOAT = 1 };

enum wire { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

/* One field of a message. */
struct field {
        uint32_t number;
        enum wire wire;
        uint64_t integer; /* WIRE_VARINT */
        struct str bytes; /* the others */
};

static bool take_varint(struct str *rest, uint64_t *ret)
{
        *ret = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
                if (rest->len == 0)
                        return false;
                uint8_t byte = (uint8_t)rest->ptr[0];
                *rest = str_sub(*rest, 1, rest->len);
                *ret |= (uint64_t)(byte & 0x7f) << shift;
                if (byte < 0x80)
                        return true;
        }
        return false;
}

/* The next field: 1; 0 where there is none; -1 where the bytes are no message. */
static int next_field(struct str *rest, struct field *ret)
{
        uint64_t tag, len;
        if (rest->len == 0)
                return 0;
        if (!take_varint(rest, &tag) || tag >> 3 > UINT32_MAX)
                return -1;
        *ret = (struct field){.number = (uint32_t)(tag >> 3), .wire = (enum wire)(tag & 7)};
        switch (ret->wire) {
        case WIRE_VARINT:
                return take_varint(rest, &ret->integer) ? 1 : -1;
        case WIRE_64:
                len = 8;
                break;
        case WIRE_32:
                len = 4;
                break;
        case WIRE_BYTES:
                if (!take_varint(rest, &len))
                        return -1;
                break;
        default:
                return -1;
        }
        if (len > rest->len)
                return -1;
        ret->bytes = str_sub(*rest, 0, (size_t)len);
        *rest = str_sub(*rest, (size_t)len, rest->len);
        return 1;
}

/* Lists of integers come one a field, or packed into one. */
static bool take_ints(const struct field *field, int64_t *ret, size_t *count, size_t max)
{
        struct str rest = field->bytes;
        uint64_t value = field->integer;
        if (field->wire == WIRE_VARINT) {
                if (*count == max)
                        return false;
                ret[(*count)++] = (int64_t)value;
                return true;
        }
        while (rest.len > 0) {
                if (*count == max || !take_varint(&rest, &value))
                        return false;
                ret[(*count)++] = (int64_t)value;
        }
        return field->wire == WIRE_BYTES;
}

float onnx_value(const struct onnx_tensor *tensor, size_t i)
{
        float value;
        memcpy(&value, tensor->raw.ptr + i * sizeof(value), sizeof(value));
        return value;
}

static bool parse_tensor(struct str message, struct onnx_tensor *ret)
{
        struct field field;
        int64_t dims[ONNX_RANK_MAX] = {0};
        uint64_t type = 0;
        int more;
        struct str name = ret->name;
        *ret = (struct onnx_tensor){.name = name, .count = 1};
        while ((more = next_field(&message, &field)) > 0) {
                if (field.number == TENSOR_DIMS && !take_ints(&field, dims, &ret->rank, ONNX_RANK_MAX))
                        return false;
                if (field.number == TENSOR_TYPE)
                        type = field.integer;
                if (field.number == TENSOR_NAME && str_is_null(name))
                        ret->name = field.bytes;
                if (field.number == TENSOR_RAW)
                        ret->raw = field.bytes;
        }
        for (size_t i = 0; i < ret->rank; i++) {
                if (dims[i] < 0 || dims[i] > 1 << 20)
                        return false;
                ret->dims[i] = (size_t)dims[i];
                ret->count *= ret->dims[i];
                if (ret->count > 1 << 26)
                        return false;
        }
        if (type != TYPE_FLOAT || ret->count == 0)
                ret->raw = STR_NULL;
        return more == 0 && (str_is_null(ret->raw) || ret->raw.len == ret->count * sizeof(float));
}

/* `tensor` is for a Constant's value. */
static bool parse_attribute(struct str message, struct onnx_attribute *ret, struct onnx_tensor *tensor,
                            bool *ret_has_tensor)
{
        struct field field;
        int more;
        while ((more = next_field(&message, &field)) > 0) {
                if (field.number == ATTRIBUTE_NAME)
                        ret->name = field.bytes;
                if (field.number == ATTRIBUTE_TEXT)
                        ret->text = field.bytes;
                if (field.number == ATTRIBUTE_INT)
                        ret->integer = (int64_t)field.integer;
                if (field.number == ATTRIBUTE_FLOAT && field.wire == WIRE_32)
                        memcpy(&ret->number, field.bytes.ptr, sizeof(ret->number));
                if (field.number == ATTRIBUTE_INTS &&
                    !take_ints(&field, ret->ints, &ret->ints_len, ONNX_INTS_MAX))
                        return false;
                if (field.number == ATTRIBUTE_TENSOR) {
                        if (!parse_tensor(field.bytes, tensor))
                                return false;
                        *ret_has_tensor = true;
                }
        }
        return more == 0;
}

static bool parse_node(struct str message, struct onnx *onnx)
{
        struct field field;
        int more;
        bool is_constant = false;
        struct onnx_node node = {0};
        struct onnx_tensor tensor = {0};
        while ((more = next_field(&message, &field)) > 0) {
                if (field.number == NODE_INPUT) {
                        if (node.inputs_len == ONNX_INPUTS_MAX)
                                return false;
                        node.inputs[node.inputs_len++] = field.bytes;
                }
                if (field.number == NODE_OUTPUT && str_is_null(node.output))
                        node.output = field.bytes;
                if (field.number == NODE_KIND)
                        node.kind = field.bytes;
                if (field.number == NODE_ATTRIBUTE &&
                    (node.attributes_len == ONNX_ATTRIBUTES_MAX ||
                     !parse_attribute(field.bytes, &node.attributes[node.attributes_len++], &tensor,
                                      &is_constant)))
                        return false;
        }
        if (more < 0)
                return false;
        if (is_constant) {
                tensor.name = node.output;
                if (onnx->tensors_len == ONNX_TENSORS_MAX)
                        return false;
                onnx->tensors[onnx->tensors_len++] = tensor;
                return true;
        }
        if (onnx->nodes_len == ONNX_NODES_MAX)
                return false;
        onnx->nodes[onnx->nodes_len++] = node;
        return true;
}

static bool parse_name(struct str message, struct str *ret)
{
        struct field field;
        int more;
        while ((more = next_field(&message, &field)) > 0) {
                if (field.number == INFO_NAME && str_is_null(*ret))
                        *ret = field.bytes;
        }
        return more == 0;
}

static bool parse_graph(struct str message, struct onnx *onnx)
{
        struct field field;
        int more;
        while ((more = next_field(&message, &field)) > 0) {
                if (field.number == GRAPH_NODE && !parse_node(field.bytes, onnx))
                        return false;
                if (field.number == GRAPH_INITIALIZER &&
                    (onnx->tensors_len == ONNX_TENSORS_MAX ||
                     !parse_tensor(field.bytes, &onnx->tensors[onnx->tensors_len++])))
                        return false;
                if (field.number == GRAPH_INPUT && str_is_null(onnx->input) &&
                    !parse_name(field.bytes, &onnx->input))
                        return false;
                if (field.number == GRAPH_OUTPUT && str_is_null(onnx->output) &&
                    !parse_name(field.bytes, &onnx->output))
                        return false;
        }
        return more == 0;
}

bool onnx_parse(struct str file, struct onnx *ret, char why[ONNX_WHY_MAX])
{
        struct field field;
        int more;
        bool ok = true;
        *ret = (struct onnx){.nodes = x_new(ONNX_NODES_MAX, sizeof(*ret->nodes)),
                             .tensors = x_new(ONNX_TENSORS_MAX, sizeof(*ret->tensors))};
        while ((more = next_field(&file, &field)) > 0 && ok) {
                if (field.number == MODEL_GRAPH)
                        ok = parse_graph(field.bytes, ret);
        }
        if (ok && more == 0 && ret->nodes_len > 0)
                return true;
        snprintf(why, ONNX_WHY_MAX, "no network in ONNX, or one that is cut off or too large");
        onnx_release(ret);
        return false;
}

void onnx_release(struct onnx *onnx)
{
        x_free(onnx->nodes);
        x_free(onnx->tensors);
        *onnx = (struct onnx){0};
}

const struct onnx_tensor *onnx_tensor(const struct onnx *onnx, struct str name)
{
        for (size_t i = 0; i < onnx->tensors_len; i++) {
                if (str_equal(onnx->tensors[i].name, name))
                        return &onnx->tensors[i];
        }
        return NULL;
}

const struct onnx_attribute *onnx_attribute(const struct onnx_node *node, const char *name)
{
        for (size_t i = 0; i < node->attributes_len; i++) {
                if (str_equal(node->attributes[i].name, str_from(name)))
                        return &node->attributes[i];
        }
        return NULL;
}
