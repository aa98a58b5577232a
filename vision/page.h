/*
 * One way to look at a picture: a card straightened from supposed corners, its text lines, and a first
 * reading of each.
 */
#pragma once

#include "doc/date.h"
#include "vision/document.h"
#include "vision/ocr.h"
#include "vision/tally.h"
#include "vision/text.h"

struct page_line {
        struct cv_line place;
        struct ocr_line read; /* by the page's first model */
        bool sealed;          /* a seal that lies over its date was taken off */
        struct cv_line date;  /* its part that a date takes, where it may be one */
        bool parted;          /* from a label that stood before it in one line */
};

/* How a line is cut, as an index of page_ways, and by whom it is read. */
struct reading {
        size_t way;
        enum ocr_model model;
};

struct page {
        struct ocr *ocr;      /* borrowed */
        struct reading first; /* that reads every line once */
        struct op *op;
        struct date today;
        double corners[4][2];
        struct image card;
        struct text_shades shades;
        struct page_line lines[TEXT_LINES_MAX];
        size_t lines_len;
        struct cv_line
            turned[TEXT_TURNED_MAX]; /* that run up, down or across the card; nobody has read them */
        size_t turned_len;
};

/* The ways in which a line may be cut for reading, from the plainest on. */
enum { PAGE_WAYS = 18, PAGE_NET_WAY = 8 /* and the next: for OCR_NET */, PAGE_LIFTED_WAY = 12 };
extern const struct text_way page_ways[PAGE_WAYS];

/* Straighten and find the lines. Release the page. */
void page_init(struct page *page, struct ocr *ocr, struct net *detector, struct op *op, struct date today,
               const struct image *picture, const double corners[4][2]);
/* Read every line once. Stops early where the op's time is up, or where it is gibberish. */
void page_read_lines(struct page *page);
/* What was read is no text: so it is with a card that lies upside down. */
bool page_is_gibberish(const struct page *page);
void page_release(struct page *page);
/* Where a place of the page lies in the picture. */
void page_to_picture(const struct page *page, double x, double y, double ret[2]);
/* Corners of a card around all text, for when no outline was seen. False where there is hardly any text. */
bool page_text_corners(const struct page *page, double ret[4][2]);

/* Read a picture of a line. False: nothing read. */
bool page_read_cut(struct page *page, const struct image *cut, enum ocr_model model, const char *only,
                   struct ocr_line *ret);
/* Read a line in another way or by another reader. */
bool page_read(struct page *page, const struct cv_line *place, size_t way, enum ocr_model model,
               const char *only, struct ocr_line *ret);
/* The part of a line that the first `symbols` take of what was read of it in that way; all of it where that
 * cannot be told. */
struct cv_line page_part(const struct page *page, const struct cv_line *place, size_t way,
                         const struct ocr_line *read, size_t symbols);
/* The rest of it, behind them. */
struct cv_line page_tail(const struct page *page, const struct cv_line *place, size_t way,
                         const struct ocr_line *read, size_t symbols);
static inline struct str read_str(const struct ocr_line *line)
{
        return str_from(line->text);
}
/* Take the seal off that lies over a line or up to `beyond` of its heights behind it, for the ways from
 * PAGE_LIFTED_WAY on. False: there is none. */
NODISCARD bool page_lift_seal(struct page *page, const struct cv_line *place, double beyond);
/* ASCII digits in a text. */
size_t page_count_digits(struct str text);
/* A line of a machine-readable zone, however badly read. */
bool page_is_zone(const struct page *page, const struct page_line *line);
/* Several fillers (<) were read in it, as only zones have. */
bool page_has_fillers(const struct page_line *line);
/* A page of running text, as of a book: it names documents, and is none. */
bool page_is_prose(const struct page *page);
/* Whether the lines are of more than one document: two titles far from each other, two zones,
 * or a page whose proportions no document has. The name of one must not go with the portrait of
 * another. `own`: where all that is asked of one was read, or NULL; keys of a keyboard beneath it are text,
 * too, and make the page higher. */
bool page_shows_several(const struct page *page, const struct box *own);
/* What kind of document the lines show, with certainty. */
enum doc_kind page_kind(const struct page *page, double *ret_certainty);
