#include "vision/card_dates.h"
#include "vision/card_text.h"

/* From where on the dates of a change and of issue are believed against each other. */
static const double sure = 0.9, doubtful = 0.5;

/* What backs say: the titles of their lists, by kind, and what all have. */
static const struct {
        const char *text;
        enum doc_kind kind; /* DOC_UNKNOWN: of any */
} words[] = {
    {"변동사항", DOC_RESIDENT_CARD},  /* 주소변동사항 */
    {"기재사항", DOC_DRIVER_LICENSE}, /* 기재사항변경 */
    {"습득하신분은", DOC_UNKNOWN},
    {"우체통", DOC_UNKNOWN},
};

/* Add what a line has of them: `counts` is by the kind that has them. */
static void count_words(struct str text, int counts[DOC_KIND_COUNT])
{
        struct printed squeezed;
        printed_squeeze(text, &squeezed);
        for (size_t k = 0; k < LEN(words); k++)
                counts[words[k].kind] +=
                    printed_likeness(printed_str(&squeezed), str_from(words[k].text)) > 0.7;
}

int back_likeness(const struct page *page, enum doc_kind kind)
{
        int counts[DOC_KIND_COUNT] = {0}, dated = 0, titled = 0;
        double certainty;
        if (page_kind(page, &certainty) != DOC_UNKNOWN && certainty >= 0.6)
                return -1;
        for (size_t i = 0; i < page->lines_len; i++) {
                struct str text = read_str(&page->lines[i].read);
                count_words(text, counts);
                dated += kind == DOC_RESIDENT_CARD && printed_begins_address(text) &&
                         date_before(page, &page->lines[i]) != NULL;
        }
        for (size_t k = 0; k < DOC_KIND_COUNT; k++)
                titled += k != DOC_UNKNOWN ? counts[k] : 0;
        if (titled > 0 && counts[kind] == 0)
                return -1;
        return counts[kind] + counts[DOC_UNKNOWN] + dated;
}

/* Whether a change was noted before the card was issued. */
static bool precedes_card(const struct document_reading *reading, struct date change, double sure_of_change)
{
        const struct doc_value *value = &reading->fields.values[DOC_ISSUE_DATE];
        struct date issued;
        return sure_of_change > sure && value->confidence > sure &&
               date_parse(str_from(value->text), &issued) && date_compare(change, issued) < 0;
}

/* Where a list runs askew, a date may stand in the row of the address above or below. */
static void doubt_changes(struct doc_fields *fields)
{
        for (size_t i = 0; i < fields->changes_len; i++) {
                double *confidence = &fields->changes[i].address.confidence;
                *confidence = MIN(*confidence, doubtful);
        }
}

bool read_back(struct page *page, struct document_reading *ret)
{
        bool has_undated = false;
        for (size_t i = 0; i < page->lines_len; i++) {
                struct printed address;
                struct date date;
                struct basis basis;
                double sure_of_date;
                if (!read_address_at(page, i, &address, &basis))
                        continue;
                const struct page_line *dated = date_before(page, &page->lines[i]);
                if (!dated || !read_date(page, dated, &date, &sure_of_date)) {
                        has_undated = true;
                        continue;
                }
                if (precedes_card(ret, date, sure_of_date)) {
                        ret->fields.changes_len = 0;
                        return false;
                }
                char text[DATE_TEXT_MAX];
                date_format(date, text);
                (void)doc_add_change(&ret->fields, str_from(text), printed_str(&address),
                                     basis_probability(&basis, BASIS_ADDRESS) * sure_of_date);
        }
        if (has_undated)
                doubt_changes(&ret->fields);
        const struct doc_change *newest = doc_newest_change(&ret->fields);
        if (newest)
                doc_set(&ret->fields, DOC_ADDRESS, str_from(newest->address.text),
                        newest->address.confidence);
        else
                read_address(page, ret);
        return true;
}
