#include "vision/text.h"

#include <math.h>

enum {
        /* What a card is brought to; the detector's strides divide 32. */
        DETECTOR_WIDTH = 960,
        DETECTOR_HEIGHT = 704,
        DETECTOR_UNIT = 32,
        DETECTOR_MARGIN = 16, /* below the card, so that its last line does not touch the edge */
        FLATTEN_REACH = 61,
        FOUND_MAX = 256,
        SEAL_RED = 40 /* more of red than of green and blue: ink of a seal */
};

static void channel_of(const struct image *card, bool red, struct image *ret)
{
        image_init(ret, card->width, card->height, 1);
        for (int y = 0; y < card->height; y++) {
                const uint8_t *from = card->pixels + (size_t)y * card->stride;
                uint8_t *to = ret->pixels + (size_t)y * ret->stride;
                for (int x = 0; x < card->width; x++, from += 3)
                        to[x] = red ? from[2] : (uint8_t)((from[0] * 29 + from[1] * 150 + from[2] * 77) >> 8);
        }
}

void text_shades_init(struct text_shades *shades, const struct image *card)
{
        *shades = (struct text_shades){0};
        channel_of(card, false, &shades->grey);
        channel_of(card, true, &shades->red);
        image_init(&shades->flat, card->width, card->height, 1);
        image_init(&shades->flat_red, card->width, card->height, 1);
        cv_flatten(&shades->grey, FLATTEN_REACH, &shades->flat);
        cv_flatten(&shades->red, FLATTEN_REACH, &shades->flat_red);
}

void text_shades_release(struct text_shades *shades)
{
        image_release(&shades->grey);
        image_release(&shades->red);
        image_release(&shades->flat);
        image_release(&shades->flat_red);
        for (enum seal_shade shade = 0; shade < SEAL_SHADES; shade++)
                image_release(&shades->lifted[shade]);
        image_release(&shades->seals);
}

/* Seals lie over dates and authorities; faded to their shade of red, they do not cut these short. */
static int without_seal(const uint8_t pixel[3], int channel)
{
        return pixel[2] - MAX(pixel[0], pixel[1]) > SEAL_RED ? pixel[2] : pixel[channel];
}

/* The rest stays 0, which is grey. */
static void fill_input(const struct image *small, float *input, int width, int height)
{
        static const float mean[] = {0.485f, 0.456f, 0.406f}, deviation[] = {0.229f, 0.224f, 0.225f};
        memset(input, 0, sizeof(*input) * 3 * (size_t)width * (size_t)height);
        for (int y = 0; y < small->height; y++) {
                const uint8_t *from = small->pixels + (size_t)y * small->stride;
                float *to = input + 3 * (size_t)y * (size_t)width;
                for (int x = 0; x < small->width; x++, from += 3, to += 3) {
                        for (int c = 0; c < 3; c++)
                                to[c] = ((float)without_seal(from, c) / 255 - mean[c]) / deviation[c];
                }
        }
}

static int whole_units(int side)
{
        return (side + DETECTOR_UNIT - 1) / DETECTOR_UNIT * DETECTOR_UNIT;
}

/* The map has the size of the picture. What it took, a hundred megabytes, is given back before the lines are
 * read. */
static size_t detect_in(struct net *detector, const struct image *small, struct cv_line *ret, size_t max)
{
        int width = whole_units(small->width), height = whole_units(small->height + DETECTOR_MARGIN);
        struct net_map map;
        size_t found = 0;
        float *input = net_input(detector, (size_t)height, (size_t)width);
        if (input) {
                fill_input(small, input, width, height);
                if (net_run(detector, &map) && map.channels == 1 && map.width == (size_t)width &&
                    map.height == (size_t)height)
                        found = cv_lines_of_map(map.values, width, height, ret, max);
        }
        net_rest(detector);
        return found;
}

