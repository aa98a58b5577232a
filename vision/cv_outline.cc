/*
 * Where a card may lie in a picture. Two ways: areas that differ from the table give outlines, and long
 * straight edges give quadrilaterals; both are judged by the edges along their sides.
 */
#include "vision/cv_page.h"

#include "vision/cv_mat.h"
#include "vision/cv_sheet.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>
#include <vector>

namespace
{

using Points = std::vector<cv::Point2f>;

/* Longest side of the picture in which outlines are looked for. */
constexpr int OUTLINE_SIDE = 640;

/* Of the picture, what a card covers at least. */
constexpr double AREA_LEAST = 0.06;

/* An outline that fits as well is looked no further for. */
constexpr double FIT_CLEAR = 0.55;

/* Colours as far apart as they look, one mask a way of seeing the card. */
std::vector<cv::Mat> card_masks(const cv::Mat &small)
{
        std::vector<cv::Mat> masks;
        cv::Mat smooth, lab, grey, mask;
        cv::bilateralFilter(small, smooth, 7, 40, 7);
        cv::cvtColor(smooth, lab, cv::COLOR_BGR2Lab);
        cv::cvtColor(smooth, grey, cv::COLOR_BGR2GRAY);
        std::vector<cv::Mat> planes;
        cv::split(lab, planes);

        /* How far each pixel is from the colour of the frame around it. */
        int rim = std::max(4, small.cols / 50);
        cv::Mat frame(small.size(), CV_8U, cv::Scalar(255));
        frame(cv::Rect(rim, rim, small.cols - 2 * rim, small.rows - 2 * rim)).setTo(0);
        cv::Scalar mean, deviation;
        cv::meanStdDev(lab, mean, deviation, frame);
        cv::Mat distance(small.size(), CV_32F, cv::Scalar(0)), plane;
        for (int i = 0; i < 3; i++) {
                planes[i].convertTo(plane, CV_32F, 1, -mean[i]);
                plane /= std::max(deviation[i], i == 0 ? 6.0 : 3.0);
                distance += plane.mul(plane);
        }
        cv::sqrt(distance, distance);
        distance.convertTo(distance, CV_8U, 16);
        cv::threshold(distance, mask, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
        masks.push_back(mask.clone());

        cv::threshold(grey, mask, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
        masks.push_back(mask.clone());
        masks.push_back(~mask);
        cv::Mat hsv;
        cv::cvtColor(smooth, hsv, cv::COLOR_BGR2HSV);
        cv::extractChannel(hsv, plane, 1);
        cv::threshold(plane, mask, 0, 255, cv::THRESH_BINARY_INV | cv::THRESH_OTSU);
        masks.push_back(mask.clone());
        for (int limit : {30, 70}) {
                cv::Canny(smooth, mask, limit, 3 * limit);
                cv::dilate(mask, mask, cv::Mat::ones(3, 3, CV_8U));
                masks.push_back(mask.clone());
        }
        return masks;
}

/* The four corners where lines laid along the sides of a rough outline meet: rounded corners and a finger do
 * not move them. Empty where the sides have no line. */
Points refine(const Points &rough, const std::vector<cv::Point> &outline)
{
        std::vector<cv::Vec4f> sides;
        for (int i = 0; i < 4; i++) {
                cv::Point2f a = rough[i], along = rough[(i + 1) % 4] - a;
                float length = static_cast<float>(cv::norm(along));
                if (length < 20)
                        return {};
                along /= length;
                std::vector<cv::Point2f> near;
                for (size_t k = 0; k < outline.size(); k++) {
                        cv::Point2f p = outline[k], q = outline[(k + 1) % outline.size()];
                        int steps = std::max(1, static_cast<int>(cv::norm(q - p) / 3));
                        for (int s = 0; s < steps; s++) {
                                cv::Point2f at = p + (q - p) * (static_cast<float>(s) / steps) - a;
                                float t = at.dot(along) / length, off = std::abs(at.cross(along));
                                if (t > 0.12f && t < 0.88f && off < 0.03f * length + 3)
                                        near.push_back(at + a);
                        }
                }
                if (near.size() < 8)
                        return {};
                cv::Vec4f line;
                cv::fitLine(near, line, cv::DIST_HUBER, 0, 0.01, 0.01);
                sides.push_back(line);
        }
        Points corners;
        for (int i = 0; i < 4; i++) {
                const cv::Vec4f &l = sides[(i + 3) % 4], &m = sides[i];
                float cross = l[0] * m[1] - l[1] * m[0];
                if (std::abs(cross) < 0.2f)
                        return {};
                float t = ((m[2] - l[2]) * m[1] - (m[3] - l[3]) * m[0]) / cross;
                corners.emplace_back(l[2] + t * l[0], l[3] + t * l[1]);
        }
        return corners;
}

/* Four corners of a convex outline, by merging its least sharp ones. */
Points four_corners(const std::vector<cv::Point> &hull)
{
        double perimeter = cv::arcLength(hull, true);
        for (int permille = 15; permille < 120; permille += 5) {
                std::vector<cv::Point> few;
                cv::approxPolyDP(hull, few, permille / 1000.0 * perimeter, true);
                if (few.size() == 4)
                        return Points(few.begin(), few.end());
                if (few.size() < 4)
                        break;
        }
        Points box(4);
        cv::minAreaRect(hull).points(box.data());
        return box;
}

/* Clockwise, the upper left first; a card that stands upright is laid on its side. */
void order_corners(Points &quad)
{
        if (cv::contourArea(quad, true) < 0)
                std::reverse(quad.begin(), quad.end());
        size_t first = 0;
        for (size_t i = 1; i < 4; i++) {
                if (quad[i].x + quad[i].y < quad[first].x + quad[first].y)
                        first = i;
        }
        std::rotate(quad.begin(), quad.begin() + static_cast<long>(first), quad.end());
        double across = cv::norm(quad[1] - quad[0]) + cv::norm(quad[2] - quad[3]);
        double down = cv::norm(quad[3] - quad[0]) + cv::norm(quad[2] - quad[1]);
        if (down > 1.1 * across)
                std::rotate(quad.begin(), quad.begin() + 1, quad.end());
}

using Found = std::vector<std::pair<double, Points>>;

/* Where brightness or colour changes, how much, and in which direction. */
struct Edges {
        cv::Mat strength; /* float, 1 = as strong as the picture's usual strong edges */
        cv::Mat across;   /* float, direction of the change, radians, 0 to pi */
};

/* Thin dark lines (print, ruled paper) are closed first: what is left are the edges of areas. */
Edges edges_of(const cv::Mat &small)
{
        cv::Mat closed, lab;
        cv::morphologyEx(small, closed, cv::MORPH_CLOSE, cv::Mat::ones(5, 5, CV_8U));
        cv::GaussianBlur(closed, closed, cv::Size(), 1.2);
        cv::cvtColor(closed, lab, cv::COLOR_BGR2Lab);
        std::vector<cv::Mat> planes;
        cv::split(lab, planes);
        Edges edges;
        cv::Mat best, dx, dy, x, y;
        for (int i = 0; i < 3; i++) {
                cv::Sobel(planes[i], x, CV_32F, 1, 0, 3, i == 0 ? 1 : 2);
                cv::Sobel(planes[i], y, CV_32F, 0, 1, 3, i == 0 ? 1 : 2);
                cv::Mat power = x.mul(x) + y.mul(y);
                if (i == 0) {
                        best = power;
                        dx = x.clone();
                        dy = y.clone();
                        continue;
                }
                cv::Mat more = power > best;
                power.copyTo(best, more);
                x.copyTo(dx, more);
                y.copyTo(dy, more);
        }
        cv::sqrt(best, edges.strength);
        cv::phase(dx, dy, edges.across);
        for (int row = 0; row < edges.across.rows; row++) {
                float *angle = edges.across.ptr<float>(row);
                for (int col = 0; col < edges.across.cols; col++)
                        angle[col] = std::fmod(angle[col], float(CV_PI));
        }
        cv::Mat sorted = edges.strength.reshape(1, 1).clone();
        auto values = sorted.ptr<float>();
        auto nth = values + static_cast<long>(sorted.total() * 9 / 10);
        std::nth_element(values, nth, values + sorted.total());
        edges.strength /= std::min(60.0f, std::max(*nth, 8.0f));
        return edges;
}

/* The share of a side along which there is an edge in its direction. The rounded ends do not count. */
double side_support(const Edges &edges, cv::Point2f a, cv::Point2f b)
{
        cv::Point2f along = b - a;
        double length = cv::norm(along);
        if (length < 20)
                return 0;
        cv::Point2f normal(float(-along.y / length), float(along.x / length));
        double want = std::atan2(normal.y, normal.x);
        if (want < 0)
                want += CV_PI;
        int steps = std::max(12, int(length / 7)), hits = 0, seen = 0;
        for (int i = 0; i <= steps; i++) {
                cv::Point2f at = a + along * float(0.06 + 0.88 * i / steps);
                double best = 0;
                bool inside = false;
                for (int off = -2; off <= 2; off++) {
                        cv::Point p(cvRound(at.x + normal.x * off), cvRound(at.y + normal.y * off));
                        if (!cv::Rect(cv::Point(), edges.strength.size()).contains(p))
                                continue;
                        inside = true;
                        double turn = std::abs(edges.across.at<float>(p) - want);
                        if (turn < 0.3 || turn > CV_PI - 0.3)
                                best = std::max(best, double(edges.strength.at<float>(p)));
                }
                seen += inside;
                hits += best > 0.45;
        }
        return seen < steps / 2 ? 0 : double(hits) / (steps + 1);
}

/* How much a quadrilateral is a card: edges along all its sides, its proportions, how large it is. */
double card_fit(const Edges &edges, const Points &quad)
{
        const cv::Size size = edges.strength.size();
        double across = cv::norm(quad[1] - quad[0]) + cv::norm(quad[2] - quad[3]);
        double down = cv::norm(quad[3] - quad[0]) + cv::norm(quad[2] - quad[1]);
        double area = std::abs(cv::contourArea(quad)), whole = size.area();
        /* The rim of the picture is no outline. */
        if (!cv::isContourConvex(quad) || down < 1 || area < AREA_LEAST * whole || area > 0.96 * whole)
                return 0;
        for (const cv::Point2f &p : quad) {
                if (p.x < -0.04 * size.width || p.y < -0.04 * size.height || p.x > 1.04 * size.width ||
                    p.y > 1.04 * size.height)
                        return 0;
        }
        double aspect = across / down, off = std::max(0.0, std::max(1.38 - aspect, aspect - 1.66));
        double shape = std::exp(-40 * off * off);
        double slant = 1;
        for (int i = 0; i < 2; i++) {
                double one = cv::norm(quad[i + 1] - quad[i]), two = cv::norm(quad[(i + 3) % 4] - quad[i + 2]);
                slant *= std::min(one, two) / std::max(one, two);
        }
        double least = 1, mean = 0;
        for (int i = 0; i < 4; i++) {
                double support = side_support(edges, quad[i], quad[(i + 1) % 4]);
                /* Most quadrilaterals are nonsense: one bare side is enough to know. */
                if (support < 0.2 || shape < 0.2)
                        return 0;
                least = std::min(least, support);
                mean += support / 4;
        }
        return shape * std::sqrt(slant) * (0.35 * least + 0.65 * mean) *
               (0.65 + 0.35 * std::min(1.0, area / whole / 0.35));
}

void add_quad(const Edges &edges, Points quad, Found &found)
{
        order_corners(quad);
        double fit = card_fit(edges, quad);
        if (fit > 0.3)
                found.emplace_back(fit, quad);
}

struct Line {
        double angle, rho, votes; /* angle of the normal, 0 to pi */
};

/* The longest straight edges, by votes of the pixels for the lines that their own direction allows. */
std::vector<Line> long_lines(const Edges &edges)
{
        constexpr int ANGLES = 180, LINES_MAX = 26;
        int reach = int(std::hypot(edges.strength.cols, edges.strength.rows)) + 2;
        cv::Mat votes(ANGLES, 2 * reach, CV_32F, cv::Scalar(0));
        for (int y = 2; y < edges.strength.rows - 2; y++) {
                const float *strength = edges.strength.ptr<float>(y), *across = edges.across.ptr<float>(y);
                for (int x = 2; x < edges.strength.cols - 2; x++) {
                        if (strength[x] < 0.6f)
                                continue;
                        int middle = cvRound(across[x] * ANGLES / CV_PI);
                        for (int a = middle - 3; a <= middle + 3; a++) {
                                int angle = (a + ANGLES) % ANGLES;
                                double t = angle * CV_PI / ANGLES;
                                int rho = cvRound(x * std::cos(t) + y * std::sin(t)) + reach;
                                votes.at<float>(angle, rho) += std::min(strength[x], 2.0f);
                        }
                }
        }
        cv::GaussianBlur(votes, votes, cv::Size(3, 3), 0);
        std::vector<Line> lines;
        while (lines.size() < LINES_MAX) {
                double most;
                cv::Point at;
                cv::minMaxLoc(votes, nullptr, &most, nullptr, &at);
                if (most < 25)
                        break;
                lines.push_back({at.y * CV_PI / ANGLES, double(at.x - reach), most});
                for (int a = at.y - 5; a <= at.y + 5; a++) {
                        int angle = (a + ANGLES) % ANGLES, rho = a == angle ? at.x : 2 * reach - at.x;
                        for (int r = std::max(0, rho - 5); r <= std::min(2 * reach - 1, rho + 5); r++)
                                votes.at<float>(angle, r) = 0;
                }
        }
        return lines;
}

bool cross(const Line &a, const Line &b, cv::Point2f *ret)
{
        double det = std::cos(a.angle) * std::sin(b.angle) - std::sin(a.angle) * std::cos(b.angle);
        if (std::abs(det) < 0.5)
                return false;
        ret->x = float((a.rho * std::sin(b.angle) - b.rho * std::sin(a.angle)) / det);
        ret->y = float((b.rho * std::cos(a.angle) - a.rho * std::cos(b.angle)) / det);
        return true;
}

/* Every two nearly parallel lines, crossed with every two across them. */
void quads_of_lines(const Edges &edges, Found &found)
{
        std::vector<Line> lines = long_lines(edges);
        std::vector<std::pair<size_t, size_t>> pairs;
        for (size_t i = 0; i < lines.size(); i++) {
                for (size_t k = i + 1; k < lines.size(); k++) {
                        double turn = std::remainder(lines[i].angle - lines[k].angle, CV_PI);
                        bool flipped = std::abs(lines[i].angle - lines[k].angle) > CV_PI / 2;
                        double apart = std::abs(lines[i].rho - (flipped ? -lines[k].rho : lines[k].rho));
                        if (std::abs(turn) < 0.3 && apart > 0.2 * edges.strength.rows)
                                pairs.emplace_back(i, k);
                }
        }
        for (size_t p = 0; p < pairs.size(); p++) {
                for (size_t q = p + 1; q < pairs.size(); q++) {
                        const Line &a = lines[pairs[p].first], &b = lines[pairs[p].second];
                        const Line &c = lines[pairs[q].first], &d = lines[pairs[q].second];
                        double square = std::abs(std::remainder(a.angle - c.angle, CV_PI));
                        if (square < 1.1)
                                continue;
                        Points quad(4);
                        if (cross(a, c, &quad[0]) && cross(c, b, &quad[1]) && cross(b, d, &quad[2]) &&
                            cross(d, a, &quad[3]))
                                add_quad(edges, quad, found);
                }
        }
}

/* As it is, and with its corners where the outline's sides meet. */
void add_refined(const Edges &edges, Points rough, const std::vector<cv::Point> &outline, Found &found)
{
        if (cv::contourArea(rough, true) < 0)
                std::reverse(rough.begin(), rough.end());
        Points fine = refine(rough, outline);
        add_quad(edges, rough, found);
        if (fine.size() == 4)
                add_quad(edges, fine, found);
}

void quads_of_mask(const cv::Mat &mask, const Edges &edges, Found &found)
{
        for (int closing : {3, 9}) {
                cv::Mat closed;
                cv::morphologyEx(mask, closed, cv::MORPH_CLOSE, cv::Mat::ones(closing, closing, CV_8U));
                cv::morphologyEx(closed, closed, cv::MORPH_OPEN, cv::Mat::ones(5, 5, CV_8U));
                std::vector<std::vector<cv::Point>> contours;
                cv::findContours(closed, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
                for (const auto &contour : contours) {
                        std::vector<cv::Point> hull;
                        cv::convexHull(contour, hull);
                        if (cv::contourArea(hull) >= AREA_LEAST * mask.size().area())
                                add_refined(edges, four_corners(hull), hull, found);
                }
        }
}

/* A card that lies on a printed page, where hardly an edge of the picture is as strong as those of the print,
 * is seen as where the print stops: by long edges of the blank and by its outlines, the page's margins among
 * them, to which it may be joined. */
void quads_on_print(const cv::Mat &small, Found &found)
{
        constexpr double PRINTED_MOST =
            0.4; /* of a card, whose own text is not counted where it stands apart */
        for (int reach : {13, 21}) {
                cv::Mat blank = blank_of_print(small, reach), soft;
                if (blank.empty())
                        continue;
                cv::cvtColor(blank, soft, cv::COLOR_GRAY2BGR);
                cv::GaussianBlur(soft, soft, cv::Size(), 1.5);
                Edges edges = edges_of(soft);
                const size_t had = found.size();
                Found here;
                quads_of_lines(edges, here);
                const size_t by_lines = here.size();
                std::vector<std::vector<cv::Point>> outlines;
                cv::findContours(blank, outlines, cv::RETR_LIST, cv::CHAIN_APPROX_NONE);
                for (const auto &outline : outlines) {
                        std::vector<cv::Point> hull;
                        cv::convexHull(outline, hull);
                        if (cv::contourArea(hull) < AREA_LEAST * blank.size().area())
                                continue;
                        add_refined(edges, four_corners(hull), outline, here);
                        for (size_t i = 0; i < by_lines; i++)
                                add_refined(edges, Points(here[i].second), outline, here);
                }
                for (const auto &[fit, quad] : here) {
                        double share = printed_share(blank, quad);
                        if (share < PRINTED_MOST)
                                found.emplace_back(fit * (1 - share), quad);
                }
                if (found.size() > had)
                        break;
        }
}

void sort_best_first(Found &found)
{
        std::sort(found.begin(), found.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
}

double corner_distance(const Points &a, const double b[4][2], double scale)
{
        double most = 0;
        for (int i = 0; i < 4; i++)
                most = std::max(most, std::hypot(a[i].x * scale - b[i][0], a[i].y * scale - b[i][1]));
        return most;
}

} // namespace

size_t cv_find_quads(const struct image *from, struct cv_quad *ret, size_t max)
{
        try {
                cv::Mat whole = mat_of(from), small;
                double scale = std::max(1.0, std::max(whole.cols, whole.rows) / double(OUTLINE_SIDE));
                cv::resize(whole, small, cv::Size(cvRound(whole.cols / scale), cvRound(whole.rows / scale)),
                           0, 0, cv::INTER_AREA);
                Found found;
                Edges edges = edges_of(small);
                for (const cv::Mat &mask : card_masks(small))
                        quads_of_mask(mask, edges, found);
                quads_of_lines(edges, found);
                sort_best_first(found);
                if (found.empty() || found.front().first < FIT_CLEAR) {
                        quads_on_print(small, found);
                        sort_best_first(found);
                }
                size_t count = 0;
                for (const auto &[fit, quad] : found) {
                        bool known = false;
                        for (size_t i = 0; i < count && !known; i++)
                                known = corner_distance(quad, ret[i].corners, scale) < 0.03 * whole.cols;
                        if (known || count == max)
                                continue;
                        for (int i = 0; i < 4; i++) {
                                ret[count].corners[i][0] = quad[i].x * scale;
                                ret[count].corners[i][1] = quad[i].y * scale;
                        }
                        ret[count++].fit = std::min(fit, 1.0);
                }
                return count;
        } catch (const std::exception &) {
                return 0;
        }
}
