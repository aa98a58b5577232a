#include "vision/cv_sheet.h"

#include <opencv2/imgproc.hpp>

namespace
{

constexpr double INK_MOST = 0.85;    /* as bright as the paper around it */
constexpr double PRINT_LEAST = 0.35; /* of a picture; a card alone has less on it */
constexpr double ISLAND_MOST = 0.05; /* of a picture */
constexpr int SPECK = 5;             /* blanks as narrow are between words */

/* Islands of print are a card's own lines, or a few words of the page. */
void blank_islands(cv::Mat &blank)
{
        std::vector<std::vector<cv::Point>> outlines;
        std::vector<cv::Vec4i> order;
        cv::findContours(blank, outlines, order, cv::RETR_CCOMP, cv::CHAIN_APPROX_SIMPLE);
        for (size_t i = 0; i < outlines.size(); i++) {
                bool is_hole = order[i][3] >= 0;
                if (is_hole && cv::contourArea(outlines[i]) < ISLAND_MOST * double(blank.total()))
                        cv::drawContours(blank, outlines, int(i), cv::Scalar(255), cv::FILLED);
        }
}

} // namespace

cv::Mat blank_of_print(const cv::Mat &picture, int reach)
{
        cv::Mat grey, paper, print, blank;
        int between = reach * 3 / 4;
        cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
        cv::morphologyEx(grey, paper, cv::MORPH_CLOSE, cv::Mat::ones(reach, reach, CV_8U));
        print = grey < INK_MOST * paper;
        cv::morphologyEx(print, print, cv::MORPH_CLOSE, cv::Mat::ones(between, between, CV_8U));
        if (cv::countNonZero(print) < PRINT_LEAST * double(print.total()))
                return {};
        cv::morphologyEx(~print, blank, cv::MORPH_OPEN, cv::Mat::ones(SPECK, SPECK, CV_8U));
        blank_islands(blank);
        return blank;
}

double printed_share(const cv::Mat &blank, const std::vector<cv::Point2f> &polygon)
{
        cv::Mat inside(blank.size(), CV_8U, cv::Scalar(0));
        cv::fillConvexPoly(inside, std::vector<cv::Point>(polygon.begin(), polygon.end()), cv::Scalar(255));
        return 1 - cv::mean(blank, inside)[0] / 255;
}