static size_t detect(struct net *detector, const struct image *card, struct cv_line *ret, size_t max)
{
        double scale = MIN((double)DETECTOR_WIDTH / card->width, (double)DETECTOR_HEIGHT / card->height);
        struct image small;
        image_init(&small, MAX((int)lround(card->width * scale), 1),
                   MAX((int)lround(card->height * scale), 1), 3);
        size_t found = cv_resize(card, &small) ? detect_in(detector, &small, ret, max) : 0;
        image_release(&small);
        for (size_t i = 0; i < found; i++) {
                ret[i].x /= scale;
                ret[i].y /= scale;
                ret[i].width /= scale;
                ret[i].height /= scale;
        }
        return found;
}

/* Top to bottom; what lies in the same row, left to right. */
static void sort_lines(struct cv_line *lines, size_t count)
{
        for (size_t i = 1; i < count; i++) {
                struct cv_line line = lines[i];
                size_t k = i;
                while (k > 0) {
                        const struct cv_line *before = &lines[k - 1];
                        double reach = 0.5 * MIN(before->height, line.height);
                        bool same_row = fabs(before->y - line.y) < reach;
                        if (same_row ? before->x <= line.x : before->y <= line.y)
                                break;
                        lines[k] = *before;
                        k--;
                }
                lines[k] = line;
        }
}

/* Whether one goes on with the other as letters of a word do. */
static bool is_one_word(const struct cv_line *a, const struct cv_line *b)
{
        double tall = MIN(a->height, b->height),
               gap = MAX(line_left(a), line_left(b)) - MIN(line_right(a), line_right(b));
        return fabs(a->y - b->y) < 0.25 * MAX(a->height, b->height) &&
               MAX(a->height, b->height) < 1.6 * tall && fabs(a->angle - b->angle) < 0.1 && gap < 0.3 * tall;
}

struct cv_line text_joined(const struct cv_line *a, const struct cv_line *b)
{
        double left = MIN(line_left(a), line_left(b)), right = MAX(line_right(a), line_right(b));
        struct cv_line joined = a->width > b->width ? *a : *b;
        double x = joined.x;
        joined.x = (left + right) / 2;
        joined.y += (joined.x - x) * tan(joined.angle);
        joined.width = right - left;
        joined.height = MAX(a->height, b->height);
        return joined;
}

size_t text_join_words(struct cv_line *lines, size_t count)
{
        enum { BETWEEN_MOST = 4 };
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
                size_t back = 1, most = MIN(kept, (size_t)BETWEEN_MOST + 1);
                while (back <= most && !is_one_word(&lines[kept - back], &lines[i]))
                        back++;
                if (back <= most)
                        lines[kept - back] = text_joined(&lines[kept - back], &lines[i]);
                else
                        lines[kept++] = lines[i];
        }
        return kept;
}

/* Where there are more than can be read, the lowest go: micro-print has a hundred lines, and says nothing. */
static size_t keep_tallest(struct cv_line *lines, size_t count, size_t max)
{
        while (count > max) {
                size_t lowest = 0;
                for (size_t i = 1; i < count; i++) {
                        if (lines[i].height < lines[lowest].height)
                                lowest = i;
                }
                lines[lowest] = lines[--count];
        }
        return count;
}

void text_find(struct net *detector, const struct image *card, const struct text_shades *shades,
               struct text_lines *ret)
{
        struct cv_line lines[FOUND_MAX], turned[FOUND_MAX];
        size_t found = detector ? detect(detector, card, lines, FOUND_MAX) : 0, kept = 0, aside = 0;
        if (found == 0)
                found = cv_find_lines(&shades->flat, lines, FOUND_MAX);
        for (size_t i = 0; i < found; i++) {
                struct cv_line line = lines[i];
                bool upright = fabs(line.angle) > 0.35;
                /* A single letter or digit is nearly square, and has no direction of its own. */
                if (upright && line.width < 2 * line.height) {
                        line.angle = 0;
                        upright = false;
                }
                if (upright)
                        turned[aside++] = line;
                else if (line.height > 12 && line.height < 0.3 * card->height)
                        lines[kept++] = line;
        }
        sort_lines(lines, kept);
        kept = keep_tallest(lines, text_join_words(lines, kept), TEXT_LINES_MAX);
        sort_lines(lines, kept);
        memcpy(ret->level, lines, kept * sizeof(*lines));
        ret->level_len = kept;
        ret->turned_len = keep_tallest(turned, aside, TEXT_TURNED_MAX);
        memcpy(ret->turned, turned, ret->turned_len * sizeof(*turned));
}

