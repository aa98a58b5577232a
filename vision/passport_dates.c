#include "vision/passport_dates.h"

#include "doc/printed.h"
#include "vision/document_field.h"
#include "vision/plan.h"

enum {
        DIGITS_FEWEST = 4, /* of a line with a date */
        DIGITS_MOST = 12,
        ISSUED_YEARS_MAX = 11 /* before the expiry */
};

static bool birth_told(const struct wanted *wanted, struct date *ret)
{
        return date_parse(str_sub(wanted->told, 0, DATE_ISO_LEN), ret);
}

static bool expiry_told(const struct wanted *wanted, struct date *ret)
{
        return date_parse(str_sub(wanted->told, DATE_ISO_LEN, DATE_ISO_LEN), ret);
}

static bool may_be_issued(const struct page *page, const struct wanted *wanted, struct date date)
{
        struct date birth, expiry;
        return birth_told(wanted, &birth) && expiry_told(wanted, &expiry) && date_compare(date, birth) > 0 &&
               date_compare(date, page->today) <= 0 && date_compare(date, expiry) < 0;
}

/* Whether a date without its century is that of `whole`. */
static bool is_short_of(struct date date, struct date whole)
{
        return date.year == whole.year % 100 && date.month == whole.month && date.day == whole.day;
}

static bool find_issue_date(const struct page *page, const struct wanted *wanted, struct str text,
                            struct printed *ret)
{
        struct date dates[PRINTED_DATES_MAX];
        if (printed_dates(text, dates) == 0 || !may_be_issued(page, wanted, dates[0]))
                return false;
        date_format(dates[0], ret->text);
        ret->len = DATE_ISO_LEN;
        return true;
}

/* A year without its century is the last that was not after today. */
static bool find_short_issue_date(const struct page *page, const struct wanted *wanted, struct str text,
                                  struct printed *ret)
{
        struct date date, expiry;
        if (!printed_short_date(text, &date) || !expiry_told(wanted, &expiry))
                return false;
        date.year += page->today.year / 100 * 100;
        if (date_compare(date, page->today) > 0)
                date.year -= 100;
        if (!date_exists(date) || !may_be_issued(page, wanted, date) ||
            date_compare(date, date_add_years(expiry, -ISSUED_YEARS_MAX)) < 0)
                return false;
        date_format(date, ret->text);
        ret->len = DATE_ISO_LEN;
        return true;
}

/* Passports end on the day of the year on which they were given out, or the day before. */
static bool is_anniversary(const struct tally *tally, struct date expiry)
{
        const struct tally_entry *best = tally_best(tally);
        struct date issued;
        return best && date_parse(str_from(best->text), &issued) && date_are_whole_years(issued, expiry);
}

/* The birth date or the expiry, as the zone tells them. */
static bool is_told(const struct mrz *mrz, struct str text)
{
        struct date dates[PRINTED_DATES_MAX];
        return printed_dates(text, dates) > 0 &&
               (date_compare(dates[0], mrz->birth) == 0 || date_compare(dates[0], mrz->expiry) == 0);
}

/* The same, with two digits of the year. */
static bool is_told_short(const struct mrz *mrz, struct str text)
{
        struct date date;
        return printed_short_date(text, &date) &&
               (is_short_of(date, mrz->birth) || is_short_of(date, mrz->expiry));
}

/* A document writes its dates in one way: where none that is known stands there without its century, two
 * digits are those that are left of four. */
static bool are_short(const struct page *page, const struct zone *zone)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                if (!zone_holds(page, zone, line) && is_told_short(&zone->choice.mrz, read_str(&line->read)))
                        return true;
        }
        return false;
}

/* Readings of the dates in the printed part that are neither birth nor expiry. */
void read_issue_date(struct page *page, const struct zone *zone, struct document_reading *ret)
{
        static const struct reading plan[] = {{0, OCR_ENG},
                                              {PAGE_NET_WAY + 1, OCR_NET},
                                              {3, OCR_ENG},
                                              {PAGE_NET_WAY + 2, OCR_NET},
                                              {3, OCR_SCRIPT}};
        const struct mrz *mrz = &zone->choice.mrz;
        char told[DATE_ISO_LEN + DATE_TEXT_MAX];
        struct tally tally = {.sort = BASIS_DATE};
        date_format(mrz->birth, told);
        date_format(mrz->expiry, told + DATE_ISO_LEN);
        const struct wanted wanted = {.find = are_short(page, zone) ? find_short_issue_date : find_issue_date,
                                      .told = str_from(told),
                                      .whole_len = DATE_ISO_LEN,
                                      .plan = plan,
                                      .plan_len = LEN(plan)};
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                struct str text = read_str(&line->read);
                size_t digits = page_count_digits(text);
                if (!zone_holds(page, zone, line) && digits >= DIGITS_FEWEST && digits <= DIGITS_MOST &&
                    !is_told(mrz, text) && !is_told_short(mrz, text))
                        read_by_plan(page, line, &wanted, &tally);
        }
        set_agreed(ret, DOC_ISSUE_DATE, &tally, is_anniversary(&tally, mrz->expiry));
}
