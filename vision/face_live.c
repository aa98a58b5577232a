#include "vision/face_live.h"

#include "vision/face_align.h"
#include "vision/grid.h"

#include <math.h>

/* A model that is surer than this is not surer of a picture that it was not trained on. */
static const double share_least = 1e-4;
/* The power that shares of full light are raised to. */
static const double brightening = 0.8;
/* What is looked at for grids is at least so large; the spectrum's pieces want some choice. */
static const double grid_side = 192;
/* Of a grid: on live faces nothing stands out further; what each e-fold beyond takes from the log odds. */
static const double grid_least = 25, grid_weight = 3;

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

/* The part of the picture, which still owns it. */
static struct image view_of(const struct image *image, const struct face_region *region)
{
        return (struct image){region->width, region->height, 3, image->stride,
                              image->pixels + (size_t)region->y * image->stride + 3 * (size_t)region->x};
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
        const struct face_model *model = &net->model;
        struct cv_tensor out;
        enum rc rc = face_net_run_vector(op, net, crop, model->classes, &out);
        if (rc)
                return rc;
        double share = live_share(model, out.values);
        if (!isfinite(share))
                return op_fail(op, RC_INTERNAL, "%s: no number", model->file);
        share = fmin(fmax(share, share_least), 1 - share_least);
        *ret += log(share / (1 - share));
        return RC_OK;
}

/* As a camera that exposes longer would have it. */
static void brighten(struct image *crop)
{
        uint8_t values[256];
        for (int i = 0; i < 256; i++)
                values[i] = (uint8_t)lround(255 * pow(i / 255.0, brightening));
        for (int y = 0; y < crop->height; y++) {
                uint8_t *row = crop->pixels + (size_t)y * crop->stride;
                for (int x = 0; x < crop->width * crop->channels; x++)
                        row[x] = values[row[x]];
        }
}

enum rc face_live_odds(struct op *op, struct face_net *net, const struct image *image,
                       const struct face_box *box, double *ret)
{
        const struct face_model *model = &net->model;
        struct face_region region = face_grow(box, model->grow, image->width, image->height);
        struct image view = view_of(image, &region);
        CLEANUP(image_release) struct image crop = {0};
        image_init(&crop, model->input.width, model->input.height, 3);
        if (!sample(&view, &crop))
                return op_fail(op, RC_INTERNAL, "a picture could not be resized");
        int runs = model->flip ? 4 : 2;
        double sum = 0;
        enum rc rc = RC_OK;
        for (int i = 0; i < runs && !rc; i++) {
                if (i == runs / 2)
                        brighten(&crop);
                else if (i)
                        face_mirror(&crop);
                rc = run_crop(op, net, &crop, &sum);
        }
        if (!rc)
                *ret = sum / runs;
        return rc;
}

double face_live_grid(const struct image *image, const struct face_box *box)
{
        double side = fmax(1, fmin((double)box->width, (double)box->height));
        struct face_region region = face_grow(box, fmax(1, grid_side / side), image->width, image->height);
        struct image view = view_of(image, &region);
        const double corners[4][2] = {
            {-1, -1}, {view.width, -1}, {view.width, view.height}, {-1, view.height}};
        struct grid_measure grid;
        return grid_measure(&view, corners, &grid) ? grid.any : 0;
}

double face_live_score(const struct face_manifest *manifest, const struct face_live_signs *signs)
{
        double odds = manifest->live_slope * (signs->odds - manifest->live_centre);
        double excess = log(fmax(signs->grid, grid_least) / grid_least);
        return 1 / (1 + exp(-odds + grid_weight * excess));
}
