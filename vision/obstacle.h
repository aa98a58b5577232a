/*
 * What stands between the reader and a field: light or a finger over it, or a picture that is dark, blurred
 * or taken from too far away.
 */
#pragma once

#include "vision/page.h"

/* Makes a name that stands where none does doubtful, and what may have a hidden letter, and fills
 * ret->obstacles, for every field of ret->kind: over ret->places where it was read, else over where such
 * documents have it. ret->quality and ret->portrait must be there; `picture` is what the card lies in. */
void obstacles_find(const struct page *page, const struct image *picture, struct document_reading *ret);

/* What is wrong with all of the picture, of which some part is so sharp; RC_OK: nothing. Of the reading the
 * corners and the quality must be there. */
enum rc picture_obstacle(const struct page *page, const struct image *picture, double sharpness,
                         const struct document_reading *reading);

/* Where the card shows neither paper nor print. */
enum { OBSTACLE_CELL = 16, OBSTACLE_WIDE = 1600 / OBSTACLE_CELL, OBSTACLE_HIGH_MAX = 2 * OBSTACLE_WIDE };

struct obstacle_map {
        int wide, high;
        int burnt; /* of the darkest channel in light, at least; above 255 on paper as white as light */
        /* RC_GLARE: burnt out; RC_COVERED: flat, and of another colour than the paper, or far darker */
        uint8_t codes[OBSTACLE_HIGH_MAX][OBSTACLE_WIDE];
};

void obstacle_map_init(struct obstacle_map *map, const struct image *card);
/* What lies over the box, in patches that would hide a letter: RC_OK where nothing does. */
enum rc obstacle_over(const struct obstacle_map *map, struct box box);
