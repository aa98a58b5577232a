#include "unit/vision/perspective.h"

struct perspective perspective_onto(const double corners[4][2])
{
        const double *a = corners[0], *b = corners[1], *c = corners[2], *d = corners[3];
        double sum[2] = {a[0] - b[0] + c[0] - d[0], a[1] - b[1] + c[1] - d[1]};
        double area = (b[0] - c[0]) * (d[1] - c[1]) - (d[0] - c[0]) * (b[1] - c[1]);
        double g = (sum[0] * (d[1] - c[1]) - (d[0] - c[0]) * sum[1]) / area;
        double h = ((b[0] - c[0]) * sum[1] - sum[0] * (b[1] - c[1])) / area;
        return (struct perspective){{b[0] - a[0] + g * b[0], d[0] - a[0] + h * d[0], a[0],
                                     b[1] - a[1] + g * b[1], d[1] - a[1] + h * d[1], a[1], g, h, 1}};
}

/* By cofactors; the determinant cancels out. */
struct perspective perspective_back(const struct perspective *perspective)
{
        const double *at = perspective->at;
        struct perspective back;
        for (int i = 0; i < 9; i++) {
                int row = i % 3, column = i / 3;
                int r1 = (row + 1) % 3, r2 = (row + 2) % 3, c1 = (column + 1) % 3, c2 = (column + 2) % 3;
                back.at[i] = at[3 * r1 + c1] * at[3 * r2 + c2] - at[3 * r1 + c2] * at[3 * r2 + c1];
        }
        return back;
}

void perspective_move(const struct perspective *perspective, double point[2])
{
        const double *at = perspective->at;
        double x = point[0], y = point[1], w = at[6] * x + at[7] * y + at[8];
        point[0] = (at[0] * x + at[1] * y + at[2]) / w;
        point[1] = (at[3] * x + at[4] * y + at[5]) / w;
}
