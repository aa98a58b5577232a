#include "vision/zone_grid.h"

#include <complex.h>
#include <math.h>

/* Made by tools/zone-glyphs. */
extern const struct glyph_net zone_net;

enum { PIECES = 9, PITCHES = 495, COARSE = 4 };

/* The pitches that are tried, in heights of the ink: up to twice the least. */
static const double pitch_least = 0.62, pitch_step = 0.0015;

/* A curve along the line: over u, which runs from -0.5 to 0.5. */
struct curve {
        double a, b, c;
};

/* Cell n has its middle where x / pitch - phase(x) is n. */
struct grid {
        double pitch, middles[GRID_CELLS_MAX];
        struct curve phase, level;
        int len;
};

/* Ink of each column. */
static void profile(const struct image *line, double *ret)
{
        double paper = 0;
        for (int x = 0; x < line->width; x++) {
                ret[x] = 0;
                for (int y = 0; y < line->height; y++)
                        ret[x] += 255 - line->pixels[(size_t)y * line->stride + (size_t)x];
                paper += ret[x];
        }
        paper /= line->width * 4.0;
        for (int x = 0; x < line->width; x++)
                ret[x] = fmax(0, ret[x] - paper);
}

/* How strongly the columns of a part repeat with this period; the argument tells where. */
static double complex beat(const double *ink, int from, int to, double pitch)
{
        double complex sum = 0, turn = cexp(-2 * M_PI * I / pitch),
                       phase = cexp(-2 * M_PI * I * from / pitch);
        for (int x = from; x < to; x++, phase *= turn)
                sum += ink[x] * phase;
        return sum;
}

static double strongest(const double *ink, int width, double from, double step, int steps)
{
        double best = -1, pitch = from;
        for (int i = 0; i < steps; i++) {
                double tried = from * exp(i * step), strength = cabs(beat(ink, 0, width, tried));
                if (strength > best) {
                        best = strength;
                        pitch = tried;
                }
        }
        return pitch;
}

/* Forty periods go into a line: a pitch that is off by a hundredth still beats, and is then made exact. */
static double find_pitch(const double *ink, int width, int height)
{
        double coarse = strongest(ink, width, pitch_least * height, COARSE * pitch_step, PITCHES / COARSE);
        return strongest(ink, width, coarse * exp(-COARSE * pitch_step), pitch_step, 2 * COARSE + 1);
}

static double along(const struct curve *curve, double u)
{
        return curve->a + curve->b * u + curve->c * u * u;
}

/* The curve nearest to values at the middles of PIECES pieces, by weighted least squares; c stays 0 where
 * `straight`. */
static struct curve nearest_curve(const double *values, const double *weights, bool straight)
{
        double m[3][4] = {{1e-9}, {0, 1e-9}, {0, 0, 1e-9}};
        for (int i = 0; i < PIECES; i++) {
                double u = (i + 0.5) / PIECES - 0.5, powers[] = {1, u, straight ? 0 : u * u};
                for (int k = 0; k < 3; k++) {
                        for (int j = 0; j < 3; j++)
                                m[k][j] += weights[i] * powers[k] * powers[j];
                        m[k][3] += weights[i] * powers[k] * values[i];
                }
        }
        for (int k = 0; k < 3; k++) {
                for (int j = 0; j < 3; j++) {
                        double share = j == k ? 0 : m[j][k] / m[k][k];
                        for (int l = k; l < 4; l++)
                                m[j][l] -= share * m[k][l];
                }
        }
        return (struct curve){m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2]};
}

/* A piece of the line and as much again around it. */
static void piece(int i, int width, int *ret_from, int *ret_to)
{
        *ret_from = MAX(0, (2 * i - 1) * width / (2 * PIECES));
        *ret_to = MIN(width, (2 * i + 3) * width / (2 * PIECES));
}

/* A period is never quite even on a photograph: follow its phase along the line. */
static struct curve follow_phase(const double *ink, int width, double pitch)
{
        double phases[PIECES], weights[PIECES];
        for (int i = 0; i < PIECES; i++) {
                int from, to;
                piece(i, width, &from, &to);
                double complex sum = beat(ink, from, to, pitch);
                phases[i] = -carg(sum) / (2 * M_PI);
                weights[i] = cabs(sum);
                if (i > 0)
                        phases[i] -= round(phases[i] - phases[i - 1]);
        }
        return nearest_curve(phases, weights, false);
}

