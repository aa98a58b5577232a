#include "vision/document_card.h"

#include "vision/card_dates.h"
#include "vision/card_text.h"

/* From where on the dates of a change and of issue are believed against each other. */
static const double sure = 0.9;

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

static bool has_text(const struct page *page, const char *wanted, double least)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                if (printed_likeness(read_str(&page->lines[i].read), str_from(wanted)) >= least)
                        return true;
        }
        return false;
}

static bool has_license_number(const struct page *page)
{
        char number[16];
        bool tail;
        for (size_t i = 0; i < page->lines_len; i++) {
                if (printed_license_number(read_str(&page->lines[i].read), number, &tail))
                        return true;
        }
        return false;
}

/* The back that tells a licence in English: it has a title as fronts have, but neither the Korean one nor the
 * holder's number. Foreign licences name no Korea, and have numbers of other forms. */
static bool is_english_back(const struct page *page)
{
        static const char *const labels[] = {"NAME", "LICENSENO", "CLASS", "CATEGORIES", "DATEOFISSUE"};
        enum { LABELS_LEAST = 3 };
        size_t found = 0;
        double certainty;
        if (page_kind(page, &certainty) != DOC_DRIVER_LICENSE || !has_text(page, "DRIVER'SLICENSE", 0.8) ||
            has_text(page, "운전면허증", 0.6) || has_text(page, "주민번호", 0.7))
                return false;
        for (size_t i = 0; i < page->lines_len; i++) {
                char number[15];
                if (printed_id_number(read_str(&page->lines[i].read), page->today, number))
                        return false;
        }
        for (size_t i = 0; i < LEN(labels); i++)
                found += has_text(page, labels[i], 0.85);
        return found >= LABELS_LEAST && (has_text(page, "REPUBLICOFKOREA", 0.8) || has_license_number(page));
}

int back_likeness(const struct page *page, enum doc_kind kind)
{
        int counts[DOC_KIND_COUNT] = {0}, dated = 0, titled = 0;
        double certainty;
        if (is_english_back(page))
                return kind == DOC_DRIVER_LICENSE ? 1 : -1;
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

bool shows_back(const struct page *page)
{
        int counts[DOC_KIND_COUNT] = {0}, known = 0;
        double certainty;
        if (is_english_back(page))
                return true;
        if (page_kind(page, &certainty) != DOC_UNKNOWN && certainty >= 0.6)
                return false;
        for (size_t i = 0; i < page->lines_len; i++)
                count_words(read_str(&page->lines[i].read), counts);
        for (size_t k = 0; k < DOC_KIND_COUNT; k++)
                known += counts[k];
        return known > 0;
}

/* Whether a change was noted before the card was issued. */
static bool precedes_card(const struct document_reading *reading, struct date change, double sure_of_change)
{
        const struct doc_value *value = &reading->fields.values[DOC_ISSUE_DATE];
        struct date issued;
        return sure_of_change > sure && value->confidence > sure &&
               date_parse(str_from(value->text), &issued) && date_compare(change, issued) < 0;
}

/* What was made of a list so far. */
struct list {
        bool used[TEXT_LINES_MAX]; /* the lines of which the date is a change's */
        bool is_doubtful;          /* a row may be missing, or have another's date */
};

/* The row of the address that begins in this line, if one does. False where it is of another card. */
static bool read_row(struct page *page, size_t at, struct list *list, struct document_reading *ret)
{
        struct printed address;
        struct basis basis;
        struct date date;
        double sure_of_date;
        char text[DATE_TEXT_MAX];
        if (!read_address_at(page, at, &address, &basis))
                return true;
        const struct page_line *dated = date_before(page, &page->lines[at]);
        if (!dated || !read_date(page, dated, &date, &sure_of_date)) {
                list->is_doubtful = true;
                return true;
        }
        if (precedes_card(ret, date, sure_of_date))
                return false;
        list->used[dated - page->lines] = true;
        date_format(date, text);
        if (!doc_add_change(&ret->fields, str_from(text), printed_str(&address),
                            basis_probability(&basis, BASIS_ADDRESS) * sure_of_date))
                list->is_doubtful = true;
        return true;
}

/* Whether a date stands there that no address was read behind: it may be the newest. */
static bool has_row_missed(const struct page *page, const struct list *list)
{
        struct date dates[PRINTED_DATES_MAX];
        for (size_t i = 0; i < page->lines_len; i++) {
                if (!list->used[i] && printed_dates(read_str(&page->lines[i].read), dates) > 0)
                        return true;
        }
        return false;
}

static void doubt(struct doc_value *value)
{
        value->confidence = doubted(value->confidence);
}

bool read_back(struct page *page, struct document_reading *ret)
{
        struct list list = {0};
        if (is_english_back(page))
                return true; /* it has no list */
        for (size_t i = 0; i < page->lines_len; i++) {
                if (!read_row(page, i, &list, ret)) {
                        ret->fields.changes_len = 0;
                        return false;
                }
        }
        const struct doc_change *newest = doc_newest_change(&ret->fields);
        if (newest)
                doc_set(&ret->fields, DOC_ADDRESS, str_from(newest->address.text),
                        newest->address.confidence);
        else
                read_address(page, ret);
        /* Where a list runs askew, a date may stand in the row of the address above or below. */
        if (list.is_doubtful || has_row_missed(page, &list)) {
                for (size_t i = 0; i < ret->fields.changes_len; i++)
                        doubt(&ret->fields.changes[i].address);
                doubt(&ret->fields.values[DOC_ADDRESS]);
        }
        return true;
}
