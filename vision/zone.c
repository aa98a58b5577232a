#include "vision/zone.h"

#include "vision/zone_grid.h"

#include <math.h>

static const char only_zone[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

/* In which way, and by whom, rows are read, one after the other until two readers agree. */
static const struct {
        size_t way;
        enum zone_reader reader;
} plan[ZONE_READINGS_MAX] = {{4, ZONE_BY_GRID},
                             {PAGE_NET_WAY, ZONE_BY_NET},
                             {4, ZONE_BY_MRZ},
                             {6, ZONE_BY_MRZ},
                             {PAGE_NET_WAY + 2, ZONE_BY_NET},
                             {6, ZONE_BY_GRID},
                             {5, ZONE_BY_MRZ},
                             {0, ZONE_BY_MRZ},
                             {7, ZONE_BY_GRID},
                             {4, ZONE_BY_ENG}};

/* A second thought of the grid below this share is none. */
static const float doubt_min = 0.06f;

/* A line joined with another piece of its row. */
static struct cv_line join(const struct cv_line *a, const struct cv_line *b)
{
        double left = fmin(line_left(a), line_left(b)), right = fmax(line_right(a), line_right(b));
        const struct cv_line *longer = a->width > b->width ? a : b;
        struct cv_line whole = *longer;
        whole.width = right - left;
        whole.x = (left + right) / 2;
        whole.y = longer->y + (whole.x - longer->x) * tan(longer->angle);
        whole.height = fmax(a->height, b->height);
        return whole;
}

/* Fillers are easily taken for ornament. Where all lines of a zone have lost them, the longest is drawn out
 * as far as it is from the left border: zones stand in the middle. */
static void draw_out(const struct page *page, struct cv_line *row)
{
        double left = line_left(row), right = page->card.width - left, before = row->x;
        if (left > 0.12 * page->card.width || line_right(row) > 0.9 * right)
                return;
        row->width = right - left;
        row->x = (left + right) / 2;
        row->y += (row->x - before) * tan(row->angle);
}

/* A row of the page, and whether anything in it is read as what only zones hold. */
struct row {
        struct cv_line place;
        bool shows_zone;
};

/* Words of the background may form rows as wide, but not as tall, and lines of fine print together ones as
 * tall. */
static bool is_likelier(const struct row *a, const struct row *b)
{
        if (a->shows_zone != b->shows_zone)
                return a->shows_zone;
        return a->place.width * a->place.height > b->place.width * b->place.height;
}

/* All lines of a zone begin and end together: what begins where the longest one begins, near it, and ends
 * before it has lost fillers to the detector. It is drawn out to the same length and slope. */
static void stretch_rows(const struct page *page, struct row *rows, size_t count)
{
        struct row *likeliest = NULL;
        for (size_t i = 0; i < count; i++) {
                if (!likeliest || is_likelier(&rows[i], likeliest))
                        likeliest = &rows[i];
        }
        struct cv_line *base = likeliest ? &likeliest->place : NULL;
        if (base && (likeliest->shows_zone || base->width > 0.5 * page->card.width))
                draw_out(page, base);
        for (size_t i = 0; base && i < count; i++) {
                struct cv_line *row = &rows[i].place;
                double tall = base->height, y = row->y + (base->x - row->x) * tan(base->angle);
                bool near = fabs(y - base->y) > 0.8 * tall && fabs(y - base->y) < 9 * tall;
                if (row == base || !near || fabs(line_left(row) - line_left(base)) > 1.5 * tall ||
                    row->width > 0.95 * base->width || row->width < 0.25 * base->width ||
                    row->height > 1.5 * tall || row->height < 0.6 * tall)
                        continue;
                row->x = base->x;
                row->y = y;
                row->width = base->width;
                row->angle = base->angle;
                row->height = fmax(row->height, tall);
        }
}

/* Where a line is at another place along it. */
static double height_at(const struct cv_line *line, double x)
{
        return line->y + (x - line->x) * tan(line->angle);
}

static bool same_row(const struct cv_line *a, const struct cv_line *b)
{
        const struct cv_line *longer = a->width > b->width ? a : b, *shorter = longer == a ? b : a;
        double low = fmin(a->height, b->height), tall = fmax(a->height, b->height);
        return fabs(height_at(longer, shorter->x) - shorter->y) < 0.45 * low && tall < 1.6 * low;
}

/* Keep a row, from top to bottom; the topmost goes where there are too many. */
static size_t keep_row(struct cv_line *rows, size_t count, const struct cv_line *row)
{
        size_t at = count;
        while (at > 0 && height_at(&rows[at - 1], row->x) > row->y)
                at--;
        if (count == ZONE_ROWS_MAX && at == 0)
                return count;
        if (count == ZONE_ROWS_MAX) {
                memmove(rows, rows + 1, --at * sizeof(*rows));
                count--;
        } else {
                memmove(rows + at + 1, rows + at, (count - at) * sizeof(*rows));
        }
        rows[at] = *row;
        return count + 1;
}

/* Small print between them is none. */
size_t zone_rows(const struct page *page, struct cv_line ret[ZONE_ROWS_MAX])
{
        struct row rows[TEXT_LINES_MAX];
        size_t count = 0, kept = 0;
        double least = 0.55 * page->card.width, tallest = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *line = &page->lines[i].place;
                size_t k = 0;
                if (line->y < 0.4 * page->card.height)
                        continue;
                while (k < count && !same_row(&rows[k].place, line))
                        k++;
                bool shows_zone = page_has_fillers(&page->lines[i]);
                rows[k] = k < count
                              ? (struct row){join(&rows[k].place, line), rows[k].shows_zone || shows_zone}
                              : (struct row){*line, shows_zone};
                count += k == count;
        }
        stretch_rows(page, rows, count);
        for (size_t i = 0; i < count; i++)
                tallest = rows[i].place.width < least ? tallest : fmax(tallest, rows[i].place.height);
        for (size_t i = 0; i < count; i++) {
                if (rows[i].place.width >= least && rows[i].place.height > 0.5 * tallest)
                        kept = keep_row(ret, kept, &rows[i].place);
        }
        return kept;
}

