#include "vision/cv_page.h"

#include "vision/cv_mat.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>
#include <vector>

namespace
{

void put_line(const cv::RotatedRect &rect, double score, struct cv_line *ret)
{
        double width = rect.size.width, height = rect.size.height, angle = rect.angle * CV_PI / 180;
        if (width < height) {
                std::swap(width, height);
                angle += CV_PI / 2;
        }
        while (angle > CV_PI / 2)
                angle -= CV_PI;
        while (angle <= -CV_PI / 2)
                angle += CV_PI;
        *ret = {rect.center.x, rect.center.y, width, height, angle, score};
}

} // namespace

bool cv_warp_quad(const struct image *from, const double corners[4][2], struct image *to)
{
        try {
                cv::Mat out = mat_of(to), source = mat_of(from), small;
                cv::Point2f points[4], target[4] = {{0, 0},
                                                    {float(to->width), 0},
                                                    {float(to->width), float(to->height)},
                                                    {0, float(to->height)}};
                for (int i = 0; i < 4; i++)
                        points[i] = {float(corners[i][0]), float(corners[i][1])};
                /* Taking single pixels of a much larger picture would keep its noise: shrink it first. */
                double shrink =
                    std::max(cv::norm(points[1] - points[0]), cv::norm(points[2] - points[3])) / to->width;
                if (shrink > 1.5) {
                        cv::resize(source, small, cv::Size(), 1 / shrink, 1 / shrink, cv::INTER_AREA);
                        for (cv::Point2f &point : points)
                                point /= shrink;
                        source = small;
                }
                cv::warpPerspective(source, out, cv::getPerspectiveTransform(points, target), out.size(),
                                    shrink < 1 ? cv::INTER_CUBIC : cv::INTER_LINEAR, cv::BORDER_REPLICATE);
                return true;
        } catch (const std::exception &) {
                return false;
        }
}

size_t cv_lines_of_map(const float *map, int width, int height, struct cv_line *ret, size_t max)
{
        constexpr float THRESHOLD = 0.3f, SCORE_MIN = 0.5f, GROW = 1.7f;
        try {
                cv::Mat probability(height, width, CV_32F, const_cast<float *>(map)), mask;
                cv::threshold(probability, mask, THRESHOLD, 255, cv::THRESH_BINARY);
                mask.convertTo(mask, CV_8U);
                std::vector<std::vector<cv::Point>> contours;
                cv::findContours(mask, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
                size_t count = 0;
                for (const auto &contour : contours) {
                        cv::RotatedRect rect = cv::minAreaRect(contour);
                        if (count == max || std::min(rect.size.width, rect.size.height) < 2)
                                continue;
                        cv::Rect bounds = cv::boundingRect(contour);
                        cv::Mat inside = cv::Mat::zeros(bounds.size(), CV_8U);
                        cv::drawContours(inside, std::vector<std::vector<cv::Point>>{contour}, 0,
                                         cv::Scalar(255), cv::FILLED, cv::LINE_8, cv::noArray(), 0,
                                         -bounds.tl());
                        double score = cv::mean(probability(bounds), inside)[0];
                        if (score < SCORE_MIN)
                                continue;
                        float grow = rect.size.area() * GROW / (2 * (rect.size.width + rect.size.height)) * 2;
                        rect.size.width += grow;
                        rect.size.height += grow;
                        put_line(rect, score, &ret[count++]);
                }
                return count;
        } catch (const std::exception &) {
                return 0;
        }
}

size_t cv_find_lines(const struct image *grey, struct cv_line *ret, size_t max)
{
        try {
                cv::Mat hat, mask, source = mat_of(grey);
                int unit = std::max(8, grey->width / 60);
                cv::morphologyEx(source, hat, cv::MORPH_BLACKHAT,
                                 cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(unit, unit)));
                cv::threshold(hat, mask, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
                cv::morphologyEx(mask, mask, cv::MORPH_CLOSE, cv::Mat::ones(3, unit * 5 / 4, CV_8U));
                cv::morphologyEx(mask, mask, cv::MORPH_OPEN, cv::Mat::ones(unit / 3, unit / 2, CV_8U));
                std::vector<std::vector<cv::Point>> contours;
                cv::findContours(mask, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
                size_t count = 0;
                for (const auto &contour : contours) {
                        cv::RotatedRect rect = cv::minAreaRect(contour);
                        float across = std::min(rect.size.width, rect.size.height);
                        if (count == max || across < unit / 2.0f || across > 5.0f * unit)
                                continue;
                        rect.size += cv::Size2f(0.35f * across, 0.35f * across);
                        put_line(rect, cv::contourArea(contour) / rect.size.area(), &ret[count]);
                        if (std::abs(ret[count].angle) < 0.3)
                                count++;
                }
                return count;
        } catch (const std::exception &) {
                return 0;
        }
}

bool cv_flatten(const struct image *grey, int reach, struct image *to)
{
        try {
                cv::Mat source = mat_of(grey), out = mat_of(to), paper;
                cv::Mat disc = cv::getStructuringElement(cv::MORPH_RECT, cv::Size(reach, reach));
                cv::morphologyEx(source, paper, cv::MORPH_CLOSE, disc);
                cv::blur(paper, paper, cv::Size(reach, reach));
                cv::divide(source, paper, out, 255);
                return true;
        } catch (const std::exception &) {
                return false;
        }
}

bool cv_sharpen(struct image *grey, double sigma, double amount)
{
        try {
                cv::Mat picture = mat_of(grey), soft;
                cv::GaussianBlur(picture, soft, cv::Size(), sigma);
                if (amount < 0)
                        soft.copyTo(picture);
                else
                        cv::addWeighted(picture, 1 + amount, soft, -amount, 0, picture);
                return true;
        } catch (const std::exception &) {
                return false;
        }
}

bool cv_cut_line(const struct image *from, const struct cv_line *line, struct image *to)
{
        try {
                cv::Mat out = mat_of(to);
                double scale_x = line->width / to->width, scale_y = line->height / to->height;
                double c = std::cos(line->angle), s = std::sin(line->angle);
                double data[6] = {
                    c * scale_x, -s * scale_y, line->x - c * line->width / 2 + s * line->height / 2,
                    s * scale_x, c * scale_y,  line->y - s * line->width / 2 - c * line->height / 2};
                cv::warpAffine(mat_of(from), out, cv::Mat(2, 3, CV_64F, data), out.size(),
                               cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
                return true;
        } catch (const std::exception &) {
                return false;
        }
}
