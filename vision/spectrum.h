/*
 * Spectra of square pieces of a picture: for what repeats in it.
 */
#pragma once

#include "base/util.h"

enum { SPECTRUM_SIDE = 128, SPECTRUM_CELLS = SPECTRUM_SIDE * SPECTRUM_SIDE };

/* In place: the two-dimensional Fourier transform of SPECTRUM_SIDE rows of as many complex numbers. */
void spectrum_transform(float *re, float *im);
/* For each cell the mean of those around it, without the nearest: what a peak stands out from. `work` is as
 * large as `from`. The spectrum goes on at its borders from the other side. */
void spectrum_surroundings(const float *from, float *work, float *ret);
/* The frequency of a row or column, in periods a pixel: -0.5 to 0.5. */
static inline double spectrum_frequency(int i)
{
        return (double)(i < SPECTRUM_SIDE / 2 ? i : i - SPECTRUM_SIDE) / SPECTRUM_SIDE;
}
