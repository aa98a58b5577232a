/*
 * A picture as OpenCV has it. For the C++ files alone.
 */
#pragma once

#include "vision/image.h"

#include <opencv2/core.hpp>

/* A view of the pixels, which stay the picture's: OpenCV takes none that are const, though it does not write
 * to its inputs. */
inline cv::Mat mat_of(const struct image *image)
{
        return cv::Mat(image->height, image->width, CV_MAKETYPE(CV_8U, image->channels), image->pixels,
                       image->stride);
}