/* Nor does a line lie quite level: the middle of its ink. */
static struct curve follow_level(const struct image *line, int ink_height)
{
        double levels[PIECES], weights[PIECES];
        for (int i = 0; i < PIECES; i++) {
                int from, to;
                double sum = 0, moment = 0;
                piece(i, line->width, &from, &to);
                for (int y = 0; y < line->height; y++) {
                        for (int x = from; x < to; x++) {
                                double dark =
                                    MAX(0, 160 - line->pixels[(size_t)y * line->stride + (size_t)x]);
                                sum += dark;
                                moment += dark * (y + 0.5 - line->height / 2.0);
                        }
                }
                levels[i] = sum > 0 ? fmax(-0.2 * ink_height, fmin(0.2 * ink_height, moment / sum)) : 0;
                weights[i] = sum;
        }
        return nearest_curve(levels, weights, true);
}

/* Cells that hold ink, from the first to the last. A curve that was followed over a few blots of a line may
 * turn back within it: such a line is never reached to its end. */
static void place_cells(const struct image *line, int margin, struct grid *grid)
{
        enum { TRIED_MAX = 2 * GRID_CELLS_MAX };
        double slack = 0.05 * grid->pitch, right = line->width - margin + slack;
        for (int n = -2; n < TRIED_MAX; n++) {
                double x = grid->pitch * (n + grid->phase.a);
                for (int i = 0; i < 4; i++)
                        x = grid->pitch * (n + along(&grid->phase, x / line->width - 0.5));
                if (x > right || grid->len == GRID_CELLS_MAX)
                        return;
                if (x >= margin - slack)
                        grid->middles[grid->len++] = x;
        }
}

static bool fit_grid(const struct image *line, int ink_height, int margin, struct grid *ret)
{
        double *ink = x_new((size_t)line->width, sizeof(*ink));
        profile(line, ink);
        *ret = (struct grid){.pitch = find_pitch(ink, line->width, ink_height)};
        if (ret->pitch > 0) {
                ret->phase = follow_phase(ink, line->width, ret->pitch);
                ret->level = follow_level(line, ink_height);
                place_cells(line, margin, ret);
        }
        x_free(ink);
        return ret->len >= 20;
}

static struct glyph_place cell_of(const struct image *line, const struct grid *grid, int i, int ink_height)
{
        double level = along(&grid->level, grid->middles[i] / line->width - 0.5);
        return (struct glyph_place){.x = grid->middles[i],
                                    .y = line->height / 2.0 + level - grid->level.a,
                                    .width = grid->pitch,
                                    .height = ink_height * GLYPH_REACH,
                                    .to = line->width};
}

bool grid_read(const struct image *line, int ink, int margin, struct grid_line *ret)
{
        struct grid grid;
        if (line->width < 4 * ink || line->height < 8 || !fit_grid(line, ink, margin, &grid))
                return false;
        ret->len = (size_t)grid.len;
        for (int i = 0; i < grid.len; i++) {
                struct glyph_place cell = cell_of(line, &grid, i, ink);
                glyph_shares(&zone_net, line, &cell, ret->shares[i]);
        }
        return true;
}

void grid_text(const struct grid_line *line, float doubt_min, char *ret, char *ret_doubt)
{
        for (size_t i = 0; i < line->len; i++) {
                const float *shares = line->shares[i];
                size_t best = shares[1] > shares[0], second = !best;
                for (size_t c = 2; c < ZONE_CHARS; c++) {
                        if (shares[c] > shares[best]) {
                                second = best;
                                best = c;
                        } else if (shares[c] > shares[second]) {
                                second = c;
                        }
                }
                ret[i] = zone_net.alphabet[best];
                ret_doubt[i] = zone_net.alphabet[shares[second] >= doubt_min ? second : best];
        }
        ret[line->len] = ret_doubt[line->len] = '\0';
}

double grid_sureness(const struct grid_line *line)
{
        double sum = 0;
        for (size_t i = 0; i < line->len; i++) {
                float best = 0;
                for (size_t c = 0; c < ZONE_CHARS; c++)
                        best = fmaxf(best, line->shares[i][c]);
                sum += best;
        }
        return sum / (double)line->len;
}
