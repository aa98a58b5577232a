#include "vision/pose.h"

#include <math.h>

enum { EYE_RIGHT, EYE_LEFT, NOSE, MOUTH_RIGHT, MOUTH_LEFT };

struct vec {
        double x, y;
};

static struct vec point(const struct face_points *points, int i)
{
        return (struct vec){(double)points->at[i][0], (double)points->at[i][1]};
}

static struct vec middle(struct vec a, struct vec b)
{
        return (struct vec){(a.x + b.x) / 2, (a.y + b.y) / 2};
}

static struct vec minus(struct vec a, struct vec b)
{
        return (struct vec){a.x - b.x, a.y - b.y};
}

/* How far along `axis` a place is; 1 at its end. */
static double along(struct vec place, struct vec axis)
{
        return (place.x * axis.x + place.y * axis.y) / (axis.x * axis.x + axis.y * axis.y);
}

/* A face smaller than this, in pixels, has no pose. */
static const double length_min = 4;

bool pose_measure(const struct face_points *points, struct pose *ret)
{
        struct vec right = point(points, EYE_RIGHT), left = point(points, EYE_LEFT);
        struct vec nose = point(points, NOSE), eyes = middle(right, left);
        struct vec mouth = middle(point(points, MOUTH_RIGHT), point(points, MOUTH_LEFT));
        struct vec across = minus(left, right), down = minus(mouth, eyes), center = middle(eyes, mouth);
        struct pose pose = {
            .eyes = hypot(across.x, across.y), .height = hypot(down.x, down.y), .x = center.x, .y = center.y};
        if (!(pose.eyes >= length_min) || !(pose.height >= length_min) ||
            !isfinite(pose.eyes + pose.height + nose.x + nose.y))
                return false;
        pose.yaw = 2 * along(minus(nose, eyes), across);
        pose.pitch = along(minus(nose, eyes), down);
        *ret = pose;
        return true;
}

struct pose_change pose_compare(const struct pose *front, const struct pose *now)
{
        double wider = now->eyes / front->eyes, higher = now->height / front->height;
        return (struct pose_change){.yaw = now->yaw - front->yaw,
                                    .pitch = front->pitch - now->pitch,
                                    .scale = fmax(wider, higher),
                                    .turn = fabs(log(wider / higher))};
}

/* The homography that takes the unit square's corners (0,0) (1,0) (0,1) (1,1) to these four places, as
 * Heckbert gives it; row by row, the last entry 1. */
static bool square_to(const struct vec at[4], double ret[9])
{
        struct vec a = minus(at[1], at[3]), b = minus(at[2], at[3]);
        struct vec sum = {at[0].x - at[1].x - at[2].x + at[3].x, at[0].y - at[1].y - at[2].y + at[3].y};
        double det = a.x * b.y - b.x * a.y;
        if (!(fabs(det) > 1e-9))
                return false;
        double g = (sum.x * b.y - b.x * sum.y) / det, h = (a.x * sum.y - sum.x * a.y) / det;
        double rows[9] = {at[1].x - at[0].x + g * at[1].x,
                          at[2].x - at[0].x + h * at[2].x,
                          at[0].x,
                          at[1].y - at[0].y + g * at[1].y,
                          at[2].y - at[0].y + h * at[2].y,
                          at[0].y,
                          g,
                          h,
                          1};
        for (int i = 0; i < 9; i++)
                ret[i] = rows[i];
        return true;
}

static bool square_of(const struct face_points *points, double ret[9])
{
        struct vec corners[4] = {point(points, EYE_RIGHT), point(points, EYE_LEFT),
                                 point(points, MOUTH_RIGHT), point(points, MOUTH_LEFT)};
        return square_to(corners, ret);
}

static bool apply(const double matrix[9], struct vec at, struct vec *ret)
{
        double w = matrix[6] * at.x + matrix[7] * at.y + matrix[8];
        *ret = (struct vec){(matrix[0] * at.x + matrix[1] * at.y + matrix[2]) / w,
                            (matrix[3] * at.x + matrix[4] * at.y + matrix[5]) / w};
        return fabs(w) > 1e-9 && isfinite(ret->x + ret->y);
}

/* The adjoint is the inverse but for a factor, which a homography does not feel. */
static void adjoint(const double m[9], double ret[9])
{
        ret[0] = m[4] * m[8] - m[5] * m[7];
        ret[1] = m[2] * m[7] - m[1] * m[8];
        ret[2] = m[1] * m[5] - m[2] * m[4];
        ret[3] = m[5] * m[6] - m[3] * m[8];
        ret[4] = m[0] * m[8] - m[2] * m[6];
        ret[5] = m[2] * m[3] - m[0] * m[5];
        ret[6] = m[3] * m[7] - m[4] * m[6];
        ret[7] = m[1] * m[6] - m[0] * m[7];
        ret[8] = m[0] * m[4] - m[1] * m[3];
}

bool pose_parallax(const struct face_points *front, const struct face_points *now, struct parallax *ret)
{
        double from[9], back[9], to[9];
        struct vec inner, flat;
        struct pose was, is;
        if (!pose_measure(front, &was) || !pose_measure(now, &is) || !square_of(front, from) ||
            !square_of(now, to))
                return false;
        adjoint(from, back);
        if (!apply(back, point(front, NOSE), &inner) || !apply(to, inner, &flat))
                return false;
        struct vec moved = minus(point(now, NOSE), flat);
        struct vec across = minus(point(now, EYE_LEFT), point(now, EYE_RIGHT));
        /* Of a frontal face at this distance: the eyes themselves are foreshortened by a turn. */
        double unit = was.eyes * pose_compare(&was, &is).scale;
        double x = across.x / is.eyes, y = across.y / is.eyes;
        *ret = (struct parallax){(moved.x * x + moved.y * y) / unit, (moved.x * y - moved.y * x) / unit};
        return true;
}
