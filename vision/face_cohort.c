#include "vision/face_cohort.h"

#include "base/json.h"

#include <math.h>

enum { COHORT_TEXT_MAX = 256 * 1024 };

void face_print_release(struct face_print *print)
{
        for (size_t i = 0; i < FACE_EMBEDDINGS_MAX; i++)
                face_embedding_release(&print->at[i]);
        print->len = 0;
}

void face_cohort_release(struct face_cohort *cohort)
{
        for (size_t i = 0; i < cohort->len; i++)
                face_print_release(&cohort->groups[i]);
        cohort->len = 0;
}

/* The mean loses of what changes from picture to picture: at length 1 strangers would spread wider. */
static void level(struct face_embedding *mean, double spread)
{
        double square = 0;
        for (size_t i = 0; i < mean->len; i++)
                square += (double)mean->values[i] * (double)mean->values[i];
        double length = sqrt(1 - (1 - fmin(1, square)) * spread);
        for (size_t i = 0; i < mean->len; i++)
                mean->values[i] = (float)((double)mean->values[i] / length);
}

void face_prints_mean(const struct face_print *const prints[], size_t len, double spread,
                      struct face_print *ret)
{
        struct face_print mean = {.len = prints[0]->len};
        for (size_t at = 0; at < mean.len; at++) {
                size_t values = prints[0]->at[at].len;
                mean.at[at] = (struct face_embedding){x_new(values, sizeof(float)), values};
                for (size_t i = 0; i < len; i++)
                        for (size_t k = 0; k < values; k++)
                                mean.at[at].values[k] += prints[i]->at[at].values[k] / (float)len;
                level(&mean.at[at], spread);
        }
        *ret = mean;
}

static bool read_mean(const json_t *values, size_t len, struct face_embedding *ret)
{
        if (!json_is_array(values) || json_array_size(values) != len)
                return false;
        double square = 0;
        *ret = (struct face_embedding){x_new(len, sizeof(float)), len};
        for (size_t i = 0; i < len; i++) {
                const json_t *item = json_array_get(values, i);
                if (!json_is_number(item))
                        return false;
                ret->values[i] = (float)json_number_value(item);
                square += json_number_value(item) * json_number_value(item);
        }
        /* A mean of vectors of length 1 is shorter; not so where the numbers are of something else. */
        return square <= 1;
}

static bool read_group(const json_t *means, const struct face_manifest *manifest, struct face_print *ret)
{
        size_t embedders = 0;
        for (size_t i = 0; i < manifest->models_len; i++) {
                const struct face_model *model = &manifest->models[i];
                if (model->role != FACE_EMBEDDER)
                        continue;
                size_t at = embedders++;
                if (at == FACE_EMBEDDINGS_MAX ||
                    !read_mean(json_array_get(means, at), (size_t)model->length, &ret->at[at]))
                        return false;
                ret->len = embedders;
        }
        return json_array_size(means) == embedders;
}

enum rc face_cohort_parse(struct op *op, struct str text, const struct face_manifest *manifest,
                          struct face_cohort *ret)
{
        json_auto_t *root = NULL;
        CLEANUP(face_cohort_release) struct face_cohort cohort = {0};
        if (!json_parse(text, COHORT_TEXT_MAX, &root))
                return op_fail(op, RC_CONFIG, "models manifest: not a JSON object");
        const json_t *groups = json_object_get(root, "cohort");
        if (groups && (!json_is_array(groups) || json_array_size(groups) > FACE_COHORT_MAX))
                return op_fail(op, RC_CONFIG, "models manifest: `cohort` must be a list of at most %d groups",
                               FACE_COHORT_MAX);
        for (size_t i = 0; i < json_array_size(groups); i++) {
                cohort.len = i + 1;
                const json_t *means = json_object_get(json_array_get(groups, i), "means");
                if (!read_group(means, manifest, &cohort.groups[i]))
                        return op_fail(op, RC_CONFIG,
                                       "models manifest: cohort[%zu]: `means` must be numbers for each "
                                       "embedder, as many as its `length`, at most 1 long together",
                                       i);
        }
        *ret = cohort;
        cohort = (struct face_cohort){0};
        return RC_OK;
}

double face_fused_cosine(const struct face_manifest *manifest, const struct face_print *a,
                         const struct face_print *b)
{
        double sum = 0, weights = 0;
        size_t embedding = 0;
        for (size_t i = 0; i < manifest->models_len; i++) {
                const struct face_model *model = &manifest->models[i];
                if (model->role != FACE_EMBEDDER || embedding >= MIN(a->len, b->len))
                        continue;
                sum += model->weight * face_cosine(&a->at[embedding], &b->at[embedding]);
                weights += model->weight;
                embedding++;
        }
        return weights > 0 ? sum / weights : 0;
}

double face_cohort_cosine(const struct face_cohort *cohort, const struct face_manifest *manifest,
                          const struct face_print *print)
{
        double most = cohort->len ? -1 : 0;
        for (size_t i = 0; i < cohort->len; i++)
                most = fmax(most, face_fused_cosine(manifest, print, &cohort->groups[i]));
        return most;
}
