#include "vision/obstacle.h"

#include "vision/print.h"

#include <math.h>
#include <stdlib.h>

enum {
        BURNT_LEAST = 244, /* of the darkest pixel of a patch of light */
        BURNT_ABOVE = 14,  /* the card's paper */
        BURNT_SURE = 252,
        BRIGHTER = 8,  /* than the paper: light on paper of a colour */
        WHITE = 247,   /* on paper that is no darker light cannot be told */
        FLAT_MOST = 7, /* mean step from pixel to pixel, where there is no print */
        PATCH = 1      /* cells to each side: three by three hide a letter */
};
static const double other_colour = 0.2; /* in logarithms of red and blue to green */
static const double far_darker = 0.4;

struct cell {
        int darkest;
        double grey, red, blue; /* means; colours as logarithms to green */
        double step;
};

static struct cell measure(const struct image *card, int cell_x, int cell_y)
{
        struct cell cell = {.darkest = 255};
        double sum[3] = {0};
        for (int y = cell_y * OBSTACLE_CELL; y < (cell_y + 1) * OBSTACLE_CELL; y++) {
                const uint8_t *row =
                    card->pixels + (size_t)y * card->stride + (size_t)(3 * cell_x * OBSTACLE_CELL);
                for (int x = 0; x < OBSTACLE_CELL; x++, row += 3) {
                        cell.darkest = MIN(cell.darkest, MIN(row[0], MIN(row[1], row[2])));
                        for (int c = 0; c < 3; c++)
                                sum[c] += row[c];
                        cell.step += x ? abs(row[1] - row[-2]) : 0;
                }
        }
        double count = OBSTACLE_CELL * OBSTACLE_CELL;
        cell.step /= count;
        cell.grey = (sum[0] + sum[1] + sum[2]) / 3 / count;
        cell.red = log((sum[2] + count) / (sum[1] + count));
        cell.blue = log((sum[0] + count) / (sum[1] + count));
        return cell;
}

/* The middle one of a measure of all cells. */
static double middle(const struct cell *cells, size_t len, size_t offset, double *values)
{
        for (size_t i = 0; i < len; i++)
                memcpy(&values[i], (const char *)&cells[i] + offset, sizeof(*values));
        return print_median(values, len);
}

static struct cell middle_cell(const struct cell *cells, size_t len, double *values)
{
        if (len == 0)
                return (struct cell){0};
        return (struct cell){.grey = middle(cells, len, offsetof(struct cell, grey), values),
                             .red = middle(cells, len, offsetof(struct cell, red), values),
                             .blue = middle(cells, len, offsetof(struct cell, blue), values)};
}

static double apart(const struct cell *a, const struct cell *b)
{
        return fabs(a->red - b->red) + fabs(a->blue - b->blue);
}

static int burnt_of(const struct cell *paper)
{
        int burnt = MAX(BURNT_LEAST, MIN(BURNT_SURE, (int)paper->grey + BURNT_ABOVE));
        return paper->grey < WHITE ? burnt : UINT8_MAX + 1;
}

/* `row`: the colour of most of what lies beside it, which a coloured band is. */
static enum rc code_of(const struct cell *cell, const struct cell *paper, const struct cell *row)
{
        if (cell->darkest >= burnt_of(paper))
                return RC_GLARE;
        bool coloured = MIN(apart(cell, paper), apart(cell, row)) > other_colour;
        bool dark = cell->grey < far_darker * paper->grey;
        if (cell->step >= FLAT_MOST || !(coloured || dark))
                return RC_OK;
        /* Light takes the colour of the paper away before it is white. */
        return cell->grey > paper->grey + BRIGHTER ? RC_GLARE : RC_COVERED;
}

void obstacle_map_init(struct obstacle_map *map, const struct image *card)
{
        map->wide = MIN(OBSTACLE_WIDE, card->width / OBSTACLE_CELL);
        map->high = MIN(OBSTACLE_HIGH_MAX, card->height / OBSTACLE_CELL);
        size_t len = (size_t)map->wide * (size_t)map->high;
        struct cell *cells = x_new(len + 1, sizeof(*cells)), paper;
        double *values = x_new(len + 1, sizeof(*values));
        for (size_t i = 0; i < len; i++)
                cells[i] = measure(card, (int)i % map->wide, (int)i / map->wide);
        paper = middle_cell(cells, len, values);
        map->burnt = burnt_of(&paper);
        for (int y = 0; y < map->high; y++) {
                const struct cell *row = &cells[(size_t)y * (size_t)map->wide];
                const struct cell usual = middle_cell(row, (size_t)map->wide, values);
                for (int x = 0; x < map->wide; x++)
                        map->codes[y][x] = (uint8_t)code_of(&row[x], &paper, &usual);
        }
        x_free(values);
        x_free(cells);
}

/* Whether all cells around are like this one. */
static bool is_patch(const struct obstacle_map *map, int x, int y)
{
        if (map->codes[y][x] == RC_OK || x < PATCH || y < PATCH || x + PATCH >= map->wide ||
            y + PATCH >= map->high)
                return false;
        for (int dy = -PATCH; dy <= PATCH; dy++) {
                for (int dx = -PATCH; dx <= PATCH; dx++) {
                        if (map->codes[y + dy][x + dx] != map->codes[y][x])
                                return false;
                }
        }
        return true;
}

enum rc obstacle_over(const struct obstacle_map *map, struct box box)
{
        int left = MAX(0, box.x / OBSTACLE_CELL), top = MAX(0, box.y / OBSTACLE_CELL);
        int right = MIN(map->wide - 1, (box.x + box.width) / OBSTACLE_CELL);
        int bottom = MIN(map->high - 1, (box.y + box.height) / OBSTACLE_CELL);
        size_t light = 0, cover = 0;
        for (int y = top; y <= bottom; y++) {
                for (int x = left; x <= right; x++) {
                        bool patch = is_patch(map, x, y);
                        light += patch && map->codes[y][x] == RC_GLARE;
                        cover += patch && map->codes[y][x] == RC_COVERED;
                }
        }
        if (light + cover == 0)
                return RC_OK;
        return light >= cover ? RC_GLARE : RC_COVERED;
}
