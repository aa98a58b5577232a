#include "doc/date.h"

#include <stdio.h>
#include <time.h>

enum { YEAR_MIN = 1800, YEAR_MAX = 2199, KOREA_OFFSET_S = 9 * 3600 };

static bool is_leap(int year)
{
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
        static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

bool date_exists(struct date date)
{
        return date.year >= YEAR_MIN && date.year <= YEAR_MAX && date.month >= 1 && date.month <= 12 &&
               date.day >= 1 && date.day <= days_in_month(date.year, date.month);
}

int date_compare(struct date a, struct date b)
{
        if (a.year != b.year)
                return a.year - b.year;
        if (a.month != b.month)
                return a.month - b.month;
        return a.day - b.day;
}

struct date date_add_years(struct date date, int years)
{
        struct date moved = {date.year + years, date.month, date.day};
        if (moved.month == 2 && moved.day == 29 && !is_leap(moved.year))
                moved.day = 28;
        return moved;
}

static struct date day_after(struct date date)
{
        struct date next = {date.year, date.month, date.day + 1};
        if (next.day > days_in_month(next.year, next.month))
                next = (struct date){next.year, next.month + 1, 1};
        return next.month > 12 ? (struct date){next.year + 1, 1, 1} : next;
}

bool date_are_whole_years(struct date first, struct date last)
{
        if (!date_exists(first) || !date_exists(last) || date_compare(first, last) >= 0)
                return false;
        struct date behind = day_after(last);
        return date_compare(date_add_years(first, last.year - first.year), last) == 0 ||
               date_compare(date_add_years(first, behind.year - first.year), behind) == 0;
}

void date_format(struct date date, char ret[DATE_TEXT_MAX])
{
        if (date_exists(date))
                snprintf(ret, DATE_TEXT_MAX, "%04u-%02u-%02u", (unsigned)date.year % 10000,
                         (unsigned)date.month % 100, (unsigned)date.day % 100);
        else
                ret[0] = '\0';
}

bool date_parse(struct str text, struct date *ret)
{
        int64_t year, month, day;
        if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
            !str_to_int(str_sub(text, 0, 4), 0, 9999, &year) ||
            !str_to_int(str_sub(text, 5, 2), 0, 99, &month) || !str_to_int(str_sub(text, 8, 2), 0, 99, &day))
                return false;
        struct date date = {(int)year, (int)month, (int)day};
        if (!date_exists(date))
                return false;
        *ret = date;
        return true;
}

struct date date_of_korea(int64_t wall_ms)
{
        time_t seconds = (time_t)(wall_ms / 1000 + KOREA_OFFSET_S);
        struct tm tm;
        if (!gmtime_r(&seconds, &tm))
                return (struct date){0};
        return (struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday};
}
