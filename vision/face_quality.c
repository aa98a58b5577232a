#include "vision/face_quality.h"

#include "vision/face_align.h"

#include <math.h>

/* Where the five points are taken to before measuring; the face fills the picture from brow to chin. */
static const struct face_model upright = {
    .input = {.width = 112, .height = 112},
    .points = {{{38, 52}, {74, 52}, {56, 72}, {41, 92}, {71, 92}}},
};

enum { LEFT = 24, RIGHT = 88, TOP = 36, BOTTOM = 104 };

/* Of the nose's way from eyes to mouth, with most people who look at the camera. */
static const double nose_usual = 0.58;

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

/* Lids, brows and lips lie across a face, so they show from row to row. */
static double detail(const struct image *face, int left, int right, int top, int bottom)
{
        double sum = 0;
        for (int y = top; y < bottom; y++)
                for (int x = left; x < right; x++)
                        sum += fabs(grey_at(face, x, y + 1) - grey_at(face, x, y - 1));
        return sum / ((right - left) * (bottom - top));
}

static void measure_details(const struct image *face, struct face_quality *quality)
{
        double whole = fmax(detail(face, LEFT, RIGHT, TOP, BOTTOM), 1e-6);
        double right_eye = detail(face, 30, 46, 44, 60), left_eye = detail(face, 66, 82, 44, 60);
        quality->eyes_detail = fmin(right_eye, left_eye) / whole;
        quality->mouth_detail = detail(face, 42, 70, 84, 100) / whole;
}

/* How far along from a to b, 0 to 1, the point is. */
static double along(const double a[2], const double b[2], const float point[2])
{
        double dx = b[0] - a[0], dy = b[1] - a[1];
        double to_x = (double)point[0] - a[0], to_y = (double)point[1] - a[1];
        return (to_x * dx + to_y * dy) / fmax(dx * dx + dy * dy, 1e-6);
}

static void middle(const float a[2], const float b[2], double ret[2])
{
        for (int i = 0; i < 2; i++)
                ret[i] = ((double)a[i] + (double)b[i]) / 2;
}

static void measure_pose(const struct face_points *points, struct face_quality *quality)
{
        const double right_eye[2] = {(double)points->at[0][0], (double)points->at[0][1]};
        const double left_eye[2] = {(double)points->at[1][0], (double)points->at[1][1]};
        double dx = left_eye[0] - right_eye[0], dy = left_eye[1] - right_eye[1];
        double eyes[2], mouth[2];
        middle(points->at[0], points->at[1], eyes);
        middle(points->at[3], points->at[4], mouth);
        quality->eyes = hypot(dx, dy);
        quality->roll = atan2(dy, dx) * 180 / M_PI;
        quality->yaw = fmin(1, fmax(-1, 2 * along(right_eye, left_eye, points->at[2]) - 1));
        quality->pitch = along(eyes, mouth, points->at[2]) - nose_usual;
}

bool face_quality_measure(const struct image *image, const struct face_box *box, struct face_quality *ret)
{
        CLEANUP(image_release) struct image face = {0};
        if (!face_cut(image, &box->points, &upright, &face))
                return false;
        struct face_quality quality = {.height = (double)box->height};
        measure_grey(&face, &quality);
        measure_details(&face, &quality);
        measure_pose(&box->points, &quality);
        *ret = quality;
        return true;
}
