#include "vision/rows.h"

#include <math.h>
#include <stdlib.h>

static const double taller = 1.6, /* than the middle one */
    inner = 0.25,                 /* shares of the height between which it is parted */
    step = 0.5;                   /* pixels */

static int by_size(const void *a, const void *b)
{
        double x = *(const double *)a, y = *(const double *)b;
        return (x > y) - (x < y);
}

bool rows_are_two(const struct cv_line *line, const double *heights, size_t count)
{
        enum { FEWEST = 4 };
        double sorted[TEXT_LINES_MAX];
        if (count < FEWEST || count > TEXT_LINES_MAX)
                return false;
        memcpy(sorted, heights, count * sizeof(*sorted));
        qsort(sorted, count, sizeof(*sorted), by_size);
        return line->height > taller * sorted[count / 2];
}

/* The mean darkness, 0 to 255, along the line at `across` pixels beneath its middle. */
static double ink_at(const struct image *flat, const struct cv_line *line, double across)
{
        double c = cos(line->angle), s = sin(line->angle), sum = 0;
        int count = 0, width = (int)line->width;
        for (int i = 0; i < width; i++) {
                double along = i - line->width / 2;
                int x = (int)lround(line->x + along * c - across * s),
                    y = (int)lround(line->y + along * s + across * c);
                if (x < 0 || y < 0 || x >= flat->width || y >= flat->height)
                        continue;
                sum += 255 - flat->pixels[(size_t)y * flat->stride + (size_t)x];
                count++;
        }
        return count > 0 ? sum / count : 0;
}

static struct cv_line between(const struct cv_line *line, double top, double bottom)
{
        struct cv_line part = *line;
        double middle = (top + bottom) / 2;
        part.x -= middle * sin(line->angle);
        part.y += middle * cos(line->angle);
        part.height = bottom - top;
        return part;
}

void rows_part(const struct image *flat, const struct cv_line *line, struct cv_line ret[2])
{
        double half = line->height / 2, reach = (0.5 - inner) * line->height, best = 0, least = 256;
        int steps = (int)(2 * reach / step);
        for (int i = 0; i <= steps; i++) {
                double across = i * step - reach;
                double ink = ink_at(flat, line, across);
                if (ink < least) {
                        least = ink;
                        best = across;
                }
        }
        ret[0] = between(line, -half, best);
        ret[1] = between(line, best, half);
}
