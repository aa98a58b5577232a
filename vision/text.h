/*
 * Text lines of a straightened card: where they lie, and pictures of them as the readers like them.
 */
#pragma once

#include "vision/cv_page.h"
#include "vision/cv_shim.h"
#include "vision/net.h"
#include "vision/seal.h"

enum {
        TEXT_LINES_MAX = 64,
        TEXT_TURNED_MAX = 12, /* lines that do not lie level; documents have hardly any */
        TEXT_WIDTH_MAX = 2400,
        TEXT_MARGIN = 12 /* of paper around a cut line */
};

/* The card in the shades that lines are cut from. */
struct text_shades {
        struct image grey; /* as it is */
        struct image red;  /* red channel: red seals fade, blue and black print stays */
        struct image flat; /* grey with the paper brought to white */
        struct image flat_red;
        /* Without the ink of seals where it was taken off, and how much of each pixel it covers there; empty
         * where that was nowhere. */
        struct image lifted[SEAL_SHADES], seals;
};

void text_shades_init(struct text_shades *shades, const struct image *card);
void text_shades_release(struct text_shades *shades);

/* How a line is prepared. */
struct text_way {
        int height;  /* of its ink, in pixels */
        bool red;    /* from the red channel */
        bool lifted; /* from where seals were taken off, in the shade: */
        enum seal_shade shade;
        bool binary;    /* black and white */
        double sharpen; /* amount; 0: not; below 0: soften */
        /* Letter-spaced text confuses the readers: draw it together. TRACKING takes away what all gaps have
         * in common and leaves words apart; ALL leaves no gap wider than inside a word. They
         * all clean the paper between letters; AS_IT_IS leaves it. */
        enum { SPACES_KEEP, SPACES_TRACKING, SPACES_ALL, SPACES_AS_IT_IS } spaces;
};

/* The lines of a card, from top to bottom and left to right; and those that run up, down or across it. */
struct text_lines {
        struct cv_line level[TEXT_LINES_MAX], turned[TEXT_TURNED_MAX];
        size_t level_len, turned_len;
};
/* `detector` may be NULL: morphology finds them then, less reliably, and none that are turned. */
void text_find(struct net *detector, const struct image *card, const struct text_shades *shades,
               struct text_lines *ret);
/* A picture of one line. False where there is no ink. Release it. */
bool text_cut(const struct text_shades *shades, const struct cv_line *line, const struct text_way *way,
              struct image *ret);
/* The grey that parts ink from paper best, by Otsu. */
int text_threshold(const struct image *image);
/* Borders of a line that lies level. */
static inline double line_left(const struct cv_line *line)
{
        return line->x - line->width / 2;
}
static inline double line_right(const struct cv_line *line)
{
        return line->x + line->width / 2;
}
/* One line out of two that stand beside each other. */
struct cv_line text_joined(const struct cv_line *a, const struct cv_line *b);
/* Where something crosses a line, the detector parts it in the middle of a word: join such parts of sorted
 * lines, between which micro-print of nearly the same row may have been sorted. Returns how many are left. */
size_t text_join_words(struct cv_line *lines, size_t count);
/* The line with the letters at its ends that the detector has cut through or left out. */
struct cv_line text_whole(const struct text_shades *shades, const struct cv_line *line);
/* The part of a line between two shares of its length (0 to 1). */
struct cv_line text_part(const struct cv_line *line, double from, double to);
