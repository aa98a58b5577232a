#include "vision/face_flow.h"

#include <math.h>

/* Of the window around a place: so many samples to each side, and so many places of the canvas apart. */
enum { REACH = 5, WINDOW = (2 * REACH + 1) * (2 * REACH + 1) };
static const double coarse = 2.2, fine = 1.2;
enum { COARSE_STEPS = 8, FINE_STEPS = 6 };
/* In places of the canvas: what one step moves by at most, and all together. */
static const double step_max = 2, way_max = 12;
/* Windows that agree less, by the correlation of what is in them, are not of one place. */
static const double alike_min = 0.75;
/* Added to what a window tells of a direction, so that one without edges in it does not run away. */
static const float plain = 0.05F;

bool face_sight_take(const struct image *frame, const struct face_points *points, struct face_sight *ret)
{
        if (!face_canvas_cut(frame, points, &ret->sharp, &ret->points))
                return false;
        ret->soft = ret->sharp;
        face_canvas_soften(&ret->soft);
        face_canvas_soften(&ret->soft);
        return true;
}

/* What is around a place of the first frame: its samples, how they change across and down, and the sums of
 * the products of those. */
struct window {
        float value[WINDOW], across[WINDOW], down[WINDOW];
        float xx, xy, yy;
};

static void window_take(const struct face_canvas *canvas, double x, double y, double apart,
                        struct window *ret)
{
        int i = 0;
        ret->xx = ret->xy = ret->yy = 0;
        for (int v = -REACH; v <= REACH; v++) {
                for (int u = -REACH; u <= REACH; u++, i++) {
                        double at_x = x + u * apart, at_y = y + v * apart;
                        ret->value[i] = face_canvas_between(canvas, at_x, at_y);
                        ret->across[i] = (face_canvas_between(canvas, at_x + 1, at_y) -
                                          face_canvas_between(canvas, at_x - 1, at_y)) /
                                         2;
                        ret->down[i] = (face_canvas_between(canvas, at_x, at_y + 1) -
                                        face_canvas_between(canvas, at_x, at_y - 1)) /
                                       2;
                        ret->xx += ret->across[i] * ret->across[i];
                        ret->xy += ret->across[i] * ret->down[i];
                        ret->yy += ret->down[i] * ret->down[i];
                }
        }
}

static void samples_take(const struct face_canvas *canvas, const double at[2], double apart,
                         float ret[WINDOW])
{
        int i = 0;
        for (int v = -REACH; v <= REACH; v++)
                for (int u = -REACH; u <= REACH; u++, i++)
                        ret[i] = face_canvas_between(canvas, at[0] + u * apart, at[1] + v * apart);
}

/* Move `at` until what is around it there is what the window holds. */
static void follow(const struct face_canvas *canvas, const struct window *window, double apart, int steps,
                   double at[2])
{
        double det = (double)((window->xx + plain) * (window->yy + plain) - window->xy * window->xy);
        double from[2] = {at[0], at[1]};
        for (int step = 0; step < steps; step++) {
                float now[WINDOW], mean = 0, x = 0, y = 0;
                samples_take(canvas, at, apart, now);
                for (int i = 0; i < WINDOW; i++)
                        mean += (window->value[i] - now[i]) / WINDOW;
                for (int i = 0; i < WINDOW; i++) {
                        float off = window->value[i] - now[i] - mean;
                        x += window->across[i] * off;
                        y += window->down[i] * off;
                }
                double by_x = (double)((window->yy + plain) * x - window->xy * y) / det;
                double by_y = (double)((window->xx + plain) * y - window->xy * x) / det;
                at[0] += fmin(fmax(by_x, -step_max), step_max);
                at[1] += fmin(fmax(by_y, -step_max), step_max);
        }
        double way = hypot(at[0] - from[0], at[1] - from[1]);
        if (way > way_max)
                for (int i = 0; i < 2; i++)
                        at[i] = from[i] + (at[i] - from[i]) * way_max / way;
}

static double likeness(const float a[WINDOW], const float b[WINDOW])
{
        double a_mean = 0, b_mean = 0, product = 0, a_square = 1e-6, b_square = 1e-6;
        for (int i = 0; i < WINDOW; i++) {
                a_mean += (double)a[i] / WINDOW;
                b_mean += (double)b[i] / WINDOW;
        }
        for (int i = 0; i < WINDOW; i++) {
                double x = (double)a[i] - a_mean, y = (double)b[i] - b_mean;
                product += x * y;
                a_square += x * x;
                b_square += y * y;
        }
        return product / sqrt(a_square * b_square);
}

/* Where the five points take a place to, the nearer the more, to begin with. */
static void first_guess(const struct face_points *from, const struct face_points *to, double x, double y,
                        double ret[2])
{
        double sum = 0, moved[2] = {0};
        for (int i = 0; i < FACE_POINTS; i++) {
                double dx = x - (double)from->at[i][0], dy = y - (double)from->at[i][1];
                double weight = 1 / (FACE_CANVAS_EYES * FACE_CANVAS_EYES / 16 + dx * dx + dy * dy);
                sum += weight;
                for (int k = 0; k < 2; k++)
                        moved[k] += weight * (double)(to->at[i][k] - from->at[i][k]);
        }
        ret[0] = x + moved[0] / sum;
        ret[1] = y + moved[1] / sum;
}

static void measure_place(const struct face_sight *before, const struct face_sight *now,
                          struct flow_place *place)
{
        struct window window;
        float there[WINDOW];
        double x = FACE_CANVAS_X + place->x * FACE_CANVAS_EYES,
               y = FACE_CANVAS_Y + place->y * FACE_CANVAS_EYES;
        double at[2];
        first_guess(&before->points, &now->points, x, y, at);
        window_take(&before->soft, x, y, coarse, &window);
        follow(&now->soft, &window, coarse, COARSE_STEPS, at);
        window_take(&before->sharp, x, y, fine, &window);
        follow(&now->sharp, &window, fine, FINE_STEPS, at);
        samples_take(&now->sharp, at, fine, there);
        double alike = likeness(window.value, there);
        place->to[0] = (at[0] - FACE_CANVAS_X) / FACE_CANVAS_EYES;
        place->to[1] = (at[1] - FACE_CANVAS_Y) / FACE_CANVAS_EYES;
        place->weight = fmax(0, (alike - alike_min) / (1 - alike_min));
}

void face_flow_measure(const struct face_sight *before, const struct face_sight *now, struct face_flow *ret)
{
        for (int i = 0; i < FLOW_PLACES; i++) {
                struct flow_place *place = &ret->at[i];
                int column = i % FLOW_COLUMNS - FLOW_COLUMNS / 2, row = i / FLOW_COLUMNS - FLOW_ABOVE;
                place->x = column * FLOW_STEP;
                place->y = row * FLOW_STEP;
                measure_place(before, now, place);
        }
}
