/*
 * JPEGs as no camera writes them, all of whose rows are one.
 */
#pragma once

#include "base/buf.h"

#include <stdio.h>

#include <jpeglib.h>

struct jpeg_drawing {
        int width, height, channels;
        J_COLOR_SPACE space;
        const uint8_t *row;
        void (*set)(struct jpeg_compress_struct *jpeg, const void *ctx); /* how it is written, else */
        const void *ctx;
};

void jpeg_drawn(const struct jpeg_drawing *drawing, struct buf *ret);
