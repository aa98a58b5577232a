#include "vision/date_line.h"

#include "vision/card_numbers.h"
#include "vision/date_text.h"
#include "vision/plan.h"
#include "vision/seal.h"

#include <math.h>

static const char only_dates[] = "0123456789.~- ";

static bool find_dates(const struct page *page, const struct wanted *wanted, struct str text,
                       struct printed *ret)
{
        (void)page;
        return date_text_find(text, wanted->told, ret);
}

/* A period has "적성검사기간" before it, which no address has a wave behind. */
enum { DATE_WORDS_MAX = 5, PERIOD_WORDS_MAX = 8, ISSUER_WORDS_MAX = 18 };

static const struct wanted wanted_dates = {.find = find_dates,
                                           .only = only_dates,
                                           .whole_len = DATE_ISO_LEN,
                                           .plan = plan_digits,
                                           .plan_len = PLAN_DIGITS_LEN};

/* Both of its dates: the first alone would be taken for the day of expiry. */
static bool find_period(const struct page *page, const struct wanted *wanted, struct str text,
                        struct printed *ret)
{
        return find_dates(page, wanted, text, ret) && ret->len == 2 * DATE_ISO_LEN;
}

static const struct wanted wanted_period = {.find = find_period,
                                            .only = only_dates,
                                            .whole_len = 2 * DATE_ISO_LEN,
                                            .plan = plan_digits,
                                            .plan_len = PLAN_DIGITS_LEN};

/* A date whose pieces were taken for lines of their own, or whose end lies under a seal: the line drawn on
 * over what follows in its row, and beyond by some of its heights. */
static struct cv_line drawn_on(const struct page *page, const struct cv_line *from, double beyond)
{
        struct cv_line whole = *from;
        double right = line_right(from);
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *next = &page->lines[i].place;
                double gap = line_left(next) - right;
                if (fabs(next->y - from->y) < 0.5 * from->height && gap > -0.5 * from->height &&
                    gap < 1.2 * from->height && next->height < 1.7 * from->height && line_right(next) > right)
                        right = line_right(next);
        }
        right = MIN(right + beyond * from->height, page->card.width);
        whole.x = (line_left(from) + right) / 2;
        whole.width = right - line_left(from);
        return whole;
}

/* The first date of a reading, if its end is there. */
static bool find_first(struct str text, struct printed *ret)
{
        if (date_text_find_joined(text, ret))
                return true;
        return date_text_find(text, STR(""), ret) &&
               !(date_text_is_cut_off(text, printed_str(ret)) && date_text_is_unclear_at_end(text));
}

static void read_drawn_on(struct page *page, const struct cv_line *place, double beyond,
                          const struct reading *readings, size_t count, struct tally *tally)
{
        struct cv_line whole = drawn_on(page, place, beyond);
        for (size_t i = 0; i < count; i++) {
                struct ocr_line read;
                struct printed found;
                enum ocr_model model = readings[i].model;
                if (page_read(page, &whole, readings[i].way, model, model == OCR_ENG ? only_dates : NULL,
                              &read) &&
                    find_first(read_str(&read), &found))
                        tally_add(tally, str_sub(printed_str(&found), 0, DATE_ISO_LEN), model, &read);
        }
}

/* Digits, but no number, and not so many words as an address has. */
static bool may_be_dates(const struct page *page, struct str text)
{
        size_t digits = page_count_digits(text);
        size_t words_max = date_text_is_period(text) ? PERIOD_WORDS_MAX : DATE_WORDS_MAX;
        /* Who gave the card out may stand in the same line. */
        if (date_text_begins_with_year(text) && digits <= 8)
                words_max = ISSUER_WORDS_MAX;
        return digits >= 4 && digits <= 18 && date_text_words(text) <= words_max && !shows_number(page, text);
}

static bool is_whole(const struct page *page, struct str text, struct printed *ret)
{
        return find_dates(page, &wanted_dates, text, ret) &&
               !date_text_is_cut_off(text, str_sub(printed_str(ret), ret->len - DATE_ISO_LEN, DATE_ISO_LEN));
}