struct cv_line text_part(const struct cv_line *line, double from, double to)
{
        struct cv_line part = *line;
        double shift = ((from + to) / 2 - 0.5) * line->width;
        part.width = MAX(1, (to - from) * line->width);
        part.x += shift * cos(line->angle);
        part.y += shift * sin(line->angle);
        return part;
}

int text_threshold(const struct image *image)
{
        size_t histogram[256] = {0};
        double total = 0, sum = 0, below = 0, sum_below = 0, best = -1;
        int threshold = 128;
        for (int y = 0; y < image->height; y++) {
                for (int x = 0; x < image->width; x++)
                        histogram[image->pixels[(size_t)y * image->stride + (size_t)x]]++;
        }
        for (int i = 0; i < 256; i++) {
                total += (double)histogram[i];
                sum += (double)histogram[i] * i;
        }
        for (int i = 0; i < 255; i++) {
                below += (double)histogram[i];
                sum_below += (double)histogram[i] * i;
                if (below < 1 || total - below < 1)
                        continue;
                double apart = sum_below / below - (sum - sum_below) / (total - below);
                double between = below * (total - below) * apart * apart;
                if (between > best) {
                        best = between;
                        threshold = i;
                }
        }
        return threshold;
}

/* The rows between which there is ink: the longest run of rows with any, joined over small gaps (the dot of
 * an i, the space inside a syllable). */
static bool ink_rows(const struct image *image, int threshold, int *ret_top, int *ret_bottom)
{
        int best = 0, top = -1, last = -1, gap = MAX(2, image->height / 10);
        for (int y = 0; y <= image->height; y++) {
                int ink = 0;
                for (int x = 0; y < image->height && x < image->width; x++)
                        ink += image->pixels[(size_t)y * image->stride + (size_t)x] <= threshold;
                bool any = ink > image->width / 200 + 1;
                if (any && top < 0)
                        top = y;
                if (any)
                        last = y;
                if (top >= 0 && (y == image->height || y - last > gap)) {
                        if (last - top + 1 > best) {
                                best = last - top + 1;
                                *ret_top = top;
                                *ret_bottom = last;
                        }
                        top = -1;
                }
        }
        return best >= 6;
}

enum { RUNS_MAX = 256 };

struct run {
        int from, to; /* columns with ink, to excluded */
};

static size_t ink_runs(const struct image *image, int threshold, struct run *ret)
{
        size_t count = 0;
        int from = -1;
        for (int x = 0; x <= image->width; x++) {
                int ink = 0;
                for (int y = 0; x < image->width && y < image->height; y++)
                        ink += image->pixels[(size_t)y * image->stride + (size_t)x] <= threshold;
                bool any = ink >= 2;
                if (any && from < 0)
                        from = x;
                if (!any && from >= 0) {
                        if (count < RUNS_MAX)
                                ret[count++] = (struct run){from, x};
                        from = -1;
                }
        }
        return count;
}

/* What the gaps between letters have in common, beyond what is usual at this height. Gaps inside letters are
 * small; the common one is the median of those that are not. */
