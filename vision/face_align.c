#include "vision/face_align.h"

#include <math.h>

static void center_of(const struct face_points *points, double ret[2])
{
        ret[0] = ret[1] = 0;
        for (int i = 0; i < FACE_POINTS; i++) {
                ret[0] += (double)points->at[i][0] / FACE_POINTS;
                ret[1] += (double)points->at[i][1] / FACE_POINTS;
        }
}

/* In the plane, a turn with scale is one complex factor, and least squares gives it in closed form. */
bool face_similarity(const struct face_points *from, const struct face_points *to, double ret[6])
{
        double from_center[2], to_center[2], real = 0, imaginary = 0, spread = 0;
        center_of(from, from_center);
        center_of(to, to_center);
        for (int i = 0; i < FACE_POINTS; i++) {
                double fx = (double)from->at[i][0] - from_center[0];
                double fy = (double)from->at[i][1] - from_center[1];
                double tx = (double)to->at[i][0] - to_center[0];
                double ty = (double)to->at[i][1] - to_center[1];
                real += fx * tx + fy * ty;
                imaginary += fx * ty - fy * tx;
                spread += fx * fx + fy * fy;
        }
        if (!(spread > 1e-9) || !isfinite(real) || !isfinite(imaginary))
                return false;
        real /= spread;
        imaginary /= spread;
        ret[0] = real;
        ret[1] = -imaginary;
        ret[2] = to_center[0] - real * from_center[0] + imaginary * from_center[1];
        ret[3] = imaginary;
        ret[4] = real;
        ret[5] = to_center[1] - imaginary * from_center[0] - real * from_center[1];
        return true;
}

double face_matrix_scale(const double matrix[6])
{
        return hypot(matrix[0], matrix[3]);
}

/* The part of `image` that the matrix takes into a picture of the given size, a little wider; a view. False
 * where it is empty. */
static bool source_view(const struct image *image, const double matrix[6], int width, int height,
                        struct image *ret, double ret_offset[2])
{
        double scale = face_matrix_scale(matrix);
        double square = scale * scale;
        double middle_x = width / 2.0 - matrix[2];
        double middle_y = height / 2.0 - matrix[5];
        double x = (matrix[0] * middle_x + matrix[3] * middle_y) / square;
        double y = (matrix[1] * middle_x + matrix[4] * middle_y) / square;
        double reach = hypot(width, height) / 2 / scale + 4;
        double left = fmax(0, floor(x - reach)), top = fmax(0, floor(y - reach));
        double right = fmin(image->width, ceil(x + reach)), bottom = fmin(image->height, ceil(y + reach));
        if (!(right - left >= 1) || !(bottom - top >= 1))
                return false;
        *ret = *image;
        ret->width = (int)(right - left);
        ret->height = (int)(bottom - top);
        ret->pixels += (size_t)top * image->stride + (size_t)left * (size_t)image->channels;
        ret_offset[0] = left;
        ret_offset[1] = top;
        return true;
}

/* Warp `view` with the matrix; bilinear sampling skips pixels under half size, so then areas come first. */
static bool warp_view(const struct image *view, double matrix[6], struct image *ret)
{
        double scale = face_matrix_scale(matrix);
        if (scale >= 0.5)
                return cv_warp_affine(view, matrix, ret);
        CLEANUP(image_release) struct image small = {0};
        double shrink = scale * 1.5;
        int width = MAX(1, (int)lround(view->width * shrink));
        int height = MAX(1, (int)lround(view->height * shrink));
        image_init(&small, width, height, view->channels);
        if (!cv_resize(view, &small))
                return false;
        double x_scale = (double)view->width / width, y_scale = (double)view->height / height;
        /* Pixel centres: x = (x' + 0.5) * x_scale - 0.5. */
        double shift_x = 0.5 * x_scale - 0.5, shift_y = 0.5 * y_scale - 0.5;
        double to[6] = {
            matrix[0] * x_scale, matrix[1] * y_scale, matrix[2] + matrix[0] * shift_x + matrix[1] * shift_y,
            matrix[3] * x_scale, matrix[4] * y_scale, matrix[5] + matrix[3] * shift_x + matrix[4] * shift_y};
        return cv_warp_affine(&small, to, ret);
}

bool face_cut(const struct image *image, const struct face_points *points, const struct face_model *model,
              struct image *ret)
{
        double matrix[6], offset[2];
        struct image view;
        int width = model->input.width, height = model->input.height;
        if (!face_similarity(points, &model->points, matrix) || !(face_matrix_scale(matrix) > 1e-3) ||
            !source_view(image, matrix, width, height, &view, offset))
                return false;
        matrix[2] += matrix[0] * offset[0] + matrix[1] * offset[1];
        matrix[5] += matrix[3] * offset[0] + matrix[4] * offset[1];
        image_init(ret, width, height, 3);
        if (warp_view(&view, matrix, ret))
                return true;
        image_release(ret);
        return false;
}

void face_blob(const struct image *image, const struct face_input *input, float *ret)
{
        size_t plane = (size_t)image->width * (size_t)image->height;
        for (int channel = 0; channel < 3; channel++) {
                float factor = input->scale / input->deviation[channel];
                float shift = input->mean[channel] / input->deviation[channel];
                int source = input->rgb ? 2 - channel : channel;
                float *to = ret + plane * (size_t)channel;
                for (int y = 0; y < image->height; y++) {
                        const uint8_t *from = image->pixels + (size_t)y * image->stride + source;
                        for (int x = 0; x < image->width; x++)
                                *to++ = (float)from[3 * x] * factor - shift;
                }
        }
}

void face_mirror(struct image *image)
{
        for (int y = 0; y < image->height; y++) {
                uint8_t *row = image->pixels + (size_t)y * image->stride;
                for (int left = 0, right = image->width - 1; left < right; left++, right--) {
                        for (int channel = 0; channel < 3; channel++) {
                                uint8_t kept = row[3 * left + channel];
                                row[3 * left + channel] = row[3 * right + channel];
                                row[3 * right + channel] = kept;
                        }
                }
        }
}