/* Whether a seal lies over a date; one that ends in the middle of a date is looked for behind it, too. */
static bool is_sealed(struct page *page, const struct cv_line *date, bool whole)
{
        return page_lift_seal(page, date, whole ? 1 : 4);
}

/* The symbols up to the last digit. */
static size_t up_to_digits(const struct ocr_line *read)
{
        size_t count = read->symbols_len;
        while (count > 0 && page_count_digits(str_from_bytes(read->text + read->offsets[count - 1], 1)) == 0)
                count--;
        return count;
}

/* The line to its last digit, as the network sees it without the seal. */
static bool end_at_last_digit(struct page *page, const struct cv_line *line, struct ocr_line *read,
                              struct cv_line *ret)
{
        *ret = *line;
        if (!page_read(page, line, PAGE_LIFTED_WAY, OCR_NET, NULL, read))
                return false;
        size_t count = up_to_digits(read);
        if (count > 0)
                *ret = page_part(page, line, PAGE_LIFTED_WAY, read, count);
        return count > 0;
}

/* Without who gave the card out, who stands in larger letters behind a date, and under the seal. */
static struct cv_line without_issuer(const struct page *page, const struct page_line *line)
{
        struct str text = read_str(&line->read);
        if (!date_text_begins_with_year(text) || date_text_words(text) <= DATE_WORDS_MAX)
                return line->place;
        return page_part(page, &line->place, page->first.way, &line->read, up_to_digits(&line->read));
}

bool date_line_may_be(struct page *page, struct page_line *line)
{
        static const double understood = 0.95;
        struct str text = read_str(&line->read);
        struct printed found;
        bool may = may_be_dates(page, text), whole = may && is_whole(page, text, &found);
        line->date = may ? without_issuer(page, line) : line->place;
        if (page_is_zone(page, line) || date_text_is_period(text) || shows_number(page, text) ||
            (!may && line->read.confidence > understood) || !is_sealed(page, &line->date, whole))
                return may;
        struct ocr_line read;
        struct cv_line drawn = drawn_on(page, &line->place, 3), place;
        line->sealed = may;
        if (end_at_last_digit(page, &drawn, &read, &place) && may_be_dates(page, read_str(&read)) &&
            date_text_begins_with_year(read_str(&read))) {
                line->date = place;
                line->sealed = true;
                if (!whole)
                        line->read = read;
        }
        return line->sealed;
}

/* From the red channel, where seals fade. */
static const struct reading in_red[] = {
    {4, OCR_GLYPH}, {PAGE_NET_WAY + 1, OCR_NET}, {1, OCR_SCRIPT}, {1, OCR_KOR}, {1, OCR_ENG}};
/* Where they were taken off. */
static const struct reading unsealed[] = {{PAGE_LIFTED_WAY, OCR_NET},        {PAGE_LIFTED_WAY + 1, OCR_NET},
                                          {PAGE_LIFTED_WAY + 4, OCR_NET},    {PAGE_LIFTED_WAY + 5, OCR_NET},
                                          {PAGE_LIFTED_WAY + 2, OCR_GLYPH},  {PAGE_LIFTED_WAY + 3, OCR_KOR},
                                          {PAGE_LIFTED_WAY + 3, OCR_SCRIPT}, {PAGE_LIFTED_WAY + 3, OCR_ENG}};

static const struct cv_line *date_of(const struct page_line *line)
{
        return line->date.width > 0 ? &line->date : &line->place;
}

/* A date that the finder of lines has cut would be read as another: it is read on over what may follow. */
static void tally_cut_dates(struct page *page, const struct page_line *line, struct tally *tally)
{
        static const double beyond[] = {3, 1.2, 5};
        for (size_t i = 0; i < LEN(beyond); i++) {
                const struct tally_entry *best = tally_best(tally);
                if (best && tally_confidence(tally, best, false) >= 0.98)
                        return;
                read_drawn_on(page, date_of(line), beyond[i], in_red, LEN(in_red), tally);
        }
}

