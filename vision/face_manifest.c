#include "vision/face_manifest.h"

#include "base/json.h"

#include <math.h>

enum { MANIFEST_MAX = 256 * 1024, SIDE_MAX = 4096, LENGTH_MAX = 4096, CLASSES_MAX = 16 };

/* Where the reader is, for messages. */
struct place {
        struct op *op;
        size_t index;
        const char *file;
};

static enum rc wrong(const struct place *place, const char *what)
{
        return op_fail(place->op, RC_CONFIG, "models manifest: models[%zu] (%s): %s", place->index,
                       place->file[0] ? place->file : "no file", what);
}

static bool read_numbers(const json_t *array, size_t len, double min, double max, float *ret)
{
        if (!json_is_array(array) || json_array_size(array) != len)
                return false;
        for (size_t i = 0; i < len; i++) {
                const json_t *item = json_array_get(array, i);
                double value = json_number_value(item);
                if (!json_is_number(item) || !isfinite(value) || value < min || value > max)
                        return false;
                ret[i] = (float)value;
        }
        return true;
}

/* An absent number keeps what `ret` holds. */
static bool read_double_or(const json_t *object, const char *key, double min, double max, double *ret)
{
        return !json_object_get(object, key) || json_get_double(object, key, min, max, ret);
}

static bool read_int(const json_t *object, const char *key, int min, int max, int *ret)
{
        int64_t value;
        if (!json_get_int(object, key, min, max, &value))
                return false;
        *ret = (int)value;
        return true;
}

static enum rc read_input(const struct place *place, const json_t *model, struct face_model *ret)
{
        const json_t *input = json_object_get(model, "input");
        struct face_input *in = &ret->input;
        if (!json_is_object(input))
                return wrong(place, "`input` must be an object");
        if (ret->role != FACE_DETECTOR) {
                if (!read_int(input, "width", 16, SIDE_MAX, &in->width) ||
                    !read_int(input, "height", 16, SIDE_MAX, &in->height))
                        return wrong(place, "`input.width` and `input.height` must be 16 to 4096");
        }
        struct str order = json_get_str(input, "order");
        in->rgb = str_equal(order, STR("RGB"));
        if (!in->rgb && !str_equal(order, STR("BGR")))
                return wrong(place, "`input.order` must be RGB or BGR");
        double scale = 1;
        if (!read_double_or(input, "scale", 1e-6, 1e6, &scale))
                return wrong(place, "`input.scale` must be a number above 0");
        in->scale = (float)scale;
        for (int i = 0; i < 3; i++)
                in->deviation[i] = 1;
        const json_t *mean = json_object_get(input, "mean");
        const json_t *deviation = json_object_get(input, "deviation");
        if (mean && !read_numbers(mean, 3, -1e6, 1e6, in->mean))
                return wrong(place, "`input.mean` must be three numbers");
        if (deviation && !read_numbers(deviation, 3, 1e-6, 1e6, in->deviation))
                return wrong(place, "`input.deviation` must be three numbers above 0");
        return RC_OK;
}

static enum rc read_detector(const struct place *place, const json_t *model, struct face_model *ret)
{
        if (!str_equal(json_get_str(model, "kind"), STR("yunet-2022")))
                return wrong(place, "`kind` of a detector must be yunet-2022");
        if (!read_int(model, "side_max", 64, SIDE_MAX, &ret->side_max))
                return wrong(place, "`side_max` must be 64 to 4096");
        if (!json_get_double(model, "score_min", 0.01, 1, &ret->score_min) ||
            !json_get_double(model, "overlap_max", 0.01, 1, &ret->overlap_max))
                return wrong(place, "`score_min` and `overlap_max` must be 0.01 to 1");
        return RC_OK;
}

static enum rc read_embedder(const struct place *place, const json_t *model, struct face_model *ret)
{
        const json_t *points = json_object_get(model, "template");
        if (!json_is_array(points) || json_array_size(points) != FACE_POINTS)
                return wrong(place, "`template` must be five points");
        for (size_t i = 0; i < FACE_POINTS; i++)
                if (!read_numbers(json_array_get(points, i), 2, -SIDE_MAX, SIDE_MAX, ret->points.at[i]))
                        return wrong(place, "`template` must be five pairs of numbers");
        if (!read_int(model, "length", 2, LENGTH_MAX, &ret->length))
                return wrong(place, "`length` must be 2 to 4096");
        return RC_OK;
}

static enum rc read_attack(const struct place *place, const json_t *model, struct face_model *ret)
{
        if (!json_get_double(model, "grow", 1, 16, &ret->grow))
                return wrong(place, "`grow` must be 1 to 16");
        if (!read_int(model, "classes", 2, CLASSES_MAX, &ret->classes) ||
            !read_int(model, "real_class", 0, ret->classes - 1, &ret->real_class))
                return wrong(place, "`classes` must be 2 to 16, and `real_class` one of them");
        struct str output = json_get_str(model, "output");
        ret->logits = str_equal(output, STR("logits"));
        if (!ret->logits && !str_equal(output, STR("shares")))
                return wrong(place, "`output` must be logits or shares");
        return RC_OK;
}

static bool file_name_ok(struct str file)
{
        return file.len > 0 && file.len < FACE_FILE_MAX && file.ptr[0] != '.' && str_find(file, '/') < 0;
}

