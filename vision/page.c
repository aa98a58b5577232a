#include "vision/page.h"

#include "doc/mrz.h"
#include "doc/printed.h"
#include "vision/card.h"
#include "vision/digits.h"
#include "vision/line_net.h"
#include "vision/negative.h"
#include "vision/rows.h"
#include "vision/seal.h"
#include "vision/zone_find.h"

#include <math.h>

const struct text_way page_ways[PAGE_WAYS] = {
    {.height = 36, .spaces = SPACES_TRACKING},
    {.height = 40, .red = true, .spaces = SPACES_ALL},
    {.height = 32, .binary = true, .spaces = SPACES_ALL},
    {.height = 46, .sharpen = 0.8, .spaces = SPACES_TRACKING},
    {.height = 36, .red = true, .spaces = SPACES_KEEP},
    {.height = 30, .spaces = SPACES_KEEP},
    {.height = 44, .sharpen = 0.8, .spaces = SPACES_KEEP},
    {.height = 32, .red = true, .sharpen = -0.7, .spaces = SPACES_KEEP},
    {.height = LINE_NET_INK, .spaces = SPACES_AS_IT_IS},
    {.height = LINE_NET_INK, .red = true, .spaces = SPACES_AS_IT_IS},
    {.height = LINE_NET_INK - 4, .spaces = SPACES_AS_IT_IS},
    {.height = LINE_NET_INK, .sharpen = 0.8, .spaces = SPACES_AS_IT_IS},
    /* From PAGE_LIFTED_WAY on. */
    {.height = LINE_NET_INK, .lifted = true, .spaces = SPACES_AS_IT_IS},
    {.height = LINE_NET_INK - 4, .lifted = true, .spaces = SPACES_AS_IT_IS},
    {.height = 36, .lifted = true, .spaces = SPACES_KEEP},
    {.height = 40, .lifted = true, .spaces = SPACES_ALL},
    {.height = LINE_NET_INK, .lifted = true, .shade = SEAL_FAINT, .spaces = SPACES_AS_IT_IS},
    {.height = LINE_NET_INK - 4, .lifted = true, .shade = SEAL_FAINT, .spaces = SPACES_AS_IT_IS},
};

enum {
        TIME_RESERVE_MS = 1500, /* enough left to conclude in */
        ZONE_LINE_FEWEST = 28,  /* symbols read of a zone's line; other lines are shorter */
        PROSE_LINE_FEWEST = 18, /* symbols of a line of running text */
        PROSE_LINES = 8,        /* such lines; documents show three, of which two are their zone's */
        GIBBERISH_LINES = 5,    /* lines it takes to tell that a page says nothing */
        TINY = 25,              /* pixels high: such print is not read either way up */
        PART_SIDE_MIN = 16      /* pixels of a part of a card that a seal is looked for in */
};

static const double gibberish = 0.5, understood = 0.8;

void page_init(struct page *page, struct ocr *ocr, struct net *detector, struct op *op, struct date today,
               const struct image *picture, const double corners[4][2])
{
        struct text_lines found;
        *page = (struct page){.ocr = ocr, .op = op, .today = today};
        page->first = ocr_has(ocr, OCR_NET)
                          ? (struct reading){PAGE_NET_WAY, OCR_NET}
                          : (struct reading){0, ocr_has(ocr, OCR_SCRIPT) ? OCR_SCRIPT : OCR_KOR};
        memcpy(page->corners, corners, sizeof(page->corners));
        card_straighten(picture, corners, &page->card);
        text_shades_init(&page->shades, &page->card);
        text_find(detector, &page->card, &page->shades, &found);
        page->lines_len = found.level_len;
        for (size_t i = 0; i < page->lines_len; i++)
                page->lines[i].place = found.level[i];
        page->turned_len = found.turned_len;
        memcpy(page->turned, found.turned, found.turned_len * sizeof(*found.turned));
}

void page_release(struct page *page)
{
        image_release(&page->card);
        text_shades_release(&page->shades);
        explicit_bzero(page, sizeof(*page));
}

bool page_read_cut(struct page *page, const struct image *cut, enum ocr_model model, const char *only,
                   struct ocr_line *ret)
{
        return model == OCR_GLYPH ? digits_read(cut, ret) : ocr_read(page->ocr, model, only, cut, ret);
}

