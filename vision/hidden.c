#include "vision/hidden.h"

#include "base/utf8.h"
#include "doc/printed.h"
#include "vision/cover.h"
#include "vision/print.h"
#include "vision/slip.h"

#include <math.h>
#include <stdlib.h>

/* In heights of the line. */
static const double beyond = 1.5; /* as far as a letter could stand beside what was read */
static const double light_side = 0.5, smear_wide = 0.7; /* of what hides a letter */
static const double strip_high = 0.35, strip_off = 0.1; /* of the paper above and below */

static const double light_share = 0.95;                 /* of a square of light */
static const double smear_ink = 0.2, smear_steep = 0.1; /* of what the line's own letters have */
static const double paper_share = 0.6, steep_share = 0.98;

enum {
        CHANNELS = 3,
        WINDOWS_MAX = 512,
        TALL_LEAST = 24,
        STEEP_LEAST = 60 /* of the letters: where all is blurred, a smear is nothing of its own */
};

static const uint8_t *pixel(const struct image *card, int x, int y)
{
        return card->pixels + (size_t)y * card->stride + (size_t)(x * CHANNELS);
}

static struct box within(const struct image *card, struct box box)
{
        int left = MAX(0, box.x), top = MAX(0, box.y);
        int right = MIN(card->width, box.x + box.width), bottom = MIN(card->height, box.y + box.height);
        return (struct box){left, top, MAX(0, right - left), MAX(0, bottom - top)};
}

/* With the letters that could stand beside it, but nothing of the portrait. */
static struct box with_neighbours(struct box place, struct box portrait)
{
        int more = (int)(beyond * place.height), left = place.x - more, right = place.x + place.width + more;
        int middle = place.x + place.width / 2, portrait_right = portrait.x + portrait.width;
        if (portrait.y < place.y + place.height && place.y < portrait.y + portrait.height) {
                left = portrait_right < middle ? MAX(left, portrait_right) : left;
                right = portrait.x > middle ? MIN(right, portrait.x) : right;
        }
        return (struct box){left, place.y, right - left, place.height};
}

static bool is_light(const struct image *card, struct box square, int burnt)
{
        int count = 0;
        for (int y = square.y; y < square.y + square.height; y++) {
                for (int x = square.x; x < square.x + square.width; x++) {
                        const uint8_t *p = pixel(card, x, y);
                        count += MIN(p[0], MIN(p[1], p[2])) >= burnt;
                }
        }
        return count >= light_share * square.width * square.height;
}

static bool has_light(const struct image *card, struct box line, int burnt)
{
        int side = (int)(light_side * line.height), step = MAX(1, side / 8);
        for (int y = line.y; y + side <= line.y + line.height; y += step) {
                for (int x = line.x; x + side <= line.x + line.width; x += step) {
                        if (is_light(card, (struct box){x, y, side, side}, burnt))
                                return true;
                }
        }
        return false;
}

struct ink {
        double much;  /* levels below the paper above and below, on the average */
        double steep; /* the steepest step over two pixels but for a few */
};

static int level_at(const size_t histogram[256], double share)
{
        size_t all = 0, below = 0;
        int level = 0;
        for (int i = 0; i < 256; i++)
                all += histogram[i];
        while (level < 255 && (double)(below += histogram[level]) < share * (double)all)
                level++;
        return level;
}

/* In red, which takes seals away. */
static int red_at(const struct image *card, int x, int y)
{
        return pixel(card, x, y)[2];
}

static int paper_of(const struct image *card, struct box strip)
{
        size_t levels[256] = {0};
        strip = within(card, strip);
        for (int y = strip.y; y < strip.y + strip.height; y++)
                for (int x = strip.x; x < strip.x + strip.width; x++)
                        levels[red_at(card, x, y)]++;
        return level_at(levels, paper_share);
}

static struct ink measure(const struct image *card, struct box window)
{
        int tall = window.height, strip = (int)(strip_high * tall), rim = (int)(strip_off * tall);
        struct box above = {window.x, window.y - rim - strip, window.width, strip};
        struct box below = {window.x, window.y + tall + rim, window.width, strip};
        size_t steps[256] = {0};
        double sum = 0;
        for (int y = window.y; y < window.y + tall; y++) {
                for (int x = window.x; x < window.x + window.width; x++) {
                        int own = red_at(card, x, y);
                        sum += own;
                        if (x >= window.x + 2)
                                steps[abs(own - red_at(card, x - 2, y))]++;
                }
        }
        int paper = MIN(paper_of(card, above), paper_of(card, below));
        return (struct ink){paper - sum / window.width / tall, level_at(steps, steep_share)};
}

/* Ink without edges, that ends above and below where the line does: what is wider is a shadow or a part of
 * the card of another colour. */
