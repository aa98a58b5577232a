#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t now_ns(clockid_t id)
{
        struct timespec ts;
        clock_gettime(id, &ts);
        return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t clock_wall_ms(void)
{
        return now_ns(CLOCK_REALTIME) / 1000000;
}

int64_t clock_mono_ms(void)
{
        return now_ns(CLOCK_MONOTONIC) / 1000000;
}

int64_t clock_thread_cpu_us(void)
{
        return now_ns(CLOCK_THREAD_CPUTIME_ID) / 1000;
}

void clock_format(int64_t wall_ms, char ret[CLOCK_TEXT_MAX])
{
        time_t seconds = (time_t)(wall_ms / 1000);
        struct tm tm;
        gmtime_r(&seconds, &tm);
        strftime(ret, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* Exactly `n` digits at *at, which moves on. */
static bool digits(struct str s, size_t *at, size_t n, int *ret)
{
        int64_t value;
        struct str part = str_sub(s, *at, n);
        if (part.len != n || part.ptr[0] == '-' || !str_to_int(part, 0, 9999, &value))
                return false;
        *at += n;
        *ret = (int)value;
        return true;
}

static bool expect(struct str s, size_t *at, const char *any_of)
{
        if (*at >= s.len || strchr(any_of, s.ptr[*at]) == NULL)
                return false;
        (*at)++;
        return true;
}

static bool parse_offset(struct str s, size_t *at, int *ret_seconds)
{
        if (expect(s, at, "Zz")) {
                *ret_seconds = 0;
                return true;
        }
        bool behind = *at < s.len && s.ptr[*at] == '-';
        int hours, minutes;
        if (!expect(s, at, "+-") || !digits(s, at, 2, &hours) || !expect(s, at, ":") ||
            !digits(s, at, 2, &minutes) || hours > 23 || minutes > 59)
                return false;
        *ret_seconds = (hours * 60 + minutes) * 60 * (behind ? -1 : 1);
        return true;
}

bool clock_parse(struct str text, int64_t *ret_wall_ms)
{
        struct tm tm = {0};
        size_t at = 0;
        int year, month, offset = 0;
        if (!digits(text, &at, 4, &year) || !expect(text, &at, "-") || !digits(text, &at, 2, &month) ||
            !expect(text, &at, "-") || !digits(text, &at, 2, &tm.tm_mday))
                return false;
        if (at < text.len) {
                if (!expect(text, &at, "Tt ") || !digits(text, &at, 2, &tm.tm_hour) ||
                    !expect(text, &at, ":") || !digits(text, &at, 2, &tm.tm_min) || !expect(text, &at, ":") ||
                    !digits(text, &at, 2, &tm.tm_sec))
                        return false;
                if (expect(text, &at, ".")) {
                        size_t from = at;
                        while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9')
                                at++;
                        if (at == from)
                                return false;
                }
                if (!parse_offset(text, &at, &offset))
                        return false;
        }
        if (at != text.len || year < 1800 || month < 1 || month > 12 || tm.tm_mday < 1 || tm.tm_hour > 23 ||
            tm.tm_min > 59 || tm.tm_sec > 60)
                return false;
        tm.tm_year = year - 1900;
        tm.tm_mon = month - 1;
        int day = tm.tm_mday;
        time_t seconds = timegm(&tm);
        if (tm.tm_mday != day) /* the 31st of a shorter month moved on */
                return false;
        *ret_wall_ms = ((int64_t)seconds - offset) * 1000;
        return true;
}
