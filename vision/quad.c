#include "vision/quad.h"

#include <math.h>

static void place(const double corners[4][2], double u, double v, double ret[2])
{
        for (int k = 0; k < 2; k++)
                ret[k] = (1 - v) * ((1 - u) * corners[0][k] + u * corners[1][k]) +
                         v * ((1 - u) * corners[3][k] + u * corners[2][k]);
}

struct quad quad_of(const double corners[4][2], const double shares[4])
{
        struct quad quad;
        place(corners, shares[0], shares[1], quad.at[0]);
        place(corners, shares[2], shares[1], quad.at[1]);
        place(corners, shares[2], shares[3], quad.at[2]);
        place(corners, shares[0], shares[3], quad.at[3]);
        return quad;
}

void quad_inset(const double shares[4], double by, double ret[4])
{
        for (int i = 0; i < 4; i++) {
                double side = shares[i % 2 + 2] - shares[i % 2];
                ret[i] = shares[i] + (i < 2 ? by : -by) * side;
        }
}

bool quad_has(const struct quad *quad, double x, double y)
{
        for (int i = 0; i < 4; i++) {
                const double *a = quad->at[i], *b = quad->at[(i + 1) % 4];
                if ((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) <= 0)
                        return false;
        }
        return true;
}

double quad_area(const struct quad *quad)
{
        double sum = 0;
        for (int i = 0; i < 4; i++) {
                const double *a = quad->at[i], *b = quad->at[(i + 1) % 4];
                sum += (a[0] * b[1] - a[1] * b[0]) / 2;
        }
        return fabs(sum);
}

void quads_of_portrait(const double corners[4][2], const double portrait[4], struct quad *ret_inner,
                       struct quad *ret_outer)
{
        double shares[4];
        quad_inset(portrait, 0.125, shares);
        *ret_inner = quad_of(corners, shares);
        quad_inset(portrait, -0.125, shares);
        *ret_outer = quad_of(corners, shares);
}
