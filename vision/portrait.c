#include "vision/portrait.h"

#include "vision/paper.h"

#include <math.h>

enum {
        CELL = 20,
        BUSY_RANGE = 50,
        CELLS_WIDE = 1600 / CELL,
        CELLS_HIGH_MAX = 120,
        STACK_MAX = CELLS_WIDE * CELLS_HIGH_MAX,
        CELLS_LEAST = 40,
        LINES_MOST = 2 /* of print that lie over a portrait */
};

struct grid {
        int wide, high;
        uint8_t full[CELLS_HIGH_MAX][CELLS_WIDE]; /* 1: neither paper nor text */
};

static bool is_picture(const struct image *card, int cell_x, int cell_y, const struct paper *paper)
{
        int off = 0, count = 0;
        for (int y = cell_y * CELL; y < (cell_y + 1) * CELL; y += 4) {
                const uint8_t *row = card->pixels + (size_t)y * card->stride;
                for (int x = cell_x * CELL; x < (cell_x + 1) * CELL; x += 4, count++)
                        off += !paper_is(paper, row + 3 * (size_t)x);
        }
        return off * 2 > count;
}

static void erase_text(const struct page *page, struct grid *grid)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *line = &page->lines[i].place;
                if (line->width < 3 * line->height)
                        continue;
                int left = (int)(line_left(line) / CELL), right = (int)(line_right(line) / CELL);
                int top = (int)((line->y - line->height / 2) / CELL),
                    bottom = (int)((line->y + line->height / 2) / CELL);
                for (int y = MAX(0, top); y <= MIN(grid->high - 1, bottom); y++) {
                        for (int x = MAX(0, left); x <= MIN(grid->wide - 1, right); x++)
                                grid->full[y][x] = 0;
                }
        }
}

/* Take the connected cells off the grid; their number and bounds. */
static int take_area(struct grid *grid, int x, int y, int bounds[4])
{
        static const int steps[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
        int stack[STACK_MAX][2], depth = 0, count = 0;
        stack[depth][0] = x;
        stack[depth++][1] = y;
        grid->full[y][x] = 0;
        bounds[0] = bounds[2] = x;
        bounds[1] = bounds[3] = y;
        while (depth > 0) {
                x = stack[--depth][0];
                y = stack[depth][1];
                count++;
                bounds[0] = MIN(bounds[0], x);
                bounds[1] = MIN(bounds[1], y);
                bounds[2] = MAX(bounds[2], x);
                bounds[3] = MAX(bounds[3], y);
                for (int i = 0; i < 4; i++) {
                        int to_x = x + steps[i][0], to_y = y + steps[i][1];
                        if (to_x < 0 || to_y < 0 || to_x >= grid->wide || to_y >= grid->high ||
                            !grid->full[to_y][to_x])
                                continue;
                        grid->full[to_y][to_x] = 0;
                        stack[depth][0] = to_x;
                        stack[depth++][1] = to_y;
                }
        }
        return count;
}

bool portrait_is_beside_number(const struct document_reading *reading, struct box portrait)
{
        /* Not what was painted: of a period that is hidden too nobody knows where it stands. */
        struct box number = reading->places[DOC_ID_NUMBER];
        double reach = 0.35 * portrait.height, y = number.y + number.height / 2.0;
        return doc_kind_has_zone(reading->kind) || number.width == 0 ||
               (y >= portrait.y - reach && y <= portrait.y + portrait.height + reach);
}

/* Lines of print within it, but for one or two that lie over the picture. */
static bool holds_text(const struct page *page, struct box box)
{
        int count = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *line = &page->lines[i].place;
                count += line_left(line) > box.x && line_right(line) < box.x + box.width && line->y > box.y &&
                         line->y < box.y + box.height && line->width >= 3 * line->height;
        }
        return count > LINES_MOST;
}

/* Its cells: light backgrounds look like paper, so with a margin, more above the hair. */
static struct box with_margin(const struct image *card, const int bounds[4])
{
        int pad = CELL * (bounds[2] - bounds[0] + 1) / 6;
        int left = MAX(0, bounds[0] * CELL - pad), top = MAX(0, bounds[1] * CELL - pad * 3 / 2);
        return (struct box){left, top, MIN(card->width, (bounds[2] + 1) * CELL + pad) - left,
                            MIN(card->height, (bounds[3] + 1) * CELL + pad / 2) - top};
}

/* The largest area that is neither that paper nor text. */
static struct box find_on(const struct page *page, const struct paper *paper)
{
        struct grid grid = {.wide = MIN(CELLS_WIDE, page->card.width / CELL),
                            .high = MIN(CELLS_HIGH_MAX, page->card.height / CELL)};
        struct box box = {0};
        int best = CELLS_LEAST - 1;
        /* The rim of the card may be table. */
        for (int y = 1; y + 1 < grid.high; y++) {
                for (int x = 1; x + 1 < grid.wide; x++)
                        grid.full[y][x] = is_picture(&page->card, x, y, paper);
        }
        erase_text(page, &grid);
        for (int i = 0; i < grid.wide * grid.high; i++) {
                int bounds[4];
                if (!grid.full[i / grid.wide][i % grid.wide])
                        continue;
                int count = take_area(&grid, i % grid.wide, i / grid.wide, bounds);
                int wide = bounds[2] - bounds[0] + 1, high = bounds[3] - bounds[1] + 1;
                bool fits =
                    high >= 5 && wide >= 4 && wide < grid.wide / 2 && wide < 2 * high && high < 4 * wide;
                if (!fits || count <= best)
                        continue;
                best = count;
                box = with_margin(&page->card, bounds);
        }
        return box;
}

/* The part of the card in the light, or the part in a shadow: it has print, or goes from edge to edge. */
static bool is_part(const struct page *page, struct box box)
{
        return holds_text(page, box) || box.height == page->card.height;
}

void portrait_find(const struct page *page, struct box *ret)
{
        struct paper paper = paper_of_card(&page->card);
        *ret = find_on(page, &paper);
        if ((ret->width == 0 || is_part(page, *ret)) && paper_find_shadow(&page->card, &paper))
                *ret = find_on(page, &paper);
}

/* Whether the shades of a cell are far apart. */
static bool is_busy(const struct image *card, int left, int top)
{
        int low = 255, high = 0;
        for (int y = top; y < top + CELL; y += 2) {
                const uint8_t *row = card->pixels + (size_t)y * card->stride;
                for (int x = left; x < left + CELL; x += 2) {
                        low = MIN(low, row[3 * x + 1]);
                        high = MAX(high, row[3 * x + 1]);
                }
        }
        return high - low > BUSY_RANGE;
}

double portrait_busy_share(const struct image *card)
{
        double most = 0;
        for (int side = 0; side < 2; side++) {
                int busy = 0, count = 0, from = (int)(card->width * (side ? 0.7 : 0.06));
                for (int y = card->height / 4; y + CELL < card->height * 3 / 5; y += CELL) {
                        for (int x = from; x < from + card->width / 4; x += CELL, count++)
                                busy += x + CELL < card->width && is_busy(card, x, y);
                }
                most = count ? fmax(most, (double)busy / count) : most;
        }
        return most;
}
