#include "vision/face_quality.h"

#include "vision/face_align.h"

#include <math.h>

/* Where the five points are taken to before measuring; the face fills the picture from brow to chin. */
static const struct face_model upright = {
    .input = {.width = 112, .height = 112},
    .points = {{{38, 52}, {74, 52}, {56, 72}, {41, 92}, {71, 92}}},
};

enum { LEFT = 24, RIGHT = 88, TOP = 36, BOTTOM = 104 };

static double grey_at(const struct image *image, int x, int y)
{
        const uint8_t *pixel = image->pixels + (size_t)y * image->stride + 3 * (size_t)x;
        return 0.114 * pixel[0] + 0.587 * pixel[1] + 0.299 * pixel[2];
}

/* Brightness and sharpness over the middle of an upright face. The Laplacian's variance grows with contrast,
 * which says nothing of focus, so the variance of brightness is divided out. */
static void measure_grey(const struct image *face, struct face_quality *quality)
{
        double sum = 0, square = 0, edge_sum = 0, edge_square = 0;
        int count = (RIGHT - LEFT) * (BOTTOM - TOP);
        for (int y = TOP; y < BOTTOM; y++) {
                for (int x = LEFT; x < RIGHT; x++) {
                        double grey = grey_at(face, x, y);
                        double edge = grey_at(face, x - 1, y) + grey_at(face, x + 1, y) +
                                      grey_at(face, x, y - 1) + grey_at(face, x, y + 1) - 4 * grey;
                        sum += grey;
                        square += grey * grey;
                        edge_sum += edge;
                        edge_square += edge * edge;
                }
        }
        double variance = fmax(0, square / count - sum / count * (sum / count));
        double edge_variance = fmax(0, edge_square / count - edge_sum / count * (edge_sum / count));
        quality->brightness = sum / count;
        quality->contrast = sqrt(variance);
        quality->sharpness = edge_variance / fmax(variance, 1);
}

static void measure_pose(const struct face_points *points, struct face_quality *quality)
{
        double dx = (double)points->at[1][0] - (double)points->at[0][0];
        double dy = (double)points->at[1][1] - (double)points->at[0][1];
        quality->eyes = hypot(dx, dy);
        quality->roll = atan2(dy, dx) * 180 / M_PI;
        double nose_x = (double)points->at[2][0] - (double)points->at[0][0];
        double nose_y = (double)points->at[2][1] - (double)points->at[0][1];
        double along = (nose_x * dx + nose_y * dy) / fmax(dx * dx + dy * dy, 1e-6);
        quality->yaw = fmin(1, fmax(-1, 2 * along - 1));
}

bool face_quality_measure(const struct image *image, const struct face_box *box, struct face_quality *ret)
{
        CLEANUP(image_release) struct image face = {0};
        if (!face_cut(image, &box->points, &upright, &face))
                return false;
        struct face_quality quality = {.height = (double)box->height};
        measure_grey(&face, &quality);
        measure_pose(&box->points, &quality);
        *ret = quality;
        return true;
}
