#include "vision/card_text.h"

#include "doc/printed.h"
#include "vision/consensus.h"

#include <math.h>

enum { LETTERS_FEWEST = 2 }; /* of a part of an address; the code of a condition has one */

/* What may be left of an address for a row of its own: its last letter, or digit. */
static bool ends_address(const struct page_line *line)
{
        struct str text = str_trim(read_str(&line->read));
        return str_equal(text, STR("호")) || str_equal(text, STR("층")) || str_equal(text, STR(")")) ||
               (text.len == 1 && text.ptr[0] >= '0' && text.ptr[0] <= '9');
}

/* Whether a line goes on with the address above it. */
static bool goes_on(const struct page_line *above, const struct page_line *line)
{
        double down = line->place.y - above->place.y, tall = above->place.height;
        struct date dates[PRINTED_DATES_MAX];
        /* In brackets stands the quarter of an address, and nothing else of a card. */
        double reach = str_starts_with(read_str(&line->read), STR("(")) ? 2.4 : 2;
        return (line->read.symbols_len >= LETTERS_FEWEST || ends_address(line)) && down > 0.5 * tall &&
               down < reach * tall && line->place.height < 1.5 * tall && line->place.height > 0.6 * tall &&
               line_left(&line->place) < above->place.x &&
               line_left(&line->place) > line_left(&above->place) - 2 * tall &&
               printed_dates(read_str(&line->read), dates) == 0 && str_find(read_str(&line->read), '~') < 0 &&
               !printed_is_label(read_str(&line->read)) && !printed_begins_label(read_str(&line->read));
}

const struct page_line *date_before(const struct page *page, const struct page_line *address)
{
        struct date dates[PRINTED_DATES_MAX];
        const struct page_line *nearest = NULL;
        /* Less than half of what rows of a list are apart. */
        double off = 0.6 * address->place.height;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                double its = fabs(line->place.y - address->place.y);
                if (line_right(&line->place) < address->place.x && its < off &&
                    printed_dates(read_str(&line->read), dates) > 0) {
                        nearest = line;
                        off = its;
                }
        }
        return nearest;
}

enum { ADDRESS_LINES_MAX = 8 };

const struct page_line *next_in_row(const struct page *page, const struct page_line *line)
{
        static const double gap_most = 3, off_most = 0.3; /* heights */
        const struct page_line *nearest = NULL;
        double tall = line->place.height, right = line_right(&line->place), gap = gap_most * tall;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *next = &page->lines[i];
                double its = line_left(&next->place) - right;
                if (next->read.symbols_len >= LETTERS_FEWEST && next->place.x > right && its < gap &&
                    fabs(next->place.y - line->place.y) < off_most * tall &&
                    next->place.height < 1.4 * tall && next->place.height > 0.6 * tall) {
                        nearest = next;
                        gap = its;
                }
        }
        return nearest;
}

bool starts_address(const struct page *page, size_t at)
{
        const struct page_line *line = &page->lines[at];
        struct str text = read_str(&line->read);
        if (!printed_begins_address(text) || printed_likeness(text, STR("경찰청장")) >= 0.7)
                return false;
        bool has_number = false;
        for (const struct page_line *part = line; part && !has_number; part = next_in_row(page, part))
                has_number = page_count_digits(read_str(&part->read)) > 0;
        for (size_t i = at + 1; i < page->lines_len && !has_number; i++)
                has_number =
                    goes_on(line, &page->lines[i]) && page_count_digits(read_str(&page->lines[i].read)) > 0;
        return has_number;
}

static bool is_digit_at(const struct consensus_reading *reading, size_t at)
{
        return at < MIN(reading->len, CONSENSUS_POINTS_MAX) && reading->points[at] >= '0' &&
               reading->points[at] <= '9';
}

/* A full stop between digits is a comma that lost its tail; no address has others. False where the network
 * sees one at an end of a number: what is left of a thin 1 looks like it. */
