#include "vision/zone_find.h"

#include "vision/zone_grid.h"

#include <math.h>
#include <stdlib.h>

enum {
        GRID_WAY = 4,
        TRIED_MAX = 32, /* pairs of rows; a printed page has many */
        DIRECTIONS_MAX = 3,
        CELLS_FEWEST = 26 /* of a line of a zone */
};

static const double slenderest = 14, known_min = 0.75, known_well = 0.95, margin = 0.06,
                    around_most = 0.1 /* radians that a piece of a row may seem to lie off its direction */,
                    apart = 0.03 /* where other lines have other directions */,
                    long_least = 8 /* of its height: such a line shows its direction well */;

/* Lines as seen along one direction. */
struct frame {
        double cos, sin;
        struct cv_line rows[TEXT_LINES_MAX]; /* x along, y across; angle 0 */
        size_t len;
};

static void join_row(struct frame *frame, const struct cv_line *line)
{
        struct cv_line *row = NULL;
        for (size_t i = 0; i < frame->len && !row; i++) {
                struct cv_line *other = &frame->rows[i];
                double low = fmin(line->height, other->height);
                double gap =
                    fmax(line_left(line), line_left(other)) - fmin(line_right(line), line_right(other));
                if (fabs(line->y - other->y) < 0.5 * low && gap < 4 * low &&
                    fmax(line->height, other->height) < 1.7 * low)
                        row = other;
        }
        if (!row && frame->len < TEXT_LINES_MAX) {
                frame->rows[frame->len++] = *line;
        } else if (row) {
                double left = fmin(line_left(line), line_left(row)),
                       right = fmax(line_right(line), line_right(row));
                row->y = line->width > row->width ? line->y : row->y;
                row->height = fmax(line->height, row->height);
                row->width = right - left;
                row->x = (left + right) / 2;
        }
}

static bool is_along(const struct cv_line *line, double angle, double most)
{
        return fabs(line->angle - angle) <= most;
}

/* The longest line that runs along none of these directions: a sheet beneath a document has one of its own,
 * and longer lines. NULL: none, or no second one beside it, as a zone has. */
static const struct cv_line *longest_other(const struct page *page, const double *angles, size_t angles_len)
{
        const struct cv_line *longest = NULL;
        size_t count = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *line = &page->lines[i].place;
                bool other = angles_len == 0 || line->width > long_least * line->height;
                for (size_t k = 0; k < angles_len && other; k++)
                        other = !is_along(line, angles[k], apart);
                count += other;
                if (other && (!longest || line->width > longest->width))
                        longest = line;
        }
        return angles_len == 0 || count >= 2 ? longest : NULL;
}

/* The rows, joined from their pieces, which seem to lie off the direction by so much at most. */
static void find_rows(const struct page *page, double angle, double off_most, struct frame *ret)
{
        *ret = (struct frame){.cos = cos(angle), .sin = sin(angle)};
        for (size_t i = 0; i < page->lines_len; i++) {
                struct cv_line line = page->lines[i].place;
                if (line.width < 2 * line.height || !is_along(&line, angle, off_most))
                        continue;
                double x = line.x, y = line.y;
                line.x = x * ret->cos + y * ret->sin;
                line.y = y * ret->cos - x * ret->sin;
                line.angle = 0;
                join_row(ret, &line);
        }
}

/* The cells of a row, and how well they are known as OCR-B: the mean share of the likeliest character. */
struct cells {
        size_t len;
        double known;
};

static struct cells cells_of(const struct page *page, const struct frame *frame, const struct cv_line *row,
                             bool turned)
{
        struct cv_line place = *row;
        struct image cut;
        struct grid_line line;
        place.x = row->x * frame->cos - row->y * frame->sin;
        place.y = row->x * frame->sin + row->y * frame->cos;
        place.angle = atan2(frame->sin, frame->cos) + (turned ? M_PI : 0);
        if (!text_cut(&page->shades, &place, &page_ways[GRID_WAY], &cut))
                return (struct cells){0};
        bool read = grid_read(&cut, page_ways[GRID_WAY].height, TEXT_MARGIN, &line);
        image_release(&cut);
        return read ? (struct cells){line.len, grid_sureness(&line)} : (struct cells){0};
}

