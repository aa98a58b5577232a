#include "vision/face_open.h"

#include <math.h>

static const uint64_t name_start = 0xcbf29ce484222325, name_step = 0x100000001b3;

/* FNV-1a: it only has to tell one set of models from another. */
static uint64_t name_add(uint64_t name, struct str bytes)
{
        for (size_t i = 0; i < bytes.len; i++)
                name = (name ^ (uint8_t)bytes.ptr[i]) * name_step;
        return name;
}

static uint64_t name_of(const struct faces *faces)
{
        uint64_t name = name_start;
        for (size_t i = 0; i < faces->manifest.models_len; i++) {
                const struct face_model *model = &faces->manifest.models[i];
                CLEANUP(buf_release) struct buf text;
                buf_init(&text, FACE_FILE_MAX + 64);
                buf_addf(&text, "%s %lld %d %.6f;", model->file, (long long)model->bytes, model->flip,
                         model->weight);
                if (model->role == FACE_EMBEDDER)
                        name = name_add(name, buf_str(&text));
        }
        for (size_t i = 0; i < faces->cohort.len; i++)
                for (size_t k = 0; k < faces->cohort.groups[i].len; k++) {
                        const struct face_embedding *mean = &faces->cohort.groups[i].at[k];
                        name =
                            name_add(name, str_from_bytes(mean->values, mean->len * sizeof(mean->values[0])));
                }
        return name;
}

/* Each embedding by the root of its weight: then one product has every cosine in it, weighted. */
void face_template_make(const struct faces *faces, const struct face_print *print, struct face_template *ret)
{
        const struct face_manifest *manifest = &faces->manifest;
        double weights = 0;
        size_t embedding = 0;
        for (size_t i = 0; i < manifest->models_len; i++)
                weights += manifest->models[i].role == FACE_EMBEDDER ? manifest->models[i].weight : 0;
        ret->models = name_of(faces);
        ret->threshold = (float)manifest->repeat_cosine;
        ret->strangers = (float)face_cohort_cosine(&faces->cohort, manifest, print);
        ret->len = 0;
        for (size_t i = 0; i < manifest->models_len && embedding < print->len; i++) {
                if (manifest->models[i].role != FACE_EMBEDDER)
                        continue;
                const struct face_embedding *from = &print->at[embedding++];
                double scale = sqrt(manifest->models[i].weight / weights);
                for (size_t k = 0; k < from->len && ret->len < TEMPLATE_VALUES_MAX; k++)
                        ret->values[ret->len++] = (float)((double)from->values[k] * scale);
        }
}
