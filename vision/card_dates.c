#include "vision/card_dates.h"

#include "vision/card_numbers.h"
#include "vision/document_field.h"
#include "vision/plan.h"

#include <math.h>

static const char only_dates[] = "0123456789.~- ";

/* Either month and day are written with a zero before them, or neither is: of "2010.08.2" the end is
 * hidden. */
static bool is_written_two_ways(struct str text, struct date date)
{
        enum { ONE_ZERO = 4 + 2 + 1 };
        return date.month < 10 && date.day < 10 && page_count_digits(text) == ONE_ZERO;
}

/* A day of one digit with nothing behind it may have lost its second. */
static bool is_cut_off(struct str text, struct str iso)
{
        text = str_trim(text);
        bool one_digit = iso.len >= DATE_ISO_LEN && iso.ptr[8] == '0';
        return one_digit && !str_ends_with(text, STR(".")) && !str_ends_with(text, STR("일")) &&
               iso.ptr[9] != '0' && !(text.len > 1 && text.ptr[text.len - 2] == '0');
}

/* Told the date that the line was seen to be, a day that is only its beginning is none. */
static bool find_dates(const struct page *page, const struct wanted *wanted, struct str text,
                       struct printed *ret)
{
        struct date dates[PRINTED_DATES_MAX];
        size_t count = printed_dates(text, dates);
        (void)page, (void)wanted;
        if (count == 1 && is_written_two_ways(text, dates[0]))
                return false;
        ret->len = 0;
        for (size_t i = 0; i < count; i++) {
                date_format(dates[i], ret->text + ret->len);
                ret->len = strnlen(ret->text, PRINTED_MAX);
        }
        struct str told = wanted->told;
        if (count == 1 && told.len == DATE_ISO_LEN && told.ptr[8] != '0' &&
            is_cut_off(text, printed_str(ret)))
                ret->len = 0;
        return ret->len > 0;
}

/* A period has "적성검사기간" before it, which no address has a wave behind. */
enum { FOUND_DATES_MAX = 12, DATE_WORDS_MAX = 5, PERIOD_WORDS_MAX = 8, ISSUER_WORDS_MAX = 18 };

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

struct found_date {
        struct date date;
        struct basis basis;
        bool in_period; /* "from ~ to": no day of issue */
        const struct page_line *line;
};

/* Hangul other than what dates are written with: an address has house numbers, no dates. */
static size_t other_words(struct str text)
{
        size_t count = 0;
        for (size_t at = 0; at + 3 <= text.len; at++) {
                if ((unsigned char)text.ptr[at] < 0xea || (unsigned char)text.ptr[at] > 0xed)
                        continue;
                struct str syllable = str_sub(text, at, 3);
                count += !str_equal(syllable, STR("년")) && !str_equal(syllable, STR("월")) &&
                         !str_equal(syllable, STR("일"));
        }
        return count;
}

static bool begins_with_year(struct str text)
{
        size_t digits = 0, marks = 0;
        while (marks < text.len && strchr(". ,:'-~", text.ptr[marks]))
                marks++;
        text = str_sub(text, marks, text.len - marks);
        while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
                digits++;
        return digits == 4 && (str_starts_with(text, STR("19")) || str_starts_with(text, STR("20")));
}

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

/* What stands behind a day of one digit may have been its second; where nothing does, the day is whole. */
static bool is_unclear_at_end(struct str text)
{
        text = str_trim(text);
        return text.len > 0 && !(text.ptr[text.len - 1] >= '0' && text.ptr[text.len - 1] <= '9');
}

/* Readings from the red channel, where seals fade. */
static void read_drawn_on(struct page *page, const struct page_line *line, double beyond, struct tally *tally)
{
        static const struct reading seal[] = {
            {4, OCR_GLYPH}, {PAGE_NET_WAY + 1, OCR_NET}, {1, OCR_SCRIPT}, {1, OCR_KOR}, {1, OCR_ENG}};
        struct cv_line whole = drawn_on(page, &line->place, beyond);
        for (size_t i = 0; i < LEN(seal); i++) {
                struct ocr_line read;
                struct printed found;
                enum ocr_model model = seal[i].model;
                if (page_read(page, &whole, seal[i].way, model, model == OCR_ENG ? only_dates : NULL,
                              &read) &&
                    find_dates(page, &wanted_dates, read_str(&read), &found) &&
                    !(is_cut_off(read_str(&read), printed_str(&found)) && is_unclear_at_end(read_str(&read))))
                        tally_add(tally, str_sub(printed_str(&found), 0, DATE_ISO_LEN), model, &read);
        }
}

/* Digits, but no number, and not so many words as an address has. */
static bool is_period(struct str text)
{
        enum { DATE_DIGITS_MAX = 10 /* 8, and dust taken for two more */ };
        return str_find(text, '~') >= 0 || page_count_digits(text) > DATE_DIGITS_MAX;
}