/* One under the other, and of one length, or one that lost its end to the finder of lines. */
static bool beneath(const struct cv_line *upper, const struct cv_line *lower)
{
        double tall = fmin(upper->height, lower->height), step = lower->y - upper->y, slack = 2.5 * tall;
        const struct cv_line *wide = upper->width > lower->width ? upper : lower;
        const struct cv_line *part = wide == upper ? lower : upper;
        bool together = fabs(line_left(part) - line_left(wide)) < slack ||
                        fabs(line_right(part) - line_right(wide)) < slack;
        return step > tall && step < 4.5 * tall && part->width > 0.35 * wide->width && together &&
               line_left(part) > line_left(wide) - slack && line_right(part) < line_right(wide) + slack;
}

/* Rows that lie as those of a zone do, and are known best. */
struct found {
        struct cv_line top, bottom;
        size_t rows;
        bool turned;
        struct cells cells; /* of the top one */
};

/* The document around the rows: a zone leaves a margin at its sides and foot. */
static void around(const struct page *page, const struct frame *frame, const struct found *found,
                   double ret[4][2])
{
        double left = line_left(&found->top), right = line_right(&found->top), side = margin * (right - left);
        double wide = right - left + 2 * side, tall = wide / (found->rows == MRZ_LINES_MAX ? 1.586 : 1.42);
        double foot = found->turned ? found->top.y - margin * wide : found->bottom.y + margin * wide;
        double head = found->turned ? foot + tall : foot - tall;
        double sides[2] = {left - side, right + side};
        bool turned = found->turned;
        const double box[4][2] = {
            {sides[turned], head}, {sides[!turned], head}, {sides[!turned], foot}, {sides[turned], foot}};
        for (int i = 0; i < 4; i++)
                page_to_picture(page, box[i][0] * frame->cos - box[i][1] * frame->sin,
                                box[i][0] * frame->sin + box[i][1] * frame->cos, ret[i]);
}

/* Words of the background may form rows as wide, but not as tall. */
static int larger_first(const void *a, const void *b)
{
        const struct cv_line *row_a = a, *row_b = b;
        double area_a = row_a->width * row_a->height, area_b = row_b->width * row_b->height;
        return (area_a < area_b) - (area_a > area_b);
}

/* The nearest row beneath; NULL: none. */
static const struct cv_line *row_beneath(const struct frame *frame, const struct cv_line *upper)
{
        const struct cv_line *nearest = NULL;
        for (size_t i = 0; i < frame->len; i++) {
                const struct cv_line *row = &frame->rows[i];
                if (beneath(upper, row) && (!nearest || row->y < nearest->y))
                        nearest = row;
        }
        return nearest;
}

static void set_ends(struct cv_line *row, double left, double right)
{
        row->x = (left + right) / 2;
        row->width = right - left;
}

/* The rows under one, as far as those of a zone go. They begin and end together: one that is shorter has
 * lost fillers to the finder of lines. */
static struct found rows_from(const struct frame *frame, const struct cv_line *top)
{
        struct found found = {.top = *top, .bottom = *top, .rows = 1};
        double left = line_left(top), right = line_right(top);
        const struct cv_line *next;
        while (found.rows < MRZ_LINES_MAX && (next = row_beneath(frame, &found.bottom)) != NULL) {
                found.bottom = *next;
                left = fmin(left, line_left(next));
                right = fmax(right, line_right(next));
                found.rows++;
        }
        set_ends(&found.top, left, right);
        set_ends(&found.bottom, left, right);
        return found;
}

/* Whether what a row has more than its part is known as well: not the bare paper behind a zone. */
static bool more_is_known(const struct cells *whole, const struct cells *part)
{
        double more = (double)whole->len * whole->known - (double)part->len * part->known;
        return whole->len > part->len && more > known_min * (double)(whole->len - part->len);
}

/* Both rows may have lost their fillers to the finder of lines, where fine print runs through them. All
 * characters are equally wide: what was found tells how long the whole is. False where there is no more of
 * them. */