bool page_read(struct page *page, const struct cv_line *place, size_t way, enum ocr_model model,
               const char *only, struct ocr_line *ret)
{
        struct image cut;
        *ret = (struct ocr_line){0};
        if (!text_cut(&page->shades, place, &page_ways[way], &cut))
                return false;
        bool read = page_read_cut(page, &cut, model, only, ret);
        image_release(&cut);
        return read;
}

struct cv_line page_part(const struct page *page, const struct cv_line *place, size_t way,
                         const struct ocr_line *read, size_t symbols)
{
        struct image cut;
        if (symbols == 0 || symbols > read->symbols_len ||
            !text_cut(&page->shades, place, &page_ways[way], &cut))
                return *place;
        double share = (double)(read->right[symbols - 1] - TEXT_MARGIN) / (cut.width - 2 * TEXT_MARGIN);
        image_release(&cut);
        return share > 0 ? text_part(place, 0, fmin(1, share)) : *place;
}

struct cv_line page_tail(const struct page *page, const struct cv_line *place, size_t way,
                         const struct ocr_line *read, size_t symbols)
{
        struct image cut;
        if (symbols == 0 || symbols >= read->symbols_len ||
            !text_cut(&page->shades, place, &page_ways[way], &cut))
                return *place;
        double between = (read->right[symbols - 1] + read->left[symbols]) / 2.0;
        double share = (between - TEXT_MARGIN) / (cut.width - 2 * TEXT_MARGIN);
        image_release(&cut);
        return share > 0 && share < 1 ? text_part(place, share, 1) : *place;
}

/* Worth a closer look: some of it is red. */
static bool has_red(const struct image *card, struct box where)
{
        enum { RED_LEAST = 25, PART_LEAST = 400 };
        size_t count = 0;
        for (int y = where.y; y < where.y + where.height; y += 2) {
                const uint8_t *p = card->pixels + (size_t)y * card->stride + (size_t)(3 * where.x);
                for (int x = 0; x < where.width; x += 2, p += 6)
                        count += p[2] - MAX(p[0], p[1]) > RED_LEAST;
        }
        return count * 4 * PART_LEAST > (size_t)where.width * (size_t)where.height;
}

/* Where no seal is taken off the shades are as they are without. */
static void copy_shade(const struct image *from, struct image *to)
{
        image_init(to, from->width, from->height, 1);
        for (int y = 0; y < from->height; y++)
                memcpy(to->pixels + (size_t)y * to->stride, from->pixels + (size_t)y * from->stride,
                       (size_t)from->width);
}

bool page_lift_seal(struct page *page, const struct cv_line *place, double beyond)
{
        struct text_shades *shades = &page->shades;
        const struct image *card = &page->card;
        int left = MAX(0, (int)(line_left(place) - place->height));
        int right = MIN(card->width, (int)(line_right(place) + beyond * place->height));
        int top = MAX(0, (int)(place->y - place->height));
        int bottom = MIN(card->height, (int)(place->y + place->height));
        struct box where = {left, top, right - left, bottom - top};
        if (where.width < PART_SIDE_MIN || where.height < PART_SIDE_MIN || !has_red(card, where))
                return false;
        if (!shades->seals.pixels) {
                copy_shade(&shades->flat, &shades->lifted[SEAL_GREY]);
                copy_shade(&shades->flat_red, &shades->lifted[SEAL_FAINT]);
                image_init(&shades->seals, card->width, card->height, 1);
        }
        return seal_lift(card, &where, shades->lifted, &shades->seals);
}

/* Whether what was read of the lines so far is no text: so it is where they stand upside down. Only the
 * network knows that it does not understand; Tesseract is as sure of anything. */
static bool is_gibberish_so_far(const struct page *page, size_t read)
{
        double sum = 0;
        size_t long_lines = 0;
        for (size_t i = 0; i < read; i++) {
                const struct page_line *line = &page->lines[i];
                if (line->place.width < 3 * line->place.height || line->place.height < TINY)
                        continue;
                sum += line->read.confidence;
                long_lines++;
        }
        return page->first.model == OCR_NET && long_lines >= GIBBERISH_LINES &&
               sum / (double)long_lines < gibberish;
}

/* Titles are white on a dark band on some cards. */
static void read_negative(struct page *page, struct page_line *line)
{
        struct ocr_line read = {0};
        struct cv_line place = line->place;
        struct text_shades shades;
        struct image cut;
        if (line->read.confidence > understood || !negative_is(&page->shades, &place) ||
            !negative_shades(&page->card, &place, &shades))
                return;
        if (text_cut(&shades, &place, &page_ways[page->first.way], &cut)) {
                page_read_cut(page, &cut, page->first.model, NULL, &read);
                image_release(&cut);
        }
        text_shades_release(&shades);
        if (read.confidence > understood)
                line->read = read;
}

