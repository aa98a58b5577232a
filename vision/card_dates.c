#include "vision/card_dates.h"

#include "vision/card_text.h"
#include "vision/date_line.h"
#include "vision/date_text.h"
#include "vision/document_field.h"

#include <math.h>

enum { FOUND_DATES_MAX = 12 };

struct found_date {
        struct date date;
        struct basis basis;
        bool in_period; /* "from ~ to": no day of issue */
        bool ends;      /* named as the last day */
        int fitness;    /* how much it may be the day of issue, by what stands around it */
        const struct page_line *line;
};

bool read_date(struct page *page, const struct page_line *line, struct date *ret, double *ret_probability)
{
        struct tally tally;
        struct basis basis;
        struct str dates = date_line_elect(page, line, &tally, &basis);
        *ret_probability = basis_probability(&basis, BASIS_DATE);
        return dates.len >= DATE_ISO_LEN && date_parse(str_sub(dates, 0, DATE_ISO_LEN), ret);
}

/* A day of issue is named so, or stands with the authority. What is named otherwise is another day: that of
 * the first card, of moving in. */
static int fitness_of(const struct page *page, enum doc_kind kind, const struct page_line *line)
{
        static const char *const labels[] = {"발급일자", "발급일", "Date of issue"};
        static const double near = 3; /* heights */
        struct str text = read_str(&line->read), before = date_text_before_year(text);
        bool named =
            has_label_near(page, line, labels, LEN(labels)) || str_find_str(before, STR("발급")) >= 0;
        bool other = date_text_words(before) > 0 && (!named || str_find_str(before, STR("최초")) >= 0);
        bool by_authority = false;
        for (size_t i = 0; i < page->lines_len && !by_authority; i++) {
                const struct page_line *at = &page->lines[i];
                struct printed issuer;
                by_authority = fabs(at->place.y - line->place.y) < near * line->place.height &&
                               printed_issuer(read_str(&at->read), kind, &issuer);
        }
        return (other ? -2 : named ? 2 : 0) + by_authority;
}

static bool is_named_last(const struct page *page, const struct page_line *line)
{
        static const char *const labels[] = {"만료일자", "만료일", "유효기간", "체류기간", "Date of expiry"};
        struct str before = date_text_before_year(read_str(&line->read));
        return has_label_near(page, line, labels, LEN(labels)) || str_find_str(before, STR("만료")) >= 0;
}

/* The finder parts a period in two where it is printed wide. */
static bool begins_period(const struct page *page, const struct page_line *line)
{
        const struct page_line *next = next_in_row(page, line);
        return next && date_text_ends_period(read_str(&next->read));
}

static size_t find_all(struct page *page, enum doc_kind kind, struct found_date *ret)
{
        size_t count = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                struct page_line *line = &page->lines[i];
                struct tally tally;
                struct basis basis;
                if (!date_line_may_be(page, line))
                        continue;
                struct str text = read_str(&line->read);
                struct str dates = date_line_elect(page, line, &tally, &basis);
                bool end = date_text_ends_period(text) && dates.len == DATE_ISO_LEN;
                bool period = date_text_is_period(text) || dates.len > DATE_ISO_LEN;
                if ((period && dates.len == DATE_ISO_LEN && !end) || begins_period(page, line))
                        continue; /* which of the two? */
                bool ends = kind == DOC_ALIEN_CARD && is_named_last(page, line);
                int fitness = period || ends ? 0 : fitness_of(page, kind, line);
                for (size_t at = 0; at + DATE_ISO_LEN <= dates.len && count < FOUND_DATES_MAX;
                     at += DATE_ISO_LEN) {
                        struct date date;
                        if (date_parse(str_sub(dates, at, DATE_ISO_LEN), &date))
                                ret[count++] =
                                    (struct found_date){date, basis, period || ends, ends, fitness, line};
                }
        }
        return count;
}

/* The likeliest day of issue, the earliest of those as likely; NULL where there is none. Doubtful where
 * another may be it as well. */
static const struct found_date *choose_issued(struct found_date *dates, size_t count, struct date birth,
                                              struct date today)
{
        struct found_date *best = NULL;
        for (size_t i = 0; i < count; i++) {
                struct found_date *date = &dates[i];
                if (date->in_period || date_compare(date->date, birth) <= 0 ||
                    date_compare(date->date, today) > 0)
                        continue;
                int order = best ? date_compare(date->date, best->date) : 0;
                bool tied = best && date->fitness == best->fitness && order != 0;
                if (!best || date->fitness > best->fitness || (tied && order < 0))
                        best = date;
                best->basis.doubted = best->basis.doubted || tied;
        }
        return best;
}

void read_dates(struct page *page, enum doc_kind kind, struct document_reading *ret)
{
        struct found_date dates[FOUND_DATES_MAX];
        size_t count = find_all(page, kind, dates);
        struct date birth = {0};
        if (!date_parse(doc_text(&ret->fields, DOC_BIRTH_DATE), &birth))
                birth = (struct date){0};
        const struct found_date *issued = choose_issued(dates, count, birth, page->today), *last = NULL;
        for (size_t i = 0; i < count; i++) {
                const struct found_date *date = &dates[i];
                if (date_compare(date->date, birth) > 0 &&
                    (!last || date_compare(date->date, last->date) > 0))
                        last = date;
        }
        char text[DATE_TEXT_MAX];
        if (issued) {
                date_format(issued->date, text);
                set_field(ret, DOC_ISSUE_DATE, str_from(text), &issued->basis, BASIS_DATE);
                place_field(ret, DOC_ISSUE_DATE, &issued->line->date);
        }
        /* Of what aliens' cards show only what is named so. */
        bool told = kind == DOC_DRIVER_LICENSE || (kind == DOC_ALIEN_CARD && last && last->ends);
        if (told && last && (!issued || date_compare(last->date, issued->date) > 0)) {
                date_format(last->date, text);
                set_field(ret, DOC_EXPIRY_DATE, str_from(text), &last->basis, BASIS_DATE);
                place_field(ret, DOC_EXPIRY_DATE, &last->line->date);
        }
}
