#include "vision/blanks.h"

#include "vision/text.h"

#include <math.h>
#include <stdlib.h>

/* The widest gap without ink between two columns of a line. */
static int widest_gap(const struct image *cut, int threshold, int from, int to)
{
        int widest = 0, gap = 0;
        for (int x = MAX(0, from); x < MIN(to, cut->width); x++) {
                bool ink = false;
                for (int y = TEXT_MARGIN; y < cut->height - TEXT_MARGIN && !ink; y++)
                        ink = cut->pixels[(size_t)y * cut->stride + (size_t)x] <= threshold;
                gap = ink ? 0 : gap + 1;
                widest = MAX(widest, gap);
        }
        return widest;
}

static int compare(const void *a, const void *b)
{
        double left = *(const double *)a, right = *(const double *)b;
        return (left > right) - (left < right);
}

/* Shares of the height of the ink: what an open side of a letter takes from a gap, what a round one may, and
 * by how much a gap is wider than those within words that may be a blank, that is rather one than none, and
 * that is one surely. */
static const double open_side = 0.05, round_side = 0.04, perhaps_blank = 0.15, rather_blank = 0.17,
                    surely_blank = 0.22;

/* Letters that do not fill their field stand nearer to their neighbours, and may reach over them: an A and a
 * V with a blank between are hardly further apart than two letters of a word that have stems. L is filled at
 * its foot, but what is open there reaches over it. No blank stands beside an apostrophe, about which there
 * is paper anyway. */
static double opening(char left, char right)
{
        static const char open_right[] = "AFKPRTVWXY", open_left[] = "AJTVWXY", over_foot[] = "TVWY";
        if (left == '\'' || right == '\'')
                return -2 * open_side;
        bool opens = strchr(open_right, left) || (left == 'L' && strchr(over_foot, right));
        return open_side * (opens + (strchr(open_left, right) != NULL));
}

/* Round letters may stand nearer than those with stems, but not in every typeface. */
static double rounding(char left, char right)
{
        static const char round_right[] = "DOQ", round_left[] = "CGOQ";
        if (left == '\'' || right == '\'')
                return 0;
        return round_side * ((strchr(round_right, left) != NULL) + (strchr(round_left, right) != NULL));
}

/* The gap behind each letter of a reading, as wide as it were between letters with stems; the widest that the
 * reader saw within a word; one that is usual there; how wide one is that the reader has passed over: no
 * nearer to what is usual than to what it took for a blank; and the widest that it took for one. */
struct gaps {
        double behind[OCR_SYMBOLS_MAX], widest, usual, blank, widest_blank;
};

static void measure_gaps(const struct image *cut, const struct ocr_line *read, struct gaps *ret)
{
        double sorted[OCR_SYMBOLS_MAX], height = cut->height - 2 * TEXT_MARGIN, least_blank = INFINITY;
        int threshold = text_threshold(cut);
        size_t count = read->symbols_len - 1;
        for (size_t i = 0; i < count; i++) {
                double gap = widest_gap(cut, threshold, (read->left[i] + read->right[i]) / 2,
                                        (read->left[i + 1] + read->right[i + 1]) / 2) /
                             height;
                gap += opening(read->text[read->offsets[i]], read->text[read->offsets[i + 1]]);
                ret->behind[i] = sorted[i] = gap;
                if (read->text[read->offsets[i] + 1] == ' ') {
                        least_blank = fmin(least_blank, gap);
                        ret->widest_blank = fmax(ret->widest_blank, gap);
                } else {
                        ret->widest = fmax(ret->widest, gap);
                }
        }
        qsort(sorted, count, sizeof(sorted[0]), compare);
        ret->usual = sorted[count / 3];
        ret->blank = ret->usual + rather_blank;
        if (isfinite(least_blank))
                ret->blank = fmax(ret->blank, (ret->usual + least_blank) / 2);
}

/* Whether the reader was right to see a blank. One that is as narrow as what stands between letters, and
 * hardly wider than the widest of that, is none: between slanted letters a true one is narrow, too. Nor is
 * one about half as wide as another of the same line. */
