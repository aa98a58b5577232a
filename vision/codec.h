/*
 * The two decoders behind image_decode. Each is given bytes that begin with its magic, and returns the
 * picture as the file holds it; `ret_orientation` is the EXIF orientation, 1 to 8.
 */
#pragma once

#include "vision/image.h"

NODISCARD enum rc codec_decode_jpeg(struct op *op, struct str bytes, const struct image_limits *limits,
                                    struct image *ret, int *ret_orientation);
NODISCARD enum rc codec_decode_png(struct op *op, struct str bytes, const struct image_limits *limits,
                                   struct image *ret, int *ret_orientation);
/* The check of a header against the limits: RC_OK, or the op failed. */
NODISCARD enum rc codec_check_size(struct op *op, const struct image_limits *limits, int64_t width,
                                   int64_t height);
/* Orientation in an EXIF block that begins with its TIFF header; 1 where there is none or it is damaged. */
int exif_orientation(struct str tiff);
