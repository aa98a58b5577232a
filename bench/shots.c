#include "bench/shots.h"

#include "bench/file.h"

#include <errno.h>
#include <stdio.h>

enum { PORTRAIT_QUALITY = 60, FILE_MAX = 16 * 1024 * 1024 };

static const int portrait_widths[SHOT_KIND_COUNT] = {[SHOT_PORTRAIT_115] = 115, [SHOT_PORTRAIT_80] = 80};

void shots_release(struct shots *shots)
{
        for (size_t i = 0; i < shots->len; i++) {
                x_free(shots->at[i]->path);
                face_print_release(&shots->at[i]->print);
                x_free(shots->at[i]);
        }
        x_free(shots->at);
        *shots = (struct shots){0};
}

bool picture_load(const char *root, struct str path, struct image *ret)
{
        char full[4096];
        snprintf(full, sizeof(full), "%s/%.*s", root, STR_FMT(path));
        CLEANUP(buf_release) struct buf bytes;
        CLEANUP(op_release) struct op op;
        op_init(&op, NULL, 1 << 20, 60000);
        buf_init(&bytes, FILE_MAX);
        if (file_read(full, &bytes) && !image_decode(&op, buf_str(&bytes), &image_limits_default, ret))
                return true;
        fprintf(stderr, "%s: %s\n", full, op.why[0] ? op.why : strerror(errno));
        return false;
}

/* A little out of focus and half of the colour gone. */
static void soften(const struct image *from, struct image *to)
{
        for (int y = 0; y < from->height; y++) {
                for (int x = 0; x < from->width; x++) {
                        double sum[3] = {0};
                        for (int k = 0; k < 9; k++) {
                                int row = MIN(MAX(y + k / 3 - 1, 0), from->height - 1);
                                int column = MIN(MAX(x + k % 3 - 1, 0), from->width - 1);
                                double part = (k / 3 == 1 ? 2 : 1) * (k % 3 == 1 ? 2 : 1) / 16.0;
                                const uint8_t *pixel =
                                    from->pixels + (size_t)row * from->stride + 3 * (size_t)column;
                                for (int c = 0; c < 3; c++)
                                        sum[c] += part * pixel[c];
                        }
                        double grey = 0.114 * sum[0] + 0.587 * sum[1] + 0.299 * sum[2];
                        uint8_t *out = to->pixels + (size_t)y * to->stride + 3 * (size_t)x;
                        for (int c = 0; c < 3; c++)
                                out[c] = (uint8_t)((sum[c] + grey) / 2 + 0.5);
                }
        }
}

/* The face as it would be printed on a card and photographed. */
static bool degrade(struct faces *faces, struct op *op, int width, struct image *image)
{
        struct face_region region;
        bool several;
        if (face_find_portrait(faces, op, image, &region, &several))
                return false;
        struct image portrait = {region.width, region.height, 3, image->stride,
                                 image->pixels + (size_t)region.y * image->stride + 3 * (size_t)region.x};
        CLEANUP(image_release) struct image small = {0};
        CLEANUP(image_release) struct image soft = {0};
        CLEANUP(buf_release) struct buf jpeg;
        buf_init(&jpeg, FILE_MAX);
        int height = region.height * width / region.width;
        image_init(&small, width, height, 3);
        image_init(&soft, width, height, 3);
        if (!cv_resize(&portrait, &small))
                return false;
        soften(&small, &soft);
        if (image_encode_jpeg(op, &soft, PORTRAIT_QUALITY, &jpeg))
                return false;
        image_release(image);
        return !image_decode(op, buf_str(&jpeg), &image_limits_default, image);
}

static bool look(struct shots *shots, struct shot *shot, enum face_place place)
{
        CLEANUP(image_release) struct image image = {0};
        CLEANUP(op_release) struct op op;
        int width = portrait_widths[shot->kind];
        op_init(&op, NULL, 1 << 20, 60000);
        bool ok =
            picture_load(shots->root, str_from(shot->path), &image) &&
            (!width || degrade(shots->faces, &op, width, &image)) &&
            !face_look(shots->faces, &op, &image, place, &shot->view) &&
            (!shot->view.found || !face_print_take(shots->faces, &op, &image, &shot->view, &shot->print));
        if (!ok && op.why[0])
                fprintf(stderr, "%s: %s\n", shot->path, op.why);
        return ok;
}

const struct shot *shots_get(struct shots *shots, struct str path, enum face_place place, enum shot_kind kind)
{
        for (size_t i = 0; i < shots->len; i++)
                if (shots->at[i]->kind == kind && str_equal(str_from(shots->at[i]->path), path))
                        return shots->at[i];
        struct shot *shot = x_new(1, sizeof(*shot));
        shot->path = x_new(path.len + 1, 1);
        memcpy(shot->path, path.ptr, path.len);
        shot->kind = kind;
        if (!look(shots, shot, place)) {
                x_free(shot->path);
                x_free(shot);
                return NULL;
        }
        shots->at = x_grow(shots->at, shots->len + 1, sizeof(struct shot *));
        shots->at[shots->len++] = shot;
        return shot;
}