static bool may_be_dates(const struct page *page, struct str text)
{
        size_t digits = page_count_digits(text);
        size_t words_max = is_period(text) ? PERIOD_WORDS_MAX : DATE_WORDS_MAX;
        /* Who gave the card out may stand in the same line. */
        if (begins_with_year(text) && digits <= 8)
                words_max = ISSUER_WORDS_MAX;
        return digits >= 4 && digits <= 18 && other_words(text) <= words_max && !shows_number(page, text);
}

static bool is_whole(const struct page *page, struct str text, struct printed *ret)
{
        return find_dates(page, &wanted_dates, text, ret) &&
               !is_cut_off(text, str_sub(printed_str(ret), ret->len - DATE_ISO_LEN, DATE_ISO_LEN));
}

/* A date that the finder of lines has cut would be read as another: it is read on over what may follow. */
static void tally_dates(struct page *page, const struct page_line *line, struct tally *tally)
{
        static const double beyond[] = {3, 1.2, 5};
        struct str text = read_str(&line->read);
        struct wanted wanted = wanted_dates;
        struct printed first;
        if (is_period(text)) {
                read_by_plan(page, line, &wanted_period, tally);
                if (tally->len > 0)
                        return;
        }
        bool whole = is_whole(page, text, &first);
        if (!begins_with_year(text) || is_period(text) || whole) {
                wanted.told = whole ? printed_str(&first) : STR("");
                if (page_count_digits(text) >= 5)
                        read_by_plan(page, line, &wanted, tally);
                return;
        }
        for (size_t i = 0; i < LEN(beyond); i++) {
                const struct tally_entry *best = tally_best(tally);
                if (best && tally_confidence(tally, best, false) >= 0.98)
                        return;
                read_drawn_on(page, line, beyond[i], tally);
        }
}

/* The dates of a line in ISO form, one behind the other, as its readers agree; empty where they see none. In
 * the tally. */
static struct str elect_dates(struct page *page, const struct page_line *line, struct tally *tally,
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
        return str_from(entry->text);
}

bool read_date(struct page *page, const struct page_line *line, struct date *ret, double *ret_probability)
{
        struct tally tally;
        struct basis basis;
        struct str dates = elect_dates(page, line, &tally, &basis);
        *ret_probability = basis_probability(&basis, BASIS_DATE);
        return dates.len >= DATE_ISO_LEN && date_parse(str_sub(dates, 0, DATE_ISO_LEN), ret);
}

static size_t find_all(struct page *page, struct found_date *ret)
{
        size_t count = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                struct str text = read_str(&line->read);
                struct tally tally;
                struct basis basis;
                if (!may_be_dates(page, text))
                        continue;
                struct str dates = elect_dates(page, line, &tally, &basis);
                bool period = is_period(text) || dates.len > DATE_ISO_LEN;
                if (period && dates.len == DATE_ISO_LEN)
                        continue; /* which of the two? */
                for (size_t at = 0; at + DATE_ISO_LEN <= dates.len && count < FOUND_DATES_MAX;
                     at += DATE_ISO_LEN) {
                        struct date date;
                        if (date_parse(str_sub(dates, at, DATE_ISO_LEN), &date))
                                ret[count++] = (struct found_date){date, basis, period, line};
                }
        }
        return count;
}

void read_dates(struct page *page, enum doc_kind kind, struct document_reading *ret)
{
        struct found_date dates[FOUND_DATES_MAX];
        size_t count = find_all(page, dates);
        const struct found_date *issued = NULL, *last = NULL;
        struct date birth = {0};
        bool has_birth = date_parse(doc_text(&ret->fields, DOC_BIRTH_DATE), &birth);
        for (size_t i = 0; i < count; i++) {
                const struct found_date *date = &dates[i];
                if (has_birth && date_compare(date->date, birth) <= 0)
                        continue;
                if (!date->in_period && date_compare(date->date, page->today) <= 0 &&
                    (!issued || date_compare(date->date, issued->date) < 0))
                        issued = date;
                if (!last || date_compare(date->date, last->date) > 0)
                        last = date;
        }
        char text[DATE_TEXT_MAX];
        if (issued) {
                date_format(issued->date, text);
                set_field(ret, DOC_ISSUE_DATE, str_from(text), &issued->basis, BASIS_DATE);
                place_field(ret, DOC_ISSUE_DATE, &issued->line->place);
        }
        if (kind == DOC_DRIVER_LICENSE && last && (!issued || date_compare(last->date, issued->date) > 0)) {
                date_format(last->date, text);
                set_field(ret, DOC_EXPIRY_DATE, str_from(text), &last->basis, BASIS_DATE);
                place_field(ret, DOC_EXPIRY_DATE, &last->line->place);
        }
}
