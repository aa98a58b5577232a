/*
 * Where a picture shows print, as of a page that a card lies on. For the C++ of cv_page.h alone.
 */
#pragma once

#include <opencv2/core.hpp>

#include <vector>

/* White where nothing is printed, black where dark strokes are that are narrower than `reach` pixels, and
 * between them, but for islands of print. Empty where too little of the picture is printed on for a page. */
cv::Mat blank_of_print(const cv::Mat &picture, int reach);
/* How much of the inside of a polygon is printed on. */
double printed_share(const cv::Mat &blank, const std::vector<cv::Point2f> &polygon);
