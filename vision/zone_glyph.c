#include "vision/zone_glyph.h"

#include <math.h>
#include <string.h>

enum { FIELD = 4, FIELDS_X = GLYPH_WIDE / FIELD, FIELDS_Y = GLYPH_TALL / FIELD };

static void to_unit(float *values, size_t count)
{
        float sum = 0;
        for (size_t i = 0; i < count; i++)
                sum += values[i] * values[i];
        for (size_t i = 0; i < count; i++)
                values[i] /= sqrtf(sum) + 1e-6f;
}

/* Gradients by direction over fields, then the ink of each field; tools/zone-glyphs does the same. */
static void describe(const float glyph[GLYPH_TALL][GLYPH_WIDE], float ret[ZONE_FEATURES])
{
        float *light = ret + FIELDS_Y * FIELDS_X * ZONE_BINS, most = 0;
        memset(ret, 0, ZONE_FEATURES * sizeof(*ret));
        for (int y = 0; y < GLYPH_TALL; y++) {
                for (int x = 0; x < GLYPH_WIDE; x++) {
                        float right = x > 0 && x < GLYPH_WIDE - 1 ? glyph[y][x + 1] - glyph[y][x - 1] : 0;
                        float down = y > 0 && y < GLYPH_TALL - 1 ? glyph[y + 1][x] - glyph[y - 1][x] : 0;
                        float turn = atan2f(down, right) / (2 * (float)M_PI) * ZONE_BINS,
                              size = hypotf(right, down);
                        int field = y / FIELD * FIELDS_X + x / FIELD, low = (int)floorf(turn);
                        float part = turn - (float)low;
                        ret[field * ZONE_BINS + (low + ZONE_BINS) % ZONE_BINS] += size * (1 - part);
                        ret[field * ZONE_BINS + (low + 1 + ZONE_BINS) % ZONE_BINS] += size * part;
                        light[field] += glyph[y][x] / (FIELD * FIELD);
                }
        }
        for (int i = 0; i < FIELDS_Y * FIELDS_X * ZONE_BINS; i++)
                ret[i] = sqrtf(ret[i]);
        to_unit(ret, FIELDS_Y * FIELDS_X * ZONE_BINS);
        for (int i = 0; i < FIELDS_Y * FIELDS_X; i++)
                most = fmaxf(most, light[i]);
        for (int i = 0; i < FIELDS_Y * FIELDS_X; i++)
                light[i] = most - light[i];
        to_unit(light, FIELDS_Y * FIELDS_X);
}

static void classify(const float features[ZONE_FEATURES], float ret[ZONE_CHARS])
{
        float hidden[ZONE_HIDDEN], most = -1e9f, sum = 0;
        for (int k = 0; k < ZONE_HIDDEN; k++) {
                float value = 0;
                for (int i = 0; i < ZONE_FEATURES; i++)
                        value += features[i] * zone_hidden[i * ZONE_HIDDEN + k];
                hidden[k] =
                    fmaxf(0, value * zone_hidden_scale + zone_hidden_bias[k] * zone_hidden_bias_scale);
        }
        for (int c = 0; c < ZONE_CHARS; c++) {
                float value = 0;
                for (int k = 0; k < ZONE_HIDDEN; k++)
                        value += hidden[k] * zone_output[k * ZONE_CHARS + c];
                ret[c] = value * zone_output_scale + zone_output_bias[c] * zone_output_bias_scale;
                most = fmaxf(most, ret[c]);
        }
        for (int c = 0; c < ZONE_CHARS; c++) {
                ret[c] = expf(ret[c] - most);
                sum += ret[c];
        }
        for (int c = 0; c < ZONE_CHARS; c++)
                ret[c] /= sum;
}

void glyph_shares(const float glyph[GLYPH_TALL][GLYPH_WIDE], float ret[ZONE_CHARS])
{
        float features[ZONE_FEATURES];
        describe(glyph, features);
        classify(features, ret);
}