static enum rc read_model(struct place *place, const json_t *model, struct face_model *ret)
{
        static enum rc (*const readers[])(const struct place *, const json_t *, struct face_model *) = {
            [FACE_DETECTOR] = read_detector, [FACE_EMBEDDER] = read_embedder, [FACE_ATTACK] = read_attack};
        struct str file = json_get_str(model, "file");
        if (!file_name_ok(file))
                return wrong(place, "`file` must be a plain file name");
        memcpy(ret->file, file.ptr, file.len);
        place->file = ret->file;
        if (!json_get_int(model, "bytes", 1, INT32_MAX, &ret->bytes))
                return wrong(place, "`bytes` must be the file's length");
        ret->weight = 1;
        if (!read_double_or(model, "weight", 1e-6, 1e6, &ret->weight))
                return wrong(place, "`weight` must be a number above 0");
        ret->flip = json_get_bool(model, "flip");
        enum rc rc = read_input(place, model, ret);
        return rc ? rc : readers[ret->role](place, model, ret);
}

static bool role_of(const json_t *model, enum face_role *ret)
{
        static const char *const names[] = {
            [FACE_DETECTOR] = "detector", [FACE_EMBEDDER] = "embedder", [FACE_ATTACK] = "attack"};
        struct str role = json_get_str(model, "role");
        for (size_t i = 0; i < LEN(names); i++) {
                if (str_equal(role, str_from(names[i]))) {
                        *ret = (enum face_role)i;
                        return true;
                }
        }
        return false;
}

static enum rc check_roles(struct op *op, const struct face_manifest *manifest)
{
        size_t count[3] = {0};
        for (size_t i = 0; i < manifest->models_len; i++)
                count[manifest->models[i].role]++;
        if (count[FACE_DETECTOR] != 1)
                return op_fail(op, RC_CONFIG, "models manifest: there must be one detector");
        if (!count[FACE_EMBEDDER] || !count[FACE_ATTACK])
                return op_fail(op, RC_CONFIG,
                               "models manifest: there must be an embedder and an attack model");
        return RC_OK;
}

static enum rc read_models(struct op *op, const json_t *models, struct face_manifest *manifest)
{
        if (!json_is_array(models))
                return op_fail(op, RC_CONFIG, "models manifest: `models` must be an array");
        for (size_t i = 0; i < json_array_size(models); i++) {
                const json_t *model = json_array_get(models, i);
                struct face_model read = {0};
                if (!role_of(model, &read.role))
                        continue;
                if (manifest->models_len == FACE_MODELS_MAX)
                        return op_fail(op, RC_CONFIG, "models manifest: more than %d models",
                                       FACE_MODELS_MAX);
                struct place place = {op, i, ""};
                enum rc rc = read_model(&place, model, &read);
                if (rc)
                        return rc;
                manifest->models[manifest->models_len++] = read;
        }
        return check_roles(op, manifest);
}

static enum rc read_scores(struct op *op, const json_t *root, struct face_manifest *manifest)
{
        const json_t *similarity = json_object_get(root, "similarity");
        const json_t *liveness = json_object_get(root, "liveness");
        if (!json_get_double(similarity, "centre", -1, 1, &manifest->match_centre) ||
            !json_get_double(similarity, "slope", 0.1, 1000, &manifest->match_slope))
                return op_fail(
                    op, RC_CONFIG,
                    "models manifest: `similarity` needs `centre` (-1 to 1), `slope` (0.1 to 1000)");
        if (!json_get_double(similarity, "threshold", 0.001, 1, &manifest->match_threshold) ||
            !json_get_double(liveness, "threshold", 0.001, 1, &manifest->live_threshold))
                return op_fail(op, RC_CONFIG,
                               "models manifest: `similarity` and `liveness` need `threshold` (0.001 to 1)");
        /* Of a manifest that does not tell: where such a likeness is a million times likelier of one person.
         */
        manifest->repeat_cosine = fmin(1, manifest->match_centre + log(1e6) / (2 * manifest->match_slope));
        if (json_object_get(similarity, "repeat") &&
            !json_get_double(similarity, "repeat", 0.001, 1, &manifest->repeat_cosine))
                return op_fail(op, RC_CONFIG,
                               "models manifest: `similarity.repeat` is a cosine (0.001 to 1)");
        /* Of the shipped models, 0.7 to 0.83 levels the strangers of means of 2 and 3 pictures. */
        manifest->spread = 0.75;
        if (!read_double_or(similarity, "spread", 0, 1, &manifest->spread))
                return op_fail(op, RC_CONFIG, "models manifest: `similarity.spread` is a share (0 to 1)");
        manifest->live_slope = 1;
        if (!read_double_or(liveness, "centre", -20, 20, &manifest->live_centre) ||
            !read_double_or(liveness, "slope", 0.01, 100, &manifest->live_slope))
                return op_fail(
                    op, RC_CONFIG,
                    "models manifest: `centre` of `liveness` must be -20 to 20, `slope` 0.01 to 100");
        return RC_OK;
}

enum rc face_manifest_parse(struct op *op, struct str text, struct face_manifest *ret)
{
        json_auto_t *root = NULL;
        struct face_manifest manifest = {0};
        if (!json_parse(text, MANIFEST_MAX, &root) || !json_is_object(root))
                return op_fail(op, RC_CONFIG, "models manifest: not a JSON object");
        enum rc rc = read_scores(op, root, &manifest);
        if (!rc)
                rc = read_models(op, json_object_get(root, "models"), &manifest);
        if (!rc)
                *ret = manifest;
        return rc;
}
