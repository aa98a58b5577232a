/*
 * The network that tells the characters of OCR-B apart: 216 features, 48 hidden units, 37 characters (0 to 9,
 * A to Z, <). A weight is its whole number times the scale beside it; rows are inputs.
 */
#pragma once

#include <stdint.h>

enum { ZONE_BINS = 8, ZONE_FEATURES = 24 * (ZONE_BINS + 1), ZONE_HIDDEN = 48, ZONE_CHARS = 37 };

extern const int8_t zone_hidden[], zone_hidden_bias[], zone_output[], zone_output_bias[];
extern const float zone_hidden_scale, zone_hidden_bias_scale, zone_output_scale, zone_output_bias_scale;
