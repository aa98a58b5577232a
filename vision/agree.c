#include "vision/agree.h"

#include "doc/mrz.h"
#include "doc/printed.h"
#include "vision/page.h"

#include <ctype.h>

enum { OTHER_MAX = 32, NUMBER_MIN = 7, ALTERED_MAX = 3, ISSUED_YEARS_MAX = 11 };

static const double zone_sure = 0.9;

/* Of what was printed. */
enum said { SAYS_NOTHING, SAYS_TOLD, SAYS_OTHER };

/* What the zone tells, and how a text is heard for it. */
struct told {
        const struct mrz *mrz;
        enum said (*hear)(const struct mrz *mrz, struct str text, char other[OTHER_MAX]);
};

/* The same but for few digits, which are others. */
static bool is_nearly(struct str text, struct str number)
{
        size_t other = 0;
        for (size_t i = 0; i < number.len; i++) {
                unsigned char a = (unsigned char)text.ptr[i], b = (unsigned char)number.ptr[i];
                if (a == b)
                        continue;
                if (!isdigit(a) || !isdigit(b))
                        return false;
                other++;
        }
        return other >= 1 && other <= ALTERED_MAX;
}

static enum said hear_number(const struct mrz *mrz, struct str text, char other[OTHER_MAX])
{
        struct str number = str_from(mrz->number);
        if (number.len < NUMBER_MIN || number.len >= OTHER_MAX || str_find_str(text, number) >= 0)
                return number.len < NUMBER_MIN || number.len >= OTHER_MAX ? SAYS_NOTHING : SAYS_TOLD;
        for (size_t from = 0, to; from < text.len; from = to + 1) {
                for (to = from; to < text.len && isalnum((unsigned char)text.ptr[to]);)
                        to++;
                struct str word = str_sub(text, from, to - from);
                if (word.len != number.len || !is_nearly(word, number))
                        continue;
                memcpy(other, word.ptr, word.len);
                other[word.len] = '\0';
                return SAYS_OTHER;
        }
        return SAYS_NOTHING;
}

/* A date of issue may be like the birth date by chance: what is later than that could be is none. */
static enum said hear_birth(const struct mrz *mrz, struct str text, char other[OTHER_MAX])
{
        struct date dates[PRINTED_DATES_MAX], birth = mrz->birth;
        struct date issued = date_add_years(mrz->expiry, -ISSUED_YEARS_MAX);
        enum said said = SAYS_NOTHING;
        for (size_t i = 0, count = printed_dates(text, dates); i < count; i++) {
                int same = (dates[i].year == birth.year) + (dates[i].month == birth.month) +
                           (dates[i].day == birth.day);
                if (same == 3)
                        return SAYS_TOLD;
                if (same == 2 && date_compare(dates[i], issued) < 0) {
                        date_format(dates[i], other);
                        said = SAYS_OTHER;
                }
        }
        return said;
}

/* The share of new readings of a line that say what the first did; 0 once one says what the zone does. */
static double hear_again(struct page *page, const struct cv_line *place, const struct told *told,
                         const char *other)
{
        static const struct reading asks[] = {
            {0, OCR_ENG}, {3, OCR_ENG}, {1, OCR_SCRIPT}, {6, OCR_ENG}, {4, OCR_KOR}};
        size_t same = 0;
        double asked = 0;
        for (size_t i = 0; i < LEN(asks); i++, asked++) {
                struct ocr_line read;
                char again[OTHER_MAX] = "";
                page_read(page, place, asks[i].way, asks[i].model, NULL, &read);
                enum said said = told->hear(told->mrz, read_str(&read), again);
                if (said == SAYS_TOLD)
                        return 0;
                same += said == SAYS_OTHER && strcmp(again, other) == 0;
        }
        return (double)same / asked;
}

static double disagreement_about(struct page *page, const struct told *told)
{
        const struct page_line *line = NULL;
        char other[OTHER_MAX] = "";
        for (size_t i = 0; i < page->lines_len; i++) {
                if (page_is_zone(page, &page->lines[i]))
                        continue;
                char heard[OTHER_MAX] = "";
                enum said said = told->hear(told->mrz, read_str(&page->lines[i].read), heard);
                if (said == SAYS_TOLD)
                        return 0;
                if (said == SAYS_OTHER) {
                        line = &page->lines[i];
                        memcpy(other, heard, sizeof(other));
                }
        }
        return line ? hear_again(page, &line->place, told, other) : 0;
}

double disagreement(struct page *page, const struct document_reading *reading)
{
        struct mrz mrz;
        if (reading->fields.values[DOC_MRZ].confidence < zone_sure ||
            !mrz_parse(doc_text(&reading->fields, DOC_MRZ), page->today, &mrz) || !mrz_ok(&mrz))
                return 0;
        const struct told number = {&mrz, hear_number}, birth = {&mrz, hear_birth};
        return MAX(disagreement_about(page, &number), disagreement_about(page, &birth));
}