static void squeeze_zone(const struct ocr_line *read, char ret[ZONE_TEXT_MAX])
{
        size_t len = 0;
        for (const char *c = read->text; *c && len + 1 < ZONE_TEXT_MAX; c++) {
                if (strchr(only_zone, *c))
                        ret[len++] = *c;
        }
        ret[len] = '\0';
}

static bool read_by_grid(struct page *page, const struct cv_line *place, size_t way, struct zone_reading *ret)
{
        struct image cut;
        struct grid_line line;
        if (!text_cut(&page->shades, place, &page_ways[way], &cut))
                return false;
        bool read = grid_read(&cut, page_ways[way].height, TEXT_MARGIN, &line);
        image_release(&cut);
        if (read)
                grid_text(&line, doubt_min, ret->text, ret->doubt);
        return read;
}

static const enum ocr_model models[ZONE_READERS] = {
    [ZONE_BY_MRZ] = OCR_MRZ, [ZONE_BY_NET] = OCR_NET, [ZONE_BY_ENG] = OCR_ENG};

static void read_row(struct page *page, const struct cv_line *place, size_t round, struct zone_row *row)
{
        struct zone_reading *ret = &row->readings[row->len];
        struct ocr_line read;
        size_t way = plan[round].way;
        *ret = (struct zone_reading){.reader = plan[round].reader};
        if (ret->reader == ZONE_BY_MRZ && !ocr_has(page->ocr, OCR_MRZ))
                ret->reader = ZONE_BY_ENG;
        if (ret->reader == ZONE_BY_GRID)
                read_by_grid(page, place, way, ret);
        else if (page_read(page, place, way, models[ret->reader],
                           ret->reader == ZONE_BY_MRZ ? NULL : only_zone, &read))
                squeeze_zone(&read, ret->text);
        row->len += strlen(ret->text) >= 20;
}

/* Two readers that have nothing in common say the same of every line. */
static bool is_settled(const struct zone_choice *choice)
{
        bool settled = mrz_ok(&choice->mrz) && choice->mended == 0;
        for (size_t i = 0; i < choice->mrz.lines_len; i++)
                settled = settled && choice->readers[i] >= 2;
        return settled;
}

/* Rows in which nothing like a zone's line was read are none. */
static size_t drop_empty(struct zone_row *rows, struct cv_line *places, size_t count)
{
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
                if (rows[i].len == 0)
                        continue;
                rows[kept] = rows[i];
                places[kept++] = places[i];
        }
        return kept;
}

bool zone_read(struct page *page, struct zone *ret)
{
        struct zone_row rows[ZONE_ROWS_MAX] = {0};
        struct cv_line places[ZONE_ROWS_MAX];
        size_t count = zone_rows(page, places);
        bool found = false;
        for (size_t round = 0; round < LEN(plan) && !(found && is_settled(&ret->choice)); round++) {
                for (size_t i = 0; i < count; i++)
                        read_row(page, &places[i], round, &rows[i]);
                if (round == 0)
                        continue;
                count = drop_empty(rows, places, count);
                found = zone_choose(rows, count, page->today, &ret->choice);
        }
        for (size_t i = 0; found && i < ret->choice.mrz.lines_len; i++)
                ret->places[i] = places[ret->choice.first_row + i];
        return found;
}

bool zone_holds(const struct page *page, const struct zone *zone, const struct page_line *line)
{
        return line->place.y > zone->places[0].y - 0.7 * zone->places[0].height || page_is_zone(page, line);
}