static bool take_line(struct consensus_reading *reading, const struct ocr_line *line)
{
        size_t kept = reading->len;
        bool whole = true;
        consensus_take(reading, line);
        if (reading->len > CONSENSUS_POINTS_MAX)
                return true;
        size_t len = reading->len;
        for (size_t i = kept; i < len; i++) {
                bool stop = reading->points[i] == '.', behind = kept > 0 && is_digit_at(reading, kept - 1);
                if (stop && !(behind && is_digit_at(reading, i + 1))) {
                        whole = whole && !(behind && reading->model == OCR_NET);
                        continue;
                }
                reading->points[kept] = stop ? ',' : reading->points[i];
                reading->sure[kept++] = reading->sure[i];
        }
        reading->len = kept;
        return whole;
}

/* What a reader makes of all its lines. */
static bool add_reading(struct page *page, const struct page_line *const parts[], size_t count,
                        struct reading how, struct consensus *consensus)
{
        struct consensus_reading reading = {.model = how.model};
        bool whole = true;
        for (size_t i = 0; i < count; i++) {
                struct ocr_line read;
                if (page_read(page, &parts[i]->place, how.way, how.model, NULL, &read))
                        whole = take_line(&reading, &read) && whole;
        }
        consensus_add(consensus, &reading);
        return whole;
}

/* The first of the lines that stand in one row below another. */
static const struct page_line *start_of_row(const struct page *page, const struct page_line *above,
                                            const struct page_line *line)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *other = &page->lines[i];
                if (other->place.x < line->place.x && goes_on(above, other) &&
                    next_in_row(page, other) == line)
                        line = other;
        }
        return line;
}

static size_t add_row(const struct page *page, const struct page_line *row, const struct page_line *ret[],
                      size_t count, size_t max)
{
        for (; row && count < max; row = next_in_row(page, row))
                ret[count++] = row;
        return count;
}

/* The lines of the address that begins at one, if any does. */
static size_t lines_from(const struct page *page, size_t at, const struct page_line *ret[], size_t max)
{
        size_t count = 0;
        if (!starts_address(page, at))
                return 0;
        const struct page_line *row = &page->lines[at];
        count = add_row(page, row, ret, count, max);
        for (size_t i = at + 1; i < page->lines_len && count < max; i++) {
                if (!goes_on(row, &page->lines[i]))
                        continue;
                const struct page_line *next = start_of_row(page, row, &page->lines[i]);
                if (printed_begins_address(read_str(&next->read)) || date_before(page, next))
                        break; /* the next change of a list */
                row = next;
                count = add_row(page, row, ret, count, max);
        }
        return count;
}

/* Whether more of a row stands beside its last part, which was not taken for it: too small, or further off.
 */
static bool stands_beside(const struct page *page, const struct page_line *const parts[], size_t count,
                          const struct page_line *last)
{
        static const double gap_most = 4, off_most = 0.5; /* heights */
        double tall = last->place.height, right = line_right(&last->place);
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *other = &page->lines[i];
                bool is_part = false, is_text = page_count_digits(read_str(&other->read)) > 0;
                for (size_t k = 0; k < count; k++)
                        is_part = is_part || parts[k] == other;
                for (const char *c = other->read.text; *c && !is_text; c++)
                        is_text = (unsigned char)*c >= 0x80;
                if (!is_part && is_text && other->read.symbols_len >= LETTERS_FEWEST &&
                    other->place.x > right && other->read.confidence > 0.5 &&
                    line_left(&other->place) < right + gap_most * tall &&
                    fabs(other->place.y - last->place.y) < off_most * tall)
                        return true;
        }
        return false;
}

/* Whether some row of it goes on, as it seems. */
static bool lacks_parts(const struct page *page, const struct page_line *const parts[], size_t count)
{
        for (size_t i = 0; i < count; i++) {
                bool is_last = i + 1 == count ||
                               parts[i + 1]->place.y > parts[i]->place.y + 0.5 * parts[i]->place.height;
                if (is_last && stands_beside(page, parts, count, parts[i]))
                        return true;
        }
        return false;
}

