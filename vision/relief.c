#include "vision/relief.h"

#include <math.h>

/* What explains how far a place moved: a plane (shift, across, down), the arch and the nose. */
enum { PLANE = 3, PARTS = PLANE + 2, ARCH = PLANE, NOSE };
/* Places are left out that are further off what explains the others than so many times their spread, and this
 * in eye distances. */
enum { ROUNDS = 3 };
static const double outlier = 3, spread_least = 0.01;
/* Of the face, in eye distances: nothing of hair or background. */
static const double widest = 1, lowest = 1.45;

/* In eye distances, of no head but of all: a skull's arch, and a nose. */
static void parts_of(double x, double y, double ret[PARTS])
{
        double down = (y - 0.35) / 2, arch = 1 - x * x / (1.35 * 1.35) - down * down * down * down;
        ret[0] = 1;
        ret[1] = x;
        ret[2] = y;
        ret[ARCH] = 1.15 * sqrt(fmax(0, arch));
        ret[NOSE] = exp(-(x * x + (y - 0.6) * (y - 0.6)) / 0.09);
}

/* Symmetric and hardly singular, by Gauss; a part that is told by nothing is 0. */
static void solve(double a[PARTS][PARTS + 1], double ret[PARTS])
{
        for (int i = 0; i < PARTS; i++) {
                double pivot = fmax(a[i][i], 1e-9);
                for (int row = i + 1; row < PARTS; row++) {
                        double factor = a[row][i] / pivot;
                        for (int k = i; k <= PARTS; k++)
                                a[row][k] -= factor * a[i][k];
                }
        }
        for (int i = PARTS - 1; i >= 0; i--) {
                double left = a[i][PARTS];
                for (int k = i + 1; k < PARTS; k++)
                        left -= a[i][k] * ret[k];
                ret[i] = left / fmax(a[i][i], 1e-9);
        }
}

static double moved(const struct flow_place *place, bool upright)
{
        return upright ? place->y - place->to[1] : place->to[0] - place->x;
}

static void explain(const struct face_flow *flow, bool upright, const double weights[FLOW_PLACES],
                    double ret[PARTS])
{
        double sums[PARTS][PARTS + 1] = {{0}};
        for (int i = 0; i < FLOW_PLACES; i++) {
                double parts[PARTS];
                parts_of(flow->at[i].x, flow->at[i].y, parts);
                for (int k = 0; k < PARTS; k++) {
                        for (int j = 0; j < PARTS; j++)
                                sums[k][j] += weights[i] * parts[k] * parts[j];
                        sums[k][PARTS] += weights[i] * parts[k] * moved(&flow->at[i], upright);
                }
        }
        solve(sums, ret);
}

static double off(const struct flow_place *place, bool upright, const double explained[PARTS])
{
        double parts[PARTS], left = moved(place, upright);
        parts_of(place->x, place->y, parts);
        for (int i = 0; i < PARTS; i++)
                left -= explained[i] * parts[i];
        return left;
}

static void leave_out(const struct face_flow *flow, bool upright, const double explained[PARTS],
                      double weights[FLOW_PLACES])
{
        double square = 0, sum = 1e-9;
        for (int i = 0; i < FLOW_PLACES; i++) {
                double by = off(&flow->at[i], upright, explained);
                square += weights[i] * by * by;
                sum += weights[i];
        }
        double most = outlier * fmax(sqrt(square / sum), spread_least);
        for (int i = 0; i < FLOW_PLACES; i++)
                if (fabs(off(&flow->at[i], upright, explained)) > most)
                        weights[i] = 0;
}

void relief_measure(const struct face_flow *flow, bool upright, struct relief *ret)
{
        double weights[FLOW_PLACES], explained[PARTS], places = 0, found = 0;
        for (int i = 0; i < FLOW_PLACES; i++) {
                const struct flow_place *place = &flow->at[i];
                bool inside = fabs(place->x) < widest && place->y < lowest;
                weights[i] = inside ? place->weight : 0;
                places += inside;
        }
        explain(flow, upright, weights, explained);
        for (int round = 1; round < ROUNDS; round++) {
                leave_out(flow, upright, explained, weights);
                explain(flow, upright, weights, explained);
        }
        for (int i = 0; i < FLOW_PLACES; i++)
                found += weights[i];
        *ret = (struct relief){.arch = explained[ARCH], .nose = explained[NOSE], .share = found / places};
}
