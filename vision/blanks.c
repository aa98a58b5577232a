#include "vision/blanks.h"

#include "vision/text.h"

#include <limits.h>
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

static int compare_ints(const void *a, const void *b)
{
        return *(const int *)a - *(const int *)b;
}

/* The gap behind each letter of a reading; the widest that the reader saw within a word; how wide one must be
 * that parts words, by what stands between the letters, and how wide one that the reader has passed over:
 * hardly less than what it took for a blank. */
struct gaps {
        int behind[OCR_SYMBOLS_MAX], widest, apart, blank;
};

static void measure_gaps(const struct image *cut, const struct ocr_line *read, struct gaps *ret)
{
        int sorted[OCR_SYMBOLS_MAX], threshold = text_threshold(cut), least_blank = INT_MAX;
        size_t count = read->symbols_len - 1;
        for (size_t i = 0; i < count; i++) {
                ret->behind[i] = widest_gap(cut, threshold, (read->left[i] + read->right[i]) / 2,
                                            (read->left[i + 1] + read->right[i + 1]) / 2);
                sorted[i] = ret->behind[i];
                if (read->text[read->offsets[i] + 1] == ' ')
                        least_blank = MIN(least_blank, ret->behind[i]);
                else
                        ret->widest = MAX(ret->widest, ret->behind[i]);
        }
        qsort(sorted, count, sizeof(sorted[0]), compare_ints);
        ret->apart = sorted[count / 3] + (cut->height - 2 * TEXT_MARGIN) / 6 + 1;
        ret->blank = least_blank < INT_MAX ? MAX(ret->apart, least_blank * 3 / 4) : ret->apart;
}

/* A blank that the reader saw is none where it is as narrow as what stands between letters, and hardly wider
 * than the widest of that: between slanted letters a true one is narrow, too. */
static bool is_blank(const struct gaps *gaps, int gap)
{
        return gap >= gaps->apart || 4 * gap > 5 * gaps->widest;
}

bool blanks_part(const struct image *cut, const struct ocr_line *read, struct printed *ret)
{
        struct gaps gaps = {.apart = 0};
        bool agreed = true;
        *ret = (struct printed){.len = 0};
        if (read->symbols_len > 1)
                measure_gaps(cut, read, &gaps);
        for (size_t i = 0; i < read->symbols_len && ret->len + 2 < PRINTED_MAX; i++) {
                bool parted = read->text[read->offsets[i] + 1] == ' ', last = i + 1 == read->symbols_len;
                ret->text[ret->len++] = read->text[read->offsets[i]];
                agreed = agreed && (last || !parted || is_blank(&gaps, gaps.behind[i]));
                if (parted || (!last && gaps.behind[i] >= gaps.blank))
                        ret->text[ret->len++] = ' ';
        }
        ret->text[ret->len] = '\0';
        return agreed;
}