/* What is tall and not understood may be two rows, of which at least one is. */
static void read_two_rows(struct page *page, size_t at)
{
        struct page_line *line = &page->lines[at], parts[2] = {0};
        double heights[TEXT_LINES_MAX], best = 0, worst = 1;
        struct cv_line places[2];
        for (size_t i = 0; i < page->lines_len; i++)
                heights[i] = page->lines[i].place.height;
        if (line->read.confidence > understood || page->lines_len == TEXT_LINES_MAX ||
            !rows_are_two(&line->place, heights, page->lines_len))
                return;
        rows_part(&page->shades.flat, &line->place, places);
        for (size_t i = 0; i < LEN(parts); i++) {
                parts[i].place = places[i];
                page_read(page, &places[i], page->first.way, page->first.model, NULL, &parts[i].read);
                best = fmax(best, parts[i].read.confidence);
                worst = fmin(worst, parts[i].read.confidence);
        }
        if (best < understood || worst < gibberish)
                return;
        memmove(line + 2, line + 1, (page->lines_len - at - 1) * sizeof(*line));
        memcpy(line, parts, sizeof(parts));
        page->lines_len++;
}

void page_read_lines(struct page *page)
{
        for (size_t i = 0;
             i < page->lines_len && op_left_ms(page->op) > TIME_RESERVE_MS && !is_gibberish_so_far(page, i);
             i++) {
                struct page_line *line = &page->lines[i];
                page_read(page, &line->place, page->first.way, page->first.model, NULL, &line->read);
                read_negative(page, line);
                read_two_rows(page, i);
        }
}

bool page_is_gibberish(const struct page *page)
{
        return is_gibberish_so_far(page, page->lines_len);
}

/* The projective map of the unit square to the corners (Heckbert 1989, 2.2.3). */
void page_to_picture(const struct page *page, double x, double y, double ret[2])
{
        const double(*at)[2] = page->corners;
        double u = x / page->card.width, v = y / page->card.height, right[2], down[2], skew[2];
        for (int i = 0; i < 2; i++) {
                right[i] = at[1][i] - at[2][i];
                down[i] = at[3][i] - at[2][i];
                skew[i] = at[0][i] - at[1][i] + at[2][i] - at[3][i];
        }
        double area = right[0] * down[1] - down[0] * right[1];
        double g = area == 0 ? 0 : (skew[0] * down[1] - down[0] * skew[1]) / area;
        double h = area == 0 ? 0 : (right[0] * skew[1] - skew[0] * right[1]) / area;
        for (int i = 0; i < 2; i++)
                ret[i] = (at[0][i] + u * (at[1][i] - at[0][i] + g * at[1][i]) +
                          v * (at[3][i] - at[0][i] + h * at[3][i])) /
                         (1 + g * u + h * v);
}

enum { TEXT_LINES_FEWEST = 4, SHEET_LINES_FEWEST = 2 };

/* Radians between lines of different directions. */
static const double directions_apart = 0.03;

struct extent {
        double left, right, top, bottom;
        size_t lines;
};

static bool shows_direction(const struct cv_line *line)
{
        return line->width > 4 * line->height;
}

/* Where the lines are, seen along an angle: all, or those that surely run along it. */
static struct extent extent_along(const struct page *page, double angle, bool all)
{
        struct extent extent = {1e9, -1e9, 1e9, -1e9, 0};
        double c = cos(angle), s = sin(angle);
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *line = &page->lines[i].place;
                double along = line->x * c + line->y * s, across = line->y * c - line->x * s;
                if (!all && (!shows_direction(line) || fabs(line->angle - angle) > directions_apart))
                        continue;
                extent.left = fmin(extent.left, along - line->width / 2);
                extent.right = fmax(extent.right, along + line->width / 2);
                extent.top = fmin(extent.top, across - line->height / 2);
                extent.bottom = fmax(extent.bottom, across + line->height / 2);
                extent.lines++;
        }
        return extent;
}

