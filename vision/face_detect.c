#include "vision/face_detect.h"

#include <math.h>
#include <stdlib.h>

enum { LEVELS = 4, SIZES_MAX = 3, LOC_LEN = 14, CANDIDATES_MAX = 2048, SIDE_STEP = 32, SIDE_MIN = 128 };

static const struct level {
        int step;
        int sizes[SIZES_MAX]; /* 0 ends */
} levels[LEVELS] = {{8, {10, 16, 24}}, {16, {32, 48}}, {32, {64, 96}}, {64, {128, 192, 256}}};

static const float center_variance = 0.1F;
static const float size_variance[2] = {0.1F, 0.2F};

static int level_sizes(const struct level *level)
{
        int count = 0;
        while (count < SIZES_MAX && level->sizes[count])
                count++;
        return count;
}

/* Cells of one side of the input at a level: the network halves it once with rounding up, then with rounding
 * down. */
static int level_cells(int side, int level)
{
        return ((side + 1) / 2 / 2) >> (level + 1);
}

size_t face_prior_count(int width, int height)
{
        size_t count = 0;
        for (int i = 0; i < LEVELS; i++)
                count += (size_t)level_cells(width, i) * (size_t)level_cells(height, i) *
                         (size_t)level_sizes(&levels[i]);
        return count;
}

float face_overlap(const struct face_box *a, const struct face_box *b)
{
        float width = fminf(a->x + a->width, b->x + b->width) - fmaxf(a->x, b->x);
        float height = fminf(a->y + a->height, b->y + b->height) - fmaxf(a->y, b->y);
        if (width <= 0 || height <= 0)
                return 0;
        float shared = width * height;
        return shared / (a->width * a->height + b->width * b->height - shared);
}

static float prior_score(const struct face_raw *raw, size_t prior)
{
        float fit = fminf(fmaxf(raw->iou[prior], 0), 1);
        float face = fminf(fmaxf(raw->conf[prior * 2 + 1], 0), 1);
        return sqrtf(face * fit);
}

static struct face_box decode_prior(const float *loc, float x, float y, float size, float score)
{
        struct face_box box = {.score = score};
        float reach = center_variance * size;
        box.width = size * expf(loc[2] * size_variance[0]);
        box.height = size * expf(loc[3] * size_variance[1]);
        box.x = x + loc[0] * reach - box.width / 2;
        box.y = y + loc[1] * reach - box.height / 2;
        for (int i = 0; i < FACE_POINTS; i++) {
                box.points.at[i][0] = x + loc[4 + 2 * i] * reach;
                box.points.at[i][1] = y + loc[5 + 2 * i] * reach;
        }
        return box;
}

static bool box_is_finite(const struct face_box *box)
{
        float sum = box->x + box->y + box->width + box->height;
        for (int i = 0; i < FACE_POINTS; i++)
                sum += box->points.at[i][0] + box->points.at[i][1];
        return isfinite(sum) && box->width > 0 && box->height > 0;
}

struct candidates {
        struct face_box at[CANDIDATES_MAX];
        size_t len;
};

/* All priors of one level; `prior` counts on from the level before. */
static size_t decode_level(const struct face_raw *raw, int index, size_t prior, double score_min,
                           struct candidates *found)
{
        const struct level *level = &levels[index];
        int rows = level_cells(raw->height, index);
        int columns = level_cells(raw->width, index);
        int sizes = level_sizes(level);
        size_t end = prior + (size_t)rows * (size_t)columns * (size_t)sizes;
        for (size_t i = prior; i < end; i++) {
                float score = prior_score(raw, i);
                if (!(score >= (float)score_min) || found->len == CANDIDATES_MAX)
                        continue;
                int cell = (int)((i - prior) / (size_t)sizes);
                int row = cell / columns;
                float x = ((float)(cell % columns) + 0.5F) * (float)level->step;
                float y = ((float)row + 0.5F) * (float)level->step;
                float size = (float)level->sizes[(i - prior) % (size_t)sizes];
                struct face_box box = decode_prior(raw->loc + i * LOC_LEN, x, y, size, score);
                if (box_is_finite(&box))
                        found->at[found->len++] = box;
        }
        return end;
}

