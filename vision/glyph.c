#include "vision/glyph.h"

#include <math.h>

struct glyph {
        float at[GLYPH_TALL][GLYPH_WIDE]; /* 0 black to 1 white */
};

/* A picture that is seen through the columns of one glyph. */
struct window {
        const struct image *picture;
        int from, to;
        float paper;
};

static float pixel(const struct window *window, int x, int y)
{
        if (x < window->from || x >= window->to)
                return window->paper;
        return window->picture->pixels[(size_t)y * window->picture->stride + (size_t)x];
}

static float between(const struct window *window, double x, double y)
{
        /* Far outside it is all paper; where exactly must not overflow. */
        x = fmax(window->from - 2, fmin(x, window->to + 1));
        y = fmax(0, fmin(y, window->picture->height - 1));
        int left = (int)floor(x), top = (int)y, below = MIN(top + 1, window->picture->height - 1);
        float fx = (float)(x - left), fy = (float)(y - top);
        float upper = pixel(window, left, top) * (1 - fx) + pixel(window, left + 1, top) * fx;
        float lower = pixel(window, left, below) * (1 - fx) + pixel(window, left + 1, below) * fx;
        return upper * (1 - fy) + lower * fy;
}

/* Paper is what is brightest in the glyph's own box. */
static float paper_of(const struct window *window, const struct glyph_place *place)
{
        const struct image *picture = window->picture;
        int top = (int)fmax(0, fmin(picture->height, place->y - place->height / 2));
        int bottom = (int)fmax(0, fmin(picture->height, place->y + place->height / 2 + 1));
        uint8_t most = 0;
        for (int y = top; y < bottom; y++) {
                for (int x = window->from; x < window->to; x++)
                        most = MAX(most, picture->pixels[(size_t)y * picture->stride + (size_t)x]);
        }
        return most;
}

static void cut(const struct image *picture, const struct glyph_place *place, struct glyph *ret)
{
        struct window window = {picture, MAX(0, place->from), MIN(picture->width, place->to), 0};
        double dx = place->width / (2 * GLYPH_WIDE), dy = place->height / (2 * GLYPH_TALL);
        *ret = (struct glyph){0};
        if (window.from >= window.to || picture->height < 1)
                return;
        if (place->x - place->width / 2 < window.from + 1 || place->x + place->width / 2 > window.to - 1)
                window.paper = paper_of(&window, place);
        for (int y = 0; y < 2 * GLYPH_TALL; y++) {
                for (int x = 0; x < 2 * GLYPH_WIDE; x++)
                        ret->at[y / 2][x / 2] +=
                            between(&window, place->x + (x + 0.5 - GLYPH_WIDE) * dx - 0.5,
                                    place->y + (y + 0.5 - GLYPH_TALL) * dy - 0.5) /
                            (4 * 255);
        }
}

static void to_unit(float *values, size_t count)
{
        float sum = 0;
        for (size_t i = 0; i < count; i++)
                sum += values[i] * values[i];
        for (size_t i = 0; i < count; i++)
                values[i] /= sqrtf(sum) + 1e-6f;
}

/* Shares of an edge go to the two directions that it lies between. tools/glyphs/net.py does the same. */
static void add_edge(float right, float down, float field[GLYPH_BINS])
{
        if (right == 0 && down == 0)
                return;
        float turn = atan2f(down, right) / (2 * (float)M_PI) * GLYPH_BINS, size = hypotf(right, down);
        int low = (int)floorf(turn);
        float part = turn - (float)low;
        field[(low + GLYPH_BINS) % GLYPH_BINS] += size * (1 - part);
        field[(low + 1 + GLYPH_BINS) % GLYPH_BINS] += size * part;
}

static void describe(const struct glyph *glyph, float ret[GLYPH_FEATURES])
{
        enum { EDGES = GLYPH_FIELDS * GLYPH_BINS };
        float *ink = ret + EDGES, most = 0;
        memset(ret, 0, GLYPH_FEATURES * sizeof(*ret));
        for (int y = 0; y < GLYPH_TALL; y++) {
                for (int x = 0; x < GLYPH_WIDE; x++) {
                        int field = y / GLYPH_FIELD * (GLYPH_WIDE / GLYPH_FIELD) + x / GLYPH_FIELD;
                        float right =
                            x > 0 && x < GLYPH_WIDE - 1 ? glyph->at[y][x + 1] - glyph->at[y][x - 1] : 0;
                        float down =
                            y > 0 && y < GLYPH_TALL - 1 ? glyph->at[y + 1][x] - glyph->at[y - 1][x] : 0;
                        add_edge(right, down, ret + (ptrdiff_t)field * GLYPH_BINS);
                        ink[field] += glyph->at[y][x] / (GLYPH_FIELD * GLYPH_FIELD);
                }
        }
        for (int i = 0; i < EDGES; i++)
                ret[i] = sqrtf(ret[i]);
        to_unit(ret, EDGES);
        for (int i = 0; i < GLYPH_FIELDS; i++)
                most = fmaxf(most, ink[i]);
        for (int i = 0; i < GLYPH_FIELDS; i++)
                ink[i] = most - ink[i];
        to_unit(ink, GLYPH_FIELDS);
}

static void layer(const float *inputs, int inputs_len, const int8_t *weights, float scale, const int8_t *bias,
                  float bias_scale, float *ret, int ret_len)
{
        memset(ret, 0, (size_t)ret_len * sizeof(*ret));
        for (int i = 0; i < inputs_len; i++) {
                for (int k = 0; k < ret_len; k++)
                        ret[k] += inputs[i] * weights[i * ret_len + k];
        }
        for (int k = 0; k < ret_len; k++)
                ret[k] = ret[k] * scale + bias[k] * bias_scale;
}

void glyph_shares(const struct glyph_net *net, const struct image *picture, const struct glyph_place *place,
                  float ret[GLYPH_CLASSES_MAX])
{
        struct glyph glyph;
        float features[GLYPH_FEATURES], hidden[GLYPH_HIDDEN_MAX], most = -1e9f, sum = 0;
        cut(picture, place, &glyph);
        describe(&glyph, features);
        layer(features, GLYPH_FEATURES, net->hidden_weights, net->scales[0], net->hidden_bias, net->scales[1],
              hidden, net->hidden);
        for (int i = 0; i < net->hidden; i++)
                hidden[i] = fmaxf(0, hidden[i]);
        layer(hidden, net->hidden, net->output_weights, net->scales[2], net->output_bias, net->scales[3], ret,
              net->classes);
        for (int i = 0; i < net->classes; i++)
                most = fmaxf(most, ret[i]);
        for (int i = 0; i < net->classes; i++) {
                ret[i] = expf(ret[i] - most);
                sum += ret[i];
        }
        for (int i = 0; i < net->classes; i++)
                ret[i] /= sum;
}