static void corners_around(const struct page *page, const struct extent *extent, double angle,
                           double ret[4][2])
{
        double c = cos(angle), s = sin(angle), margin = 0.1 * (extent->right - extent->left);
        double left = extent->left - margin, right = extent->right + margin, top = extent->top - margin,
               bottom = extent->bottom + margin;
        double box[4][2] = {{left, top}, {right, top}, {right, bottom}, {left, bottom}};
        for (int i = 0; i < 4; i++)
                page_to_picture(page, box[i][0] * c - box[i][1] * s, box[i][0] * s + box[i][1] * c, ret[i]);
}

/* The mean angle of the lines that lie `beside` an angle, or all; false where no line shows one. */
static bool mean_angle(const struct page *page, const double *beside, double *ret)
{
        double angle = 0, weight = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *line = &page->lines[i].place;
                bool counts =
                    shows_direction(line) && (!beside || fabs(line->angle - *beside) > directions_apart);
                angle += counts ? line->width * line->angle : 0;
                weight += counts ? line->width : 0;
        }
        *ret = weight > 0 ? angle / weight : 0;
        return weight > 0;
}

/* Lines along the sheet, as long as half of what lies on it, above and below that. A page that is seen from
 * one side has lines of many directions too, but none that come back. */
static bool is_surrounded(const struct page *page, const struct extent *own, double angle, double sheet)
{
        size_t above = 0, below = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *line = &page->lines[i].place;
                double across = line->y * cos(angle) - line->x * sin(angle);
                if (fabs(line->angle - sheet) > directions_apart ||
                    line->width < 0.5 * (own->right - own->left))
                        continue;
                above += across < own->top;
                below += across > own->bottom;
        }
        return above >= SHEET_LINES_FEWEST && below >= SHEET_LINES_FEWEST;
}

/* Text that lies on a printed sheet, askew on it. */
static bool corners_on_sheet(const struct page *page, double ret[4][2])
{
        const struct cv_line *longest = NULL;
        double angle;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *line = &page->lines[i].place;
                longest = !longest || line->width > longest->width ? line : longest;
        }
        if (!longest || !mean_angle(page, &longest->angle, &angle) ||
            fabs(angle - longest->angle) < directions_apart)
                return false;
        struct extent own = extent_along(page, angle, false);
        if (own.lines < TEXT_LINES_FEWEST || !is_surrounded(page, &own, angle, longest->angle))
                return false;
        corners_around(page, &own, angle, ret);
        return true;
}

bool page_text_corners(const struct page *page, double ret[4][2])
{
        double angle;
        if (page->lines_len < TEXT_LINES_FEWEST || !mean_angle(page, NULL, &angle))
                return false;
        if (corners_on_sheet(page, ret))
                return true;
        struct extent all = extent_along(page, angle, true);
        corners_around(page, &all, angle, ret);
        return true;
}

size_t page_count_digits(struct str text)
{
        size_t count = 0;
        for (size_t i = 0; i < text.len; i++)
                count += text.ptr[i] >= '0' && text.ptr[i] <= '9';
        return count;
}

bool page_has_fillers(const struct page_line *line)
{
        size_t fillers = 0;
        for (const char *c = line->read.text; *c; c++)
                fillers += *c == '<';
        return fillers >= 3;
}

/* Long, with many fillers or hardly a blank. */
bool page_is_zone(const struct page *page, const struct page_line *line)
{
        return line->place.width > 0.5 * page->card.width && line->place.y > 0.6 * page->card.height &&
               (page_has_fillers(line) || (line->read.symbols_len >= ZONE_LINE_FEWEST &&
                                           page_count_digits(read_str(&line->read)) > 10));
}

bool page_is_prose(const struct page *page)
{
        size_t prose = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                prose +=
                    line->place.width > 0.5 * page->card.width && line->read.symbols_len >= PROSE_LINE_FEWEST;
        }
        return prose >= PROSE_LINES;
}