/* The finder may have parted its end from it, or cut off the last digit, or half of that. */
static void tally_period(struct page *page, const struct page_line *line, struct tally *tally)
{
        struct page_line whole = *line;
        struct printed found;
        bool both = find_period(page, &wanted_period, read_str(&line->read), &found);
        whole.place = both ? text_whole(&page->shades, &line->place) : drawn_on(page, &line->place, 0);
        read_by_plan(page, &whole, &wanted_period, tally);
}

static void tally_dates(struct page *page, const struct page_line *line, struct tally *tally)
{
        struct str text = read_str(&line->read);
        struct wanted wanted = wanted_dates;
        struct printed first;
        if (date_text_is_period(text))
                tally_period(page, line, tally);
        if (tally->len > 0)
                return;
        bool whole = is_whole(page, text, &first);
        if (line->sealed) {
                if (whole)
                        tally_add(tally, str_sub(printed_str(&first), 0, DATE_ISO_LEN), page->first.model,
                                  &line->read);
                read_drawn_on(page, &line->date, 1.5, unsealed, LEN(unsealed), tally);
                read_drawn_on(page, &line->date, 1.5, in_red, LEN(in_red), tally);
        }
        if (tally->len > 0)
                return;
        if (date_text_begins_with_year(text) && !date_text_is_period(text) && !whole) {
                tally_cut_dates(page, line, tally);
                return;
        }
        wanted.told = whole ? printed_str(&first) : STR("");
        struct page_line date = *line;
        date.place = *date_of(line);
        if (page_count_digits(text) >= 5)
                read_by_plan(page, &date, &wanted, tally);
}

/* The most that the seal covers of a digit of the date. */
static double covered_by_seal(const struct page *page, const struct cv_line *place)
{
        static const double high = 0.8 /* heights of the line */;
        struct box digits = {(int)line_left(place), (int)(place->y - high / 2 * place->height),
                             (int)place->width, (int)(high * place->height)};
        return seal_over(&page->shades.seals, &digits);
}

/* By so many readings, of the network and two of other kinds or models. */
static bool is_firm(const struct evidence *evidence, int votes)
{
        enum { NET = 1u << OCR_NET, OTHERS_FEWEST = 2 };
        return evidence->votes >= votes && (evidence->models & NET) &&
               __builtin_popcount(evidence->models & ~(unsigned)NET) >= OTHERS_FEWEST;
}

bool date_line_doubts_sealed(const struct tally *tally, const struct tally_entry *best, double covered,
                             bool ends)
{
        enum { FIRM = 7, FIRMER = 8, EACH_OTHER = 4 };
        static const unsigned own = 1u << OCR_NET | 1u << OCR_GLYPH;
        static const double untouched = 0.05, half = 0.5;
        struct evidence others = {0};
        for (size_t i = 0; i < tally->len; i++) {
                if (&tally->entries[i] != best)
                        evidence_join(&others, &tally->entries[i].evidence);
        }
        bool slip = others.votes <= 1 && !(others.models & own) && is_firm(&best->evidence, FIRM);
        bool beside = covered < untouched && ends && is_firm(&best->evidence, FIRMER) &&
                      EACH_OTHER * others.votes <= best->evidence.votes;
        return (tally->len > 1 && !slip && !beside) || covered > half;
}

struct str date_line_elect(struct page *page, const struct page_line *line, struct tally *tally,
                           struct basis *ret_basis)
{
        *tally = (struct tally){.sort = BASIS_DATE};
        *ret_basis = (struct basis){0};
        tally_dates(page, line, tally);
        const struct tally_entry *entry = tally_best(tally);
        if (!entry)
                return STR("");
        /* One that had to be read on beyond where its line was seen to end is less sure. */
        struct printed first;
        *ret_basis = tally_basis(tally, entry, is_whole(page, read_str(&line->read), &first));
        if (line->sealed) {
                bool ends = printed_ends_day(read_str(&line->read), str_from(entry->text));
                double covered = covered_by_seal(page, &line->date);
                ret_basis->doubted = date_line_doubts_sealed(tally, entry, covered, ends);
        }
        return str_from(entry->text);
}
