#include "vision/card_dates.h"

#include "vision/date_line.h"
#include "vision/date_text.h"
#include "vision/document_field.h"

enum { FOUND_DATES_MAX = 12 };

struct found_date {
        struct date date;
        struct basis basis;
        bool in_period; /* "from ~ to": no day of issue */
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

static size_t find_all(struct page *page, struct found_date *ret)
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
                bool period = date_text_is_period(text) || dates.len > DATE_ISO_LEN;
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
                place_field(ret, DOC_ISSUE_DATE, &issued->line->date);
        }
        if (kind == DOC_DRIVER_LICENSE && last && (!issued || date_compare(last->date, issued->date) > 0)) {
                date_format(last->date, text);
                set_field(ret, DOC_EXPIRY_DATE, str_from(text), &last->basis, BASIS_DATE);
                place_field(ret, DOC_EXPIRY_DATE, &last->line->date);
        }
}
