#include "vision/frame_still.h"

#include "vision/cv_shim.h"

#include <math.h>

/* The face is looked at so coarsely that an encoder's errors within an area even out. */
enum { SIDE = 48 };

static bool cut(const struct image *frame, const struct face_region *region, struct image *ret)
{
        const struct image view = {region->width, region->height, frame->channels, frame->stride,
                                   frame->pixels + (size_t)region->y * frame->stride +
                                       (size_t)(region->x * frame->channels)};
        image_init(ret, SIDE, SIDE, frame->channels);
        return cv_resize(&view, ret);
}

static double grey_at(const struct image *image, int i)
{
        const uint8_t *pixel = image->pixels + (size_t)(i / SIDE) * image->stride + 3 * (size_t)(i % SIDE);
        return 0.114 * pixel[0] + 0.587 * pixel[1] + 0.299 * pixel[2];
}

double frame_change(const struct image *a, const struct image *b, const struct face_box *box)
{
        CLEANUP(image_release) struct image before = {0};
        CLEANUP(image_release) struct image after = {0};
        if (a->width != b->width || a->height != b->height)
                return INFINITY;
        struct face_region region = face_grow(box, 1, a->width, a->height);
        if (!cut(a, &region, &before) || !cut(b, &region, &after))
                return INFINITY;
        double mean = 0, change = 0;
        for (int i = 0; i < SIDE * SIDE; i++)
                mean += (grey_at(&after, i) - grey_at(&before, i)) / (SIDE * SIDE);
        for (int i = 0; i < SIDE * SIDE; i++)
                change += fabs(grey_at(&after, i) - grey_at(&before, i) - mean) / (SIDE * SIDE);
        return change;
}