static bool agrees_to_blank(const struct gaps *gaps, double gap)
{
        static const double alike = 0.55;
        if (gap < alike * gaps->widest_blank)
                return false;
        return gap >= gaps->usual + rather_blank || 4 * gap > 5 * gaps->widest;
}

/* Whether the reader was right to see none, or the paper leaves no doubt that it has passed one over. */
static bool is_sure_without(const struct gaps *gaps, double gap, double round)
{
        return gap + round < gaps->usual + perhaps_blank ||
               (gap >= gaps->usual + surely_blank && gap >= gaps->blank);
}

/* A column's ink from the top of its line to the foot, if nearly. */
static bool is_tall(const struct image *cut, int threshold, int from, int to)
{
        static const double tall = 0.7;
        int top = cut->height, foot = 0;
        for (int y = TEXT_MARGIN; y < cut->height - TEXT_MARGIN; y++) {
                for (int x = from; x < to; x++) {
                        if (cut->pixels[(size_t)y * cut->stride + (size_t)x] <= threshold) {
                                top = MIN(top, y);
                                foot = y + 1;
                        }
                }
        }
        return foot - top >= tall * (cut->height - 2 * TEXT_MARGIN);
}

static bool has_ink(const struct image *cut, int threshold, int x)
{
        for (int y = TEXT_MARGIN; y < cut->height - TEXT_MARGIN; y++) {
                if (cut->pixels[(size_t)y * cut->stride + (size_t)x] <= threshold)
                        return true;
        }
        return false;
}

/* The pieces, as tall as a capital, into which paper parts the ink. Letters that touch are one; none is two.
 */
static size_t count_pieces(const struct image *cut)
{
        int threshold = text_threshold(cut), from = -1;
        size_t pieces = 0;
        for (int x = 0; x <= cut->width; x++) {
                bool ink = x < cut->width && has_ink(cut, threshold, x);
                if (ink && from < 0)
                        from = x;
                if (!ink && from >= 0) {
                        pieces += is_tall(cut, threshold, from, x);
                        from = -1;
                }
        }
        return pieces;
}

bool blanks_part(const struct image *cut, const struct ocr_line *read, struct printed *ret)
{
        struct gaps gaps = {.widest = 0};
        bool sure = count_pieces(cut) <= read->symbols_len;
        *ret = (struct printed){.len = 0};
        if (read->symbols_len > 1)
                measure_gaps(cut, read, &gaps);
        for (size_t i = 0; i < read->symbols_len && ret->len + 2 < PRINTED_MAX; i++) {
                bool parted = read->text[read->offsets[i] + 1] == ' ', last = i + 1 == read->symbols_len;
                double gap = gaps.behind[i];
                ret->text[ret->len++] = read->text[read->offsets[i]];
                double round = last ? 0 : rounding(ret->text[ret->len - 1], read->text[read->offsets[i + 1]]);
                if (!last)
                        sure = sure &&
                               (parted ? agrees_to_blank(&gaps, gap) : is_sure_without(&gaps, gap, round));
                if (!last && (parted || gap >= gaps.blank))
                        ret->text[ret->len++] = ' ';
        }
        ret->text[ret->len] = '\0';
        return sure;
}

size_t blanks_vote(const struct printed *words, size_t len, struct str letters, struct printed *ret,
                   size_t *ret_otherwise)
{
        size_t most = 0, parted = 0;
        *ret = (struct printed){.len = 0};
        for (size_t i = 0; i < len; i++) {
                struct printed squeezed;
                size_t same = 0;
                printed_squeeze(printed_str(&words[i]), &squeezed);
                if (!str_equal(printed_str(&squeezed), letters))
                        continue;
                parted++;
                for (size_t k = 0; k < len; k++)
                        same += str_equal(printed_str(&words[i]), printed_str(&words[k]));
                if (same > most) {
                        most = same;
                        *ret = words[i];
                }
        }
        *ret_otherwise = parted - most;
        return most;
}
