#include "vision/face_embed.h"

#include "vision/face_align.h"

#include <math.h>
#include <string.h>

void face_embedding_release(struct face_embedding *embedding)
{
        if (embedding->values)
                explicit_bzero(embedding->values, embedding->len * sizeof(float));
        x_free(embedding->values);
        *embedding = (struct face_embedding){0};
}

/* Run one crop and add its embedding, made length 1, to `sum`. */
static enum rc add_crop(struct op *op, struct face_net *net, const struct image *crop, float *sum)
{
        struct cv_tensor out;
        enum rc rc = face_net_run_vector(op, net, crop, net->model.length, &out);
        if (rc)
                return rc;
        double square = 0;
        for (size_t i = 0; i < out.count; i++)
                square += (double)out.values[i] * (double)out.values[i];
        if (!(square > 0) || !isfinite(square))
                return op_fail(op, RC_INTERNAL, "%s: an embedding without length", net->model.file);
        for (size_t i = 0; i < out.count; i++)
                sum[i] += (float)((double)out.values[i] / sqrt(square));
        return RC_OK;
}

static void normalise(struct face_embedding *embedding)
{
        double square = 0;
        for (size_t i = 0; i < embedding->len; i++)
                square += (double)embedding->values[i] * (double)embedding->values[i];
        for (size_t i = 0; square > 0 && i < embedding->len; i++)
                embedding->values[i] = (float)((double)embedding->values[i] / sqrt(square));
}

enum rc face_embed(struct op *op, struct face_net *net, const struct image *image,
                   const struct face_points *points, struct face_embedding *ret)
{
        const struct face_model *model = &net->model;
        CLEANUP(image_release) struct image crop = {0};
        if (!face_cut(image, points, model, &crop))
                return op_fail(op, RC_INTERNAL, "%s: a face could not be cut out", model->file);
        struct face_embedding made = {x_new((size_t)model->length, sizeof(float)), (size_t)model->length};
        enum rc rc = add_crop(op, net, &crop, made.values);
        if (!rc && model->flip) {
                face_mirror(&crop);
                rc = add_crop(op, net, &crop, made.values);
        }
        if (rc) {
                face_embedding_release(&made);
                return rc;
        }
        normalise(&made);
        *ret = made;
        return RC_OK;
}

double face_cosine(const struct face_embedding *a, const struct face_embedding *b)
{
        if (a->len != b->len)
                return 0;
        double sum = 0;
        for (size_t i = 0; i < a->len; i++)
                sum += (double)a->values[i] * (double)b->values[i];
        return fmin(1, fmax(-1, sum));
}
