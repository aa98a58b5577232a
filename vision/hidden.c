#include "vision/hidden.h"

#include "base/utf8.h"
#include "doc/printed.h"
#include "vision/cover.h"
#include "vision/light.h"
#include "vision/slip.h"
#include "vision/smear.h"

/* In heights of the line: as far as a letter could stand beside what was read. */
static const double beyond = 1.5;

enum {
        TALL_LEAST = 24,
        EDGE = 3 /* pixels of the card between it and what may go on beyond */
};

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

/* Over one line: a smear only where the card has nothing of the like itself, as seals and frames are. */
static enum rc over_line(const struct page *page, int burnt, struct box place, struct box portrait,
                         bool may_smear)
{
        struct box line = box_within(&page->card, with_neighbours(place, portrait));
        if (place.height < TALL_LEAST)
                return RC_OK;
        if (light_over(&page->card, box_within(&page->card, place), line, burnt))
                return RC_GLARE;
        return may_smear && smear_over(&page->card, place, line) ? RC_IMAGE_TOO_BLURRY : RC_OK;
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

/* What ends at the card's edge goes on beyond. */
static bool runs_off(const struct image *card, struct box place, int near)
{
        return place.x < near || place.x + place.width > card->width - near;
}

/* A letter of it, by a slip of paper, or where one may be missing by what shows no paper. */
static bool is_covered(const struct page *page, enum doc_field field, const struct document_reading *reading)
{
        const struct image *card = &page->card;
        struct box place = reading->places[field],
                   reach = box_within(card, with_neighbours(place, reading->portrait));
        bool is_short = may_be_short(page, field, reading);
        if (field == DOC_NAME && runs_off(card, place, place.height / 3))
                return true;
        /* Classes stand in rows, the first of them at the top of the card. */
        if (field == DOC_LICENSE_CLASS && (runs_off(card, place, EDGE) || place.y < EDGE))
                return true;
        return ((is_short || field == DOC_NAME) && slip_over(card, place, reach)) ||
               (is_short && cover_beside(card, place, reach, field != DOC_NAME));
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
