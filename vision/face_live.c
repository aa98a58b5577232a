#include "vision/face_live.h"

#include "vision/face_align.h"

#include <math.h>

/* One axis: from `at`, `len` long, in a picture `max` long. */
static void fit(double at, double len, int max, int *ret_at, int *ret_len)
{
        double start = fmin(at, max - 1 - len);
        start = fmax(start, 0);
        double end = fmin(start + len, max - 1);
        *ret_at = (int)start;
        *ret_len = (int)end - (int)start + 1;
}

struct face_region face_grow(const struct face_box *box, double grow, int width, int height)
{
        double most = fmin((height - 1) / (double)box->height, (width - 1) / (double)box->width);
        double scale = fmin(grow, most);
        double wide = (double)box->width * scale, high = (double)box->height * scale;
        struct face_region region;
        fit((double)box->x + (double)box->width / 2 - wide / 2, wide, width, &region.x, &region.width);
        fit((double)box->y + (double)box->height / 2 - high / 2, high, height, &region.y, &region.height);
        return region;
}

/* The live class's part of the whole: of the shares as they are, or of the softmax of raw values. */
static double live_share(const struct face_model *model, const float *values)
{
        double most = (double)values[0], sum = 0, live = 0;
        for (int i = 1; i < model->classes; i++)
                most = fmax(most, (double)values[i]);
        for (int i = 0; i < model->classes; i++) {
                double part = model->logits ? exp((double)values[i] - most) : fmax(0, (double)values[i]);
                live = i == model->real_class ? part : live;
                sum += part;
        }
        return live / sum;
}

/* Plain bilinear sampling, however much it shrinks: the models were trained on pictures made so, and what
 * they look for is in the fine grain that averaging over areas takes away. */
static bool sample(const struct image *from, struct image *to)
{
        double x_scale = (double)to->width / from->width, y_scale = (double)to->height / from->height;
        const double matrix[6] = {x_scale, 0, x_scale / 2 - 0.5, 0, y_scale, y_scale / 2 - 0.5};
        return cv_warp_affine(from, matrix, to);
}

static enum rc run_crop(struct op *op, struct face_net *net, const struct image *crop, double *ret)
{
        static const char *const names[] = {NULL};
        const struct face_model *model = &net->model;
        struct cv_tensor out;
        enum rc rc = face_net_run(op, net, crop, names, 1, &out);
        if (rc)
                return rc;
        if (out.count != (size_t)model->classes)
                return op_fail(op, RC_CONFIG, "%s: puts out %zu classes, the manifest says %d", model->file,
                               out.count, model->classes);
        double score = live_share(model, out.values);
        if (!isfinite(score))
                return op_fail(op, RC_INTERNAL, "%s: no number", model->file);
        *ret = score;
        return RC_OK;
}

enum rc face_live_score(struct op *op, struct face_net *net, const struct image *image,
                        const struct face_box *box, double *ret)
{
        const struct face_model *model = &net->model;
        struct face_region region = face_grow(box, model->grow, image->width, image->height);
        struct image view = {region.width, region.height, 3, image->stride,
                             image->pixels + (size_t)region.y * image->stride + 3 * (size_t)region.x};
        CLEANUP(image_release) struct image crop = {0};
        image_init(&crop, model->input.width, model->input.height, 3);
        if (!sample(&view, &crop))
                return op_fail(op, RC_INTERNAL, "a picture could not be resized");
        double score = 0, mirrored = 0;
        enum rc rc = run_crop(op, net, &crop, &score);
        if (!rc && model->flip) {
                face_mirror(&crop);
                rc = run_crop(op, net, &crop, &mirrored);
                score = (score + mirrored) / 2;
        }
        if (!rc)
                *ret = score;
        return rc;
}
