#include "vision/card_text.h"
#include "vision/digits.h"

#include <math.h>

/* A date in a line as its first reader and the reader of digits have it. */
static bool read_date(struct page *page, const struct page_line *line, struct date *ret,
                      double *ret_confidence)
{
        enum { WAY = 4 };
        struct date dates[PRINTED_DATES_MAX], again[PRINTED_DATES_MAX];
        struct ocr_line read;
        if (printed_dates(read_str(&line->read), dates) == 0)
                return false;
        bool agreed = page_read(page, &line->place, WAY, OCR_GLYPH, NULL, &read) &&
                      printed_dates(read_str(&read), again) > 0 && date_compare(dates[0], again[0]) == 0;
        *ret = dates[0];
        *ret_confidence = agreed ? 0.95 : 0.6;
        return true;
}

/* The date that stands before an address in its row. */
static const struct page_line *date_before(const struct page *page, const struct page_line *address)
{
        struct date dates[PRINTED_DATES_MAX];
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                if (line_right(&line->place) < address->place.x &&
                    fabs(line->place.y - address->place.y) < 0.75 * address->place.height &&
                    printed_dates(read_str(&line->read), dates) > 0)
                        return line;
        }
        return NULL;
}

int back_likeness(const struct page *page, enum doc_kind kind)
{
        static const char *const words[] = {"주소변동사항", "변동사항", "기재사항변경", "습득하신분은",
                                            "우체통"};
        double certainty;
        enum doc_kind front = page_kind(page, &certainty);
        int like = front != DOC_UNKNOWN && certainty >= 0.6 ? -1 : 0;
        for (size_t i = 0; i < page->lines_len && like >= 0; i++) {
                struct str text = read_str(&page->lines[i].read);
                struct printed squeezed;
                printed_squeeze(text, &squeezed);
                for (size_t k = 0; k < LEN(words); k++)
                        like += printed_likeness(printed_str(&squeezed), str_from(words[k])) > 0.7;
                like += kind == DOC_RESIDENT_CARD && printed_begins_address(text) &&
                        date_before(page, &page->lines[i]) != NULL;
        }
        return like;
}

void read_back(struct page *page, struct document_reading *ret)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                struct printed address;
                struct date date;
                struct basis basis;
                double sure_of_date;
                if (!read_address_at(page, i, &address, &basis))
                        continue;
                const struct page_line *dated = date_before(page, &page->lines[i]);
                if (!dated || !read_date(page, dated, &date, &sure_of_date))
                        continue;
                char text[DATE_TEXT_MAX];
                date_format(date, text);
                (void)doc_add_change(&ret->fields, str_from(text), printed_str(&address),
                                     MIN(basis_probability(&basis, BASIS_ADDRESS), sure_of_date));
        }
        const struct doc_change *newest = doc_newest_change(&ret->fields);
        if (newest)
                doc_set(&ret->fields, DOC_ADDRESS, str_from(newest->address.text),
                        newest->address.confidence);
        else
                read_address(page, ret);
}
