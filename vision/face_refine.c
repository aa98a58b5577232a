#include "vision/face_refine.h"

#include "vision/face_align.h"
#include "vision/face_live.h"

#include <math.h>

enum { LOOKS_MAX = 2 };

/* How much of the surroundings is cut out, in heights of the face, and how high the face is there, in pixels.
 */
static const double grow = 2;
static const double height_liked = 100;
/* Of the box's height: points further off are another face's. */
static const double apart_max = 0.25;

struct face_points face_points_mirrored(const struct face_points *points, int width)
{
        static const int other[FACE_POINTS] = {1, 0, 2, 4, 3};
        struct face_points mirrored;
        for (int i = 0; i < FACE_POINTS; i++) {
                mirrored.at[i][0] = (float)(width - 1) - points->at[other[i]][0];
                mirrored.at[i][1] = points->at[other[i]][1];
        }
        return mirrored;
}

static double apart(const struct face_points *a, const struct face_points *b)
{
        double sum = 0;
        for (int i = 0; i < FACE_POINTS; i++)
                sum += hypot((double)a->at[i][0] - (double)b->at[i][0],
                             (double)a->at[i][1] - (double)b->at[i][1]);
        return sum / FACE_POINTS;
}

static struct face_points mean_of(const struct face_points *looks, int len)
{
        struct face_points mean = {0};
        for (int look = 0; look < len; look++) {
                for (int i = 0; i < FACE_POINTS; i++) {
                        mean.at[i][0] += looks[look].at[i][0] / (float)len;
                        mean.at[i][1] += looks[look].at[i][1] / (float)len;
                }
        }
        return mean;
}

/* Where the cut lies in the picture, and how many pixels of the picture one of its own is. */
struct cut {
        struct image pixels;
        float x, y, x_scale, y_scale;
};

static bool cut_out(const struct image *image, const struct face_box *box, struct cut *ret)
{
        struct face_region region = face_grow(box, grow, image->width, image->height);
        const struct image view = {region.width, region.height, 3, image->stride,
                                   image->pixels + (size_t)region.y * image->stride + 3 * (size_t)region.x};
        double scale = height_liked / (double)box->height;
        int width = MAX(1, (int)lround(region.width * scale)),
            height = MAX(1, (int)lround(region.height * scale));
        image_init(&ret->pixels, width, height, 3);
        ret->x_scale = (float)region.width / (float)width;
        ret->y_scale = (float)region.height / (float)height;
        ret->x = (float)region.x;
        ret->y = (float)region.y;
        return cv_resize(&view, &ret->pixels);
}

static struct face_points in_picture(const struct cut *cut, struct face_points points)
{
        for (int i = 0; i < FACE_POINTS; i++) {
                points.at[i][0] = cut->x + (points.at[i][0] + 0.5F) * cut->x_scale - 0.5F;
                points.at[i][1] = cut->y + (points.at[i][1] + 0.5F) * cut->y_scale - 0.5F;
        }
        return points;
}

/* Add what is seen of this face in the mirrored cut to the looks, if it is. */
static enum rc look(struct op *op, struct face_net *detector, const struct cut *cut,
                    const struct face_box *box, struct face_points *looks, int *len)
{
        struct face_list *list = x_new(1, sizeof(*list));
        int side = MAX(cut->pixels.width, cut->pixels.height);
        enum rc rc = face_detect(op, detector, side, &cut->pixels, list);
        double nearest = apart_max * (double)box->height;
        bool found = false;
        for (size_t i = 0; !rc && i < list->len; i++) {
                struct face_points points = list->at[i].points;
                points = in_picture(cut, face_points_mirrored(&points, cut->pixels.width));
                if (apart(&points, &box->points) < nearest) {
                        nearest = apart(&points, &box->points);
                        looks[*len] = points;
                        found = true;
                }
        }
        *len += found;
        x_free(list);
        return rc;
}

enum rc face_refine(struct op *op, struct face_net *detector, const struct image *image, struct face_box *box,
                    bool *ret_again)
{
        struct face_points looks[LOOKS_MAX] = {box->points};
        CLEANUP(image_release) struct image owned = {0};
        struct cut cut = {0};
        int len = 1;
        bool ok = cut_out(image, box, &cut);
        owned = cut.pixels;
        if (!ok)
                return op_fail(op, RC_INTERNAL, "a face could not be cut out");
        face_mirror(&cut.pixels);
        enum rc rc = look(op, detector, &cut, box, looks, &len);
        if (rc)
                return rc;
        box->points = mean_of(looks, len);
        *ret_again = len > 1;
        return RC_OK;
}