static int by_score(const void *a, const void *b)
{
        float left = ((const struct face_box *)a)->score;
        float right = ((const struct face_box *)b)->score;
        return (left < right) - (left > right);
}

static bool overlaps_any(const struct face_box *box, const struct face_list *list, double overlap_max)
{
        for (size_t i = 0; i < list->len; i++)
                if (face_overlap(box, &list->at[i]) > (float)overlap_max)
                        return true;
        return false;
}

void face_decode(const struct face_raw *raw, double score_min, double overlap_max, struct face_list *ret)
{
        struct candidates *found = x_new(1, sizeof(*found));
        size_t prior = 0;
        for (int i = 0; i < LEVELS; i++)
                prior = decode_level(raw, i, prior, score_min, found);
        qsort(found->at, found->len, sizeof(found->at[0]), by_score);
        ret->len = 0;
        for (size_t i = 0; i < found->len && ret->len < FACES_MAX; i++)
                if (!overlaps_any(&found->at[i], ret, overlap_max))
                        ret->at[ret->len++] = found->at[i];
        x_free(found);
}

static void scale_list(struct face_list *list, float x_scale, float y_scale)
{
        for (size_t i = 0; i < list->len; i++) {
                struct face_box *box = &list->at[i];
                box->x *= x_scale;
                box->y *= y_scale;
                box->width *= x_scale;
                box->height *= y_scale;
                for (int k = 0; k < FACE_POINTS; k++) {
                        box->points.at[k][0] *= x_scale;
                        box->points.at[k][1] *= y_scale;
                }
        }
}

static int round_up(int side)
{
        /* Below this the network's last layers have nothing left to halve, and it fails. */
        return MAX((side + SIDE_STEP - 1) / SIDE_STEP * SIDE_STEP, SIDE_MIN);
}

/* The picture shrunk to `width` x `height`, in the upper left of a black one whose sides the strides divide.
 */
static bool padded_copy(const struct image *image, int width, int height, struct image *ret)
{
        image_init(ret, round_up(width), round_up(height), 3);
        struct image part = {width, height, 3, ret->stride, ret->pixels};
        return cv_resize(image, &part);
}

static enum rc run(struct op *op, struct face_net *net, const struct image *input, struct face_list *ret)
{
        static const char *const names[] = {"loc", "conf", "iou"};
        struct cv_tensor out[3];
        const struct face_model *model = &net->model;
        enum rc rc = face_net_run(op, net, input, names, LEN(names), out);
        if (rc)
                return rc;
        size_t priors = face_prior_count(input->width, input->height);
        if (out[0].count != priors * LOC_LEN || out[1].count != priors * 2 || out[2].count != priors)
                return op_fail(op, RC_INTERNAL, "%s: outputs are not those of YuNet 2022", model->file);
        struct face_raw raw = {input->width, input->height, out[0].values, out[1].values, out[2].values};
        face_decode(&raw, model->score_min, model->overlap_max, ret);
        return RC_OK;
}

enum rc face_detect(struct op *op, struct face_net *net, int side_max, const struct image *image,
                    struct face_list *ret)
{
        double scale = fmin(1, (double)side_max / MAX(image->width, image->height));
        int width = MAX(1, (int)lround(image->width * scale));
        int height = MAX(1, (int)lround(image->height * scale));
        CLEANUP(image_release) struct image input = {0};
        if (!padded_copy(image, width, height, &input))
                return op_fail(op, RC_INTERNAL, "a picture could not be resized");
        enum rc rc = run(op, net, &input, ret);
        if (!rc)
                scale_list(ret, (float)image->width / (float)width, (float)image->height / (float)height);
        return rc;
}