enum doc_kind page_kind(const struct page *page, double *ret_certainty)
{
        double likeness[DOC_KIND_COUNT] = {0};
        char id_number[15], license[16];
        bool has_id = false, has_number = false, has_license = false, tail, has_zone = false;
        bool is_prose = page_is_prose(page);
        for (size_t i = 0; i < page->lines_len; i++) {
                struct str text = read_str(&page->lines[i].read);
                double like;
                enum doc_kind kind = printed_title(text, &like);
                likeness[kind] = fmax(likeness[kind], kind == DOC_UNKNOWN ? 0 : like);
                has_number = printed_id_number(text, page->today, id_number) || has_number;
                has_id = has_number || page_count_digits(text) >= 12 || has_id;
                has_license = (printed_license_number(text, license, &tail) && !tail) || has_license;
                /* Lines of running text are as long, and have numbers in them. */
                has_zone = has_zone || (page_is_zone(page, &page->lines[i]) &&
                                        (!is_prose || page_has_fillers(&page->lines[i])));
        }
        likeness[DOC_RESIDENT_CARD] =
            has_id ? likeness[DOC_RESIDENT_CARD] : 0.6 * likeness[DOC_RESIDENT_CARD];
        /* A foreign document may call itself a residence card; ours has its holder's number. */
        likeness[DOC_ALIEN_CARD] = has_number ? likeness[DOC_ALIEN_CARD] : 0.75 * likeness[DOC_ALIEN_CARD];
        enum zone_sight sight = zone_on(page);
        has_zone = sight == ZONE_UPRIGHT || (has_zone && sight == ZONE_UNSEEN);
        likeness[DOC_PASSPORT] = has_zone ? fmax(0.9, likeness[DOC_PASSPORT]) : 0.6 * likeness[DOC_PASSPORT];
        if (has_license)
                likeness[DOC_DRIVER_LICENSE] = fmax(likeness[DOC_DRIVER_LICENSE], has_id ? 0.9 : 0.7);
        enum doc_kind best = DOC_UNKNOWN;
        /* What running text names, it is not. */
        bool only_named = !has_zone && !has_number && !has_license && is_prose;
        for (enum doc_kind kind = DOC_UNKNOWN + 1; kind < DOC_KIND_COUNT && !only_named; kind++) {
                if (likeness[kind] > (best ? likeness[best] : 0))
                        best = kind;
        }
        *ret_certainty = best ? likeness[best] : 0;
        return best;
}

/* Two cards above each other have 0.8, beside each other 3.2; one that is seen steeply 0.95. */
static const double aspect_least = 0.9, aspect_most = 2.05;

/* Of the page's width: no card is higher (ISO/IEC 7810, ID-1), nor are the fields of one. */
static const double fields_most = 0.63;

enum { ZONE_LINES_MOST = 3, ZONE_LINES_OF_ONE = 2 };

/* Fine print on cards says REPUBLIC OF KOREA, too: of the card's height. */
static const double title_least = 0.018;

static enum doc_kind sure_title(const struct page *page, const struct page_line *line)
{
        double like;
        if (line->place.height < title_least * page->card.height)
                return DOC_UNKNOWN;
        enum doc_kind kind = printed_title(read_str(&line->read), &like);
        return like >= 0.9 ? kind : DOC_UNKNOWN;
}

/* Whether a line above or below the fields of a document is of another: a number or a date, or what names
 * one, farther above them than the document's own title. */
static bool speaks_of_another(const struct page *page, const struct box *own)
{
        enum { DIGITS_FEWEST = 6 };
        static const double title_most = 0.6; /* of the fields' height */
        bool speaks = false;
        for (size_t i = 0; i < page->lines_len && !speaks; i++) {
                struct str text = read_str(&page->lines[i].read);
                double like, below = page->lines[i].place.y - own->y;
                bool outside = below < 0 || below > own->height;
                bool far = below < -title_most * own->height || below > own->height;
                bool names = printed_title(text, &like) != DOC_UNKNOWN || printed_is_label(text) ||
                             printed_begins_label(text);
                speaks = outside && (page_count_digits(text) >= DIGITS_FEWEST || (far && names));
        }
        return speaks;
}

bool page_shows_several(const struct page *page, const struct box *own)
{
        size_t zone_lines = 0;
        double aspect = (double)page->card.width / page->card.height;
        bool has_card = false;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                enum doc_kind kind = sure_title(page, line);
                bool is_card = kind != DOC_UNKNOWN && kind != DOC_PASSPORT;
                /* One card has its title in one or two languages, close together. */
                for (size_t k = i + 1; is_card && k < page->lines_len; k++) {
                        double apart = fabs(line->place.y - page->lines[k].place.y);
                        if (sure_title(page, &page->lines[k]) != DOC_UNKNOWN &&
                            apart > 0.25 * page->card.height)
                                return true;
                }
                has_card = has_card || is_card;
                zone_lines += page_is_zone(page, line);
        }
        return zone_lines > ZONE_LINES_MOST || (has_card && zone_lines >= ZONE_LINES_OF_ONE) ||
               (own && own->height > fields_most * page->card.width) || aspect > aspect_most ||
               (aspect < aspect_least && (!own || speaks_of_another(page, own)));
}