/* A digit alone below a row may be a stroke of something else. */
static bool ends_with_digit(const struct page_line *const parts[], size_t count)
{
        return count > 0 && parts[count - 1]->read.symbols_len == 1 &&
               page_count_digits(read_str(&parts[count - 1]->read)) == 1;
}

static bool meets(const struct cv_line *a, const struct cv_line *b)
{
        return fabs(a->y - b->y) < (a->height + b->height) / 2 && line_left(a) < line_right(b) &&
               line_left(b) < line_right(a);
}

/* Whether a letter stands below the beginning of the last row, which was not taken for a row of its own, or
 * which the finder of lines passed over. */
static bool has_lost_row(struct page *page, const struct page_line *const parts[], size_t count)
{
        static const double step = 1.35, wide = 1.5, high = 1.1, sure = 0.8; /* heights; of the reading */
        if (count == 0)
                return false;
        const struct cv_line *last = &parts[count - 1]->place;
        double tall = last->height;
        for (size_t i = count; i-- > 0 && fabs(parts[i]->place.y - last->y) < 0.5 * tall;)
                last = parts[i]->place.x < last->x ? &parts[i]->place : last;
        struct cv_line place = *last;
        place.width = wide * tall;
        place.height = high * tall;
        place.x = line_left(last) + place.width / 2;
        place.y = last->y + step * tall - (last->x - place.x) * tan(last->angle);
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                if (line->read.symbols_len >= LETTERS_FEWEST && meets(&line->place, &place))
                        return false;
        }
        struct ocr_line read;
        return page_read(page, &place, PAGE_NET_WAY, OCR_NET, NULL, &read) && read.symbols_len > 0 &&
               read.confidence > sure;
}

bool read_address_at(struct page *page, size_t at, struct printed *ret, struct basis *ret_basis)
{
        static const struct reading plan[] = {
            {PAGE_NET_WAY + 1, OCR_NET}, {4, OCR_KOR},    {4, OCR_GLYPH},
            {PAGE_NET_WAY + 2, OCR_NET}, {0, OCR_SCRIPT}, {PAGE_NET_WAY + 3, OCR_NET}};
        enum { PLAN_FIRST = 3 };
        const struct page_line *parts[ADDRESS_LINES_MAX];
        size_t count = lines_from(page, at, parts, LEN(parts));
        struct consensus consensus = {0};
        struct consensus_reading first = {.model = page->first.model};
        bool whole = true;
        for (size_t i = 0; i < count; i++)
                whole = take_line(&first, &parts[i]->read) && whole;
        consensus_add(&consensus, &first);
        for (size_t k = 0; count > 0 && k < LEN(plan) && !(k == PLAN_FIRST && consensus_is_whole(&consensus));
             k++)
                whole = add_reading(page, parts, count, plan[k], &consensus) && whole;
        struct printed text;
        if (!consensus_text(&consensus, &text, ret_basis))
                return false;
        printed_address(printed_str(&text), ret);
        if (basis_is_contested(ret_basis))
                ret_basis->of[BASIS_NET_SURE] = 0;
        if (!whole || !printed_address_is_whole(printed_str(ret)) || lacks_parts(page, parts, count) ||
            ends_with_digit(parts, count) || has_lost_row(page, parts, count))
                ret_basis->doubted = true;
        /* A house has a number. */
        return page_count_digits(printed_str(ret)) > 0;
}

void read_address(struct page *page, struct document_reading *ret)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                struct printed address;
                struct basis basis;
                const struct page_line *parts[ADDRESS_LINES_MAX];
                if (!starts_address(page, i))
                        continue;
                size_t count = lines_from(page, i, parts, LEN(parts));
                for (size_t k = 0; k < count; k++)
                        place_field(ret, DOC_ADDRESS, &parts[k]->place);
                if (read_address_at(page, i, &address, &basis))
                        set_field(ret, DOC_ADDRESS, printed_str(&address), &basis, BASIS_ADDRESS);
                return;
        }
}