static int tracking_of(const struct run *runs, size_t count, int height)
{
        int gaps[RUNS_MAX];
        size_t wide = 0;
        for (size_t i = 1; i < count; i++) {
                int gap = runs[i].from - runs[i - 1].to;
                if (gap <= height / 8)
                        continue;
                size_t k = wide++;
                while (k > 0 && gaps[k - 1] > gap) {
                        gaps[k] = gaps[k - 1];
                        k--;
                }
                gaps[k] = gap;
        }
        if (wide < 2 || wide * 3 < count)
                return 0;
        return MAX(0, gaps[wide / 3] - height / 7);
}

static int new_gap(int gap, int height, int tracking, const struct text_way *way)
{
        if (way->spaces == SPACES_ALL)
                return MIN(gap, height / 6);
        if (way->spaces == SPACES_TRACKING && gap > tracking)
                return gap > height / 8 ? MAX(gap - tracking, height / 8) : gap;
        return gap;
}

/* Copy the columns of each run side by side, with the gaps that `way` wants. Paper is white. */
static void set_runs(const struct image *from, const struct run *runs, size_t count,
                     const struct text_way *way, struct image *ret)
{
        int height = from->height - 2 * TEXT_MARGIN, tracking = tracking_of(runs, count, height),
            width = 2 * TEXT_MARGIN;
        for (size_t i = 0; i < count; i++) {
                width += runs[i].to - runs[i].from;
                width += i ? new_gap(runs[i].from - runs[i - 1].to, height, tracking, way) : 0;
        }
        image_init(ret, width, from->height, 1);
        for (int y = 0; y < from->height; y++)
                memset(ret->pixels + (size_t)y * ret->stride, 255, (size_t)width);
        int at = TEXT_MARGIN;
        for (size_t i = 0; i < count; i++) {
                at += i ? new_gap(runs[i].from - runs[i - 1].to, height, tracking, way) : 0;
                /* A column more on either side keeps the soft edge of the stroke. */
                int left = MAX(0, runs[i].from - 1), right = MIN(from->width, runs[i].to + 1);
                for (int y = 0; y < from->height; y++) {
                        const uint8_t *source = from->pixels + (size_t)y * from->stride;
                        uint8_t *target = ret->pixels + (size_t)y * ret->stride;
                        for (int x = left; x < right; x++) {
                                int to = at + x - runs[i].from;
                                if (to >= 0 && to < width)
                                        target[to] = MIN(target[to], source[x]);
                        }
                }
                at += runs[i].to - runs[i].from;
        }
}

static void to_binary(struct image *image, int threshold)
{
        for (int y = 0; y < image->height; y++) {
                for (int x = 0; x < image->width; x++) {
                        uint8_t *p = &image->pixels[(size_t)y * image->stride + (size_t)x];
                        *p = *p <= threshold ? 0 : 255;
                }
        }
}

/* First a look at the line as it lies, to find where its ink is; then the cut that is read. */
static bool ink_band(const struct image *shade, const struct cv_line *line, struct cv_line *ret)
{
        struct image look;
        int width = (int)MIN(TEXT_WIDTH_MAX, MAX(8, lround(line->width)));
        int height = (int)MIN(400, MAX(8, lround(line->height))), top, bottom;
        image_init(&look, width, height, 1);
        bool found = cv_cut_line(shade, line, &look) && ink_rows(&look, text_threshold(&look), &top, &bottom);
        image_release(&look);
        if (!found)
                return false;
        double scale = line->height / height, shift = ((top + bottom + 1) / 2.0 - height / 2.0) * scale;
        *ret = *line;
        ret->height = (bottom + 1 - top) * scale;
        ret->x -= shift * sin(line->angle);
        ret->y += shift * cos(line->angle);
        return true;
}

static bool has_letter(const struct image *band, int threshold, struct run run)
{
        int top = band->height, bottom = -1;
        for (int y = 0; y < band->height; y++) {
                for (int x = run.from; x < run.to; x++) {
                        if (band->pixels[(size_t)y * band->stride + (size_t)x] <= threshold) {
                                top = MIN(top, y);
                                bottom = y;
                        }
                }
        }
        return 10 * (bottom + 1 - top) >= 7 * band->height;
}

