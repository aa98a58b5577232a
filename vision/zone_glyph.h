/*
 * Which character of OCR-B a small picture shows.
 */
#pragma once

#include "vision/zone_weights.h"

enum { GLYPH_WIDE = 16, GLYPH_TALL = 24 };

/* The share of each character, 0 to 9, A to Z, <; they sum to 1. Grey from 0, black, to 1. */
void glyph_shares(const float glyph[GLYPH_TALL][GLYPH_WIDE], float ret[ZONE_CHARS]);