static bool has_smear(const struct image *card, struct box line, struct box place)
{
        int wide = (int)(smear_wide * line.height), step = MAX(1, line.height / 8);
        struct ink inks[WINDOWS_MAX];
        double much[WINDOWS_MAX], steep[WINDOWS_MAX];
        size_t len = 0, own = 0;
        for (int x = line.x; x + wide <= line.x + line.width && len < WINDOWS_MAX; x += step) {
                inks[len] = measure(card, (struct box){x, line.y, wide, line.height});
                if (x >= place.x && x + wide <= place.x + place.width) {
                        much[own] = inks[len].much;
                        steep[own++] = inks[len].steep;
                }
                len++;
        }
        if (own == 0)
                return false;
        double usual = print_median(much, own), sharp = print_median(steep, own);
        for (size_t i = 0; i < len && sharp >= STEEP_LEAST; i++) {
                if (inks[i].much > smear_ink * usual && inks[i].steep < smear_steep * sharp)
                        return true;
        }
        return false;
}

/* Over one line: a smear only where the card has nothing of the like itself, as seals and frames are. */
static enum rc over_line(const struct page *page, int burnt, struct box place, struct box portrait,
                         bool may_smear)
{
        struct box line = within(&page->card, with_neighbours(place, portrait));
        if (place.height < TALL_LEAST)
                return RC_OK;
        if (has_light(&page->card, line, burnt))
                return RC_GLARE;
        return may_smear && has_smear(&page->card, line, place) ? RC_IMAGE_TOO_BLURRY : RC_OK;
}

static bool holds(struct box box, const struct cv_line *line)
{
        return line->x > box.x && line->x < box.x + box.width && line->y > box.y &&
               line->y < box.y + box.height;
}

/* Over any of the lines of an address. */
static enum rc over_lines(const struct page *page, int burnt, struct box place, struct box portrait)
{
        enum rc code = RC_OK;
        for (size_t i = 0; i < page->lines_len && code == RC_OK; i++) {
                const struct cv_line *line = &page->lines[i].place;
                struct box own = {(int)line_left(line), (int)(line->y - line->height / 2), (int)line->width,
                                  (int)line->height};
                code = holds(place, line) ? over_line(page, burnt, own, portrait, false) : RC_OK;
        }
        return code;
}

/* Numbers are of one length: one that lacks a digit is none. */
static bool is_of_any_length(enum doc_field field)
{
        return field == DOC_NAME || field == DOC_ADDRESS || field == DOC_NATIONALITY ||
               field == DOC_LICENSE_CLASS || field == DOC_ISSUE_DATE || field == DOC_EXPIRY_DATE;
}

/* The line that the date was read in has two digits of each day, so none is missing. */
static bool pads_day(const struct page *page, struct box place, struct str date)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *line = &page->lines[i].place;
                bool here = line->y > place.y && line->y < place.y + place.height &&
                            line_right(line) > place.x && line_left(line) < place.x + place.width;
                if (here && printed_pads_day(read_str(&page->lines[i].read), date))
                        return true;
        }
        return false;
}

/* Less than most have of its kind, so that a letter or a digit may be missing. */
static bool may_be_short(const struct page *page, enum doc_field field,
                         const struct document_reading *reading)
{
        struct str text = doc_text(&reading->fields, field);
        enum { SHORT_NAME = 2, HANGUL = 0xac00, DAY_TENS = 8 /* of YYYY-MM-DD */ };
        size_t letters = 0;
        uint32_t point;
        bool latin = false;
        if (field == DOC_ISSUE_DATE || field == DOC_EXPIRY_DATE)
                return text.len > DAY_TENS && text.ptr[DAY_TENS] == '0' &&
                       !pads_day(page, reading->places[field], text);
        if (field != DOC_NAME)
                return false;
        for (; utf8_next(&text, &point); letters++)
                latin = latin || point < HANGUL;
        /* Names in Latin letters are of any length. */
        return latin || letters <= SHORT_NAME;
}

/* A letter of it, by a slip of paper, or where one may be missing by what shows no paper. */
static bool is_covered(const struct page *page, enum doc_field field, const struct document_reading *reading)
{
        const struct image *card = &page->card;
        struct box place = reading->places[field],
                   reach = within(card, with_neighbours(place, reading->portrait));
        bool is_short = may_be_short(page, field, reading);
        return ((is_short || field == DOC_NAME) && slip_over(card, place, reach)) ||
               (is_short && cover_beside(card, place, reach));
}

enum rc hidden_doubt(const struct page *page, int burnt, enum doc_field field, struct document_reading *ret)
{
        struct doc_value *value = &ret->fields.values[field];
        struct box place = ret->places[field];
        /* A zone proves what it tells. */
        if (doc_kind_has_zone(ret->kind) || !is_of_any_length(field) || place.width == 0)
                return RC_OK;
        enum rc code = field == DOC_ADDRESS ? over_lines(page, burnt, place, ret->portrait)
                                            : over_line(page, burnt, place, ret->portrait, field == DOC_NAME);
        if (code == RC_OK && place.height >= TALL_LEAST && is_covered(page, field, ret))
                code = RC_COVERED;
        if (code != RC_OK)
                value->confidence = doubted(value->confidence);
        return code;
}