static bool reach_length(const struct page *page, const struct frame *frame, size_t length,
                         struct found *found)
{
        const struct cells part = found->cells;
        double left = line_left(&found->top), right = line_right(&found->top);
        double wide = (right - left) / (double)part.len * (double)length;
        left = found->turned ? right - wide : left;
        set_ends(&found->top, left, left + wide);
        set_ends(&found->bottom, left, left + wide);
        found->cells = cells_of(page, frame, &found->top, found->turned);
        return more_is_known(&found->cells, &part);
}

/* As long as the lines of a TD3 or an MRV-A (ICAO 9303-4, -7), else of a TD2 or an MRV-B (-6, -7). False
 * where they are so long already, or are not known as a part of such. */
static bool make_whole(const struct page *page, const struct frame *frame, struct found *found)
{
        static const size_t lengths[] = {44, 36};
        if (found->rows != 2 || found->cells.known < known_min)
                return false;
        for (size_t i = 0; i < LEN(lengths) && found->cells.len + 1 < lengths[i]; i++) {
                struct found whole = *found;
                if (reach_length(page, frame, lengths[i], &whole)) {
                        *found = whole;
                        return true;
                }
        }
        return false;
}

/* How well the rows are known as those of a zone: 0 where they do not form one, or the first of them is not
 * known better than `best`. */
static double known_as(const struct page *page, const struct frame *frame, const struct found *found,
                       double best)
{
        if (found->cells.len < CELLS_FEWEST || found->cells.known <= best)
                return 0;
        struct cells bottom = cells_of(page, frame, &found->bottom, found->turned);
        return bottom.len < CELLS_FEWEST ? 0 : fmin(found->cells.known, bottom.known);
}

/* The best of the rows of a frame, where they are known better than `best`. */
static double find_along(const struct page *page, struct frame *frame, double best, struct found *ret)
{
        size_t tried = 0;
        qsort(frame->rows, frame->len, sizeof(frame->rows[0]), larger_first);
        for (size_t i = 0; i < frame->len && tried < TRIED_MAX && best < known_well; i++) {
                struct found part = rows_from(frame, &frame->rows[i]);
                if (part.rows < 2 || part.top.width < slenderest * fmax(part.top.height, part.bottom.height))
                        continue;
                tried++;
                for (int turned = 0; turned < (best < known_well ? 2 : 1); turned++) {
                        part.turned = turned;
                        part.cells = cells_of(page, frame, &part.top, turned);
                        struct found rows = part;
                        double known =
                            make_whole(page, frame, &rows) ? known_as(page, frame, &rows, best) : 0;
                        if (known <= best) {
                                rows = part;
                                known = known_as(page, frame, &rows, best);
                        }
                        if (known <= best)
                                continue;
                        best = known;
                        *ret = rows;
                }
        }
        return best;
}

/* Along the direction of the longest line first: few pictures show another. There pieces of the sheet, which
 * end beside the zone, must not be joined to its rows. */
static bool find_zone(const struct page *page, struct frame *frame, struct found *ret)
{
        double angles[DIRECTIONS_MAX];
        const struct cv_line *longest;
        *ret = (struct found){0};
        for (size_t i = 0; i < DIRECTIONS_MAX && (longest = longest_other(page, angles, i)) != NULL; i++) {
                angles[i] = longest->angle;
                find_rows(page, longest->angle, i == 0 ? around_most : apart, frame);
                if (find_along(page, frame, known_min, ret) > known_min)
                        return true;
        }
        return false;
}

bool zone_find(const struct page *page, double ret[4][2])
{
        struct frame frame;
        struct found found;
        if (!find_zone(page, &frame, &found))
                return false;
        around(page, &frame, &found, ret);
        return true;
}

enum zone_sight zone_on(const struct page *page)
{
        struct frame frame;
        struct found found;
        if (!find_zone(page, &frame, &found))
                return ZONE_UNSEEN;
        return found.turned ? ZONE_ON_ITS_HEAD : ZONE_UPRIGHT;
}