/* How far beyond the column `end` letters go on, to the right, among runs that lie in a band so wide. What
 * runs on to the border is no letter. */
static int letters_beyond(const struct image *band, int threshold, const struct run *runs, size_t count,
                          int end)
{
        int whole = end, near = 3 * band->height / 10;
        for (size_t i = 0; i < count; i++) {
                if (runs[i].to <= whole || runs[i].from > whole + near)
                        continue;
                if (runs[i].to >= band->width || !has_letter(band, threshold, runs[i]))
                        break;
                whole = runs[i].to;
        }
        return whole - end;
}

static void mirror(struct image *image)
{
        for (int y = 0; y < image->height; y++) {
                uint8_t *row = image->pixels + (size_t)y * image->stride;
                for (int x = 0; 2 * x < image->width; x++) {
                        uint8_t other = row[image->width - 1 - x];
                        row[image->width - 1 - x] = row[x];
                        row[x] = other;
                }
        }
}

struct cv_line text_whole(const struct text_shades *shades, const struct cv_line *line)
{
        struct cv_line band, whole = *line;
        struct image look, wide;
        struct run runs[RUNS_MAX];
        if (!shades->flat.pixels || !ink_band(&shades->flat, line, &band) || band.height < 8)
                return whole;
        int height = (int)lround(band.height), reach = 2 * height, width = (int)lround(band.width);
        if (width < 8 || width + 2 * reach > TEXT_WIDTH_MAX)
                return whole;
        struct cv_line around = band;
        around.width = width + 2 * reach;
        image_init(&look, width, height, 1);
        image_init(&wide, width + 2 * reach, height, 1);
        if (cv_cut_line(&shades->flat, &band, &look) && cv_cut_line(&shades->flat, &around, &wide)) {
                int threshold = text_threshold(&look), more[2];
                for (int side = 0; side < 2; side++) {
                        size_t count = ink_runs(&wide, threshold, runs);
                        more[side] = letters_beyond(&wide, threshold, runs, count, reach + width);
                        mirror(&wide);
                }
                double right = more[0] ? more[0] + height / 5.0 : 0,
                       left = more[1] ? more[1] + height / 5.0 : 0;
                whole.width += left + right;
                whole.x += (right - left) / 2 * cos(line->angle);
                whole.y += (right - left) / 2 * sin(line->angle);
        }
        image_release(&look);
        image_release(&wide);
        return whole;
}

bool text_cut(const struct text_shades *shades, const struct cv_line *line, const struct text_way *way,
              struct image *ret)
{
        const struct image *shade = way->lifted ? &shades->lifted[way->shade]
                                    : way->red  ? &shades->flat_red
                                                : &shades->flat;
        struct cv_line band;
        if (!shade->pixels || !ink_band(shade, line, &band))
                return false;
        double scale = way->height / band.height;
        double pad = TEXT_MARGIN / scale;
        band.height += 2 * pad;
        band.width += 2 * pad;
        int width = (int)lround(band.width * scale), height = way->height + 2 * TEXT_MARGIN;
        if (width < 2 * TEXT_MARGIN || width > TEXT_WIDTH_MAX)
                return false;
        struct image cut;
        struct run runs[RUNS_MAX];
        image_init(&cut, width, height, 1);
        bool done = cv_cut_line(shade, &band, &cut);
        if (done && way->sharpen != 0)
                cv_sharpen(&cut, way->sharpen < 0 ? -way->sharpen : 1.5, way->sharpen);
        if (done && way->spaces == SPACES_AS_IT_IS) {
                *ret = cut;
                return true;
        }
        int threshold = text_threshold(&cut);
        if (done && way->binary)
                to_binary(&cut, threshold);
        size_t count = done ? ink_runs(&cut, MIN(threshold + 20, 235), runs) : 0;
        if (count > 0)
                set_runs(&cut, runs, count, way, ret);
        image_release(&cut);
        return count > 0;
}
