#include "vision/zone_line.h"

#include <assert.h>

/* What the word of each reader weighs, shared among its readings: one reader does not become right by
 * repeating itself. Tesseract's English was not made for OCR-B. */
static const double reader_weights[ZONE_READERS] = {
    [ZONE_BY_GRID] = 1, [ZONE_BY_MRZ] = 1, [ZONE_BY_NET] = 1, [ZONE_BY_ENG] = 0.4};

/* The longest run of fillers: its length, and where it begins. */
static size_t filler_run(const char *text, size_t *ret_at)
{
        size_t best = 0, run = 0;
        for (size_t i = 0; text[i]; i++) {
                run = text[i] == '<' ? run + 1 : 0;
                if (run > best) {
                        best = run;
                        *ret_at = i + 1 - run;
                }
        }
        return best;
}

/* Bring a reading to the length of the format: readers miscount long runs of fillers and see letters in their
 * end. False where that does not explain the difference. */
static bool fit(const char *text, enum mrz_format format, size_t line, char ret[MRZ_LINE_MAX],
                size_t *ret_changed)
{
        size_t want = mrz_format_line_len(format), len = strlen(text), at = 0;
        /* A mark before the first line, as of a frame, was taken for a character: no state begins with a
         * filler.
         */
        if (line == 0 && !mrz_begins(format, text[0]) && mrz_begins(format, text[1]) &&
            (len > want || text[2] == '<')) {
                text++;
                len--;
        }
        size_t run = filler_run(text, &at);
        bool open_end = len > 8 && memcmp(text + len - 3, "<<<", 3) == 0;
        if (len > want + 8 || (len + 12 < want && !(open_end && line != 1)))
                return false;
        size_t more = len < want ? want - len : 0, less = len > want ? len - want : 0;
        if ((more > 1 && run < 3) || (less > 0 && run < less + 2))
                return false;
        if (more > 0 && run == 0)
                at = len;
        memcpy(ret, text, at);
        memset(ret + at, '<', run + more - less);
        memcpy(ret + at + run + more - less, text + at + run, len - at - run);
        ret[want] = '\0';
        mrz_retype(format, line, ret, want);
        *ret_changed = more + less;
        return true;
}

/* Behind two fillers at the end of a name only fillers follow: what readers see there is noise. */
static void clean_name(enum mrz_format format, size_t line, char *text)
{
        size_t len = mrz_format_line_len(format), end = len;
        if (line != zone_name_line(format))
                return;
        for (size_t i = format == MRZ_TD1 ? 0 : 5; i + 3 < len; i++) {
                if (memcmp(text + i, "<<<<", 4) == 0) {
                        end = i;
                        break;
                }
        }
        memset(text + end, '<', len - end);
}

static void say(struct zone_line *line, const char *text, unsigned readers, int votes, size_t changed)
{
        size_t i = 0;
        while (i < line->len && strcmp(line->said[i].text, text) != 0)
                i++;
        if (i == line->len) {
                assert(line->len < ZONE_TEXTS_MAX);
                memcpy(line->said[line->len++].text, text, MRZ_LINE_MAX);
                line->said[i].readers = 0;
                line->said[i].votes = 0;
                line->said[i].changed = changed;
        }
        line->said[i].readers |= readers;
        line->said[i].votes += votes;
        line->said[i].changed = MIN(line->said[i].changed, changed);
}

double zone_support(const struct zone_line *line, size_t at, char c, int *ret_readers)
{
        double weight = 0;
        unsigned readers = 0;
        for (size_t i = 0; i < line->seen_len; i++) {
                if (line->seen[i].text[at] != c)
                        continue;
                weight += line->weights[line->seen[i].reader];
                readers |= 1u << line->seen[i].reader;
        }
        *ret_readers = __builtin_popcount(readers);
        return weight;
}

static char most_supported(const struct zone_line *line, size_t at, double *ret_weight, int *ret_readers)
{
        char best = '\0';
        *ret_weight = 0;
        *ret_readers = 0;
        for (size_t i = 0; i < line->seen_len; i++) {
                int readers;
                double weight = zone_support(line, at, line->seen[i].text[at], &readers);
                if (weight <= *ret_weight)
                        continue;
                *ret_weight = weight;
                *ret_readers = readers;
                best = line->seen[i].text[at];
        }
        return best;
}

bool zone_is_slip(const struct zone_line *line, enum mrz_format format, size_t number, size_t at, char c)
{
        double top;
        int readers, own;
        most_supported(line, at, &top, &readers);
        return mrz_is_checked(format, number, at) && readers >= 2 &&
               3 * zone_support(line, at, c, &own) < top;
}

/* Where two readers that have nothing in common agree on a character, what little speaks for another is a
 * slip, even if it has the check digits right: a zone that was printed wrong must not be made right by one.
 */
static void drop_slips(struct zone_line *line, enum mrz_format format, size_t number)
{
        size_t kept = 0;
        for (size_t i = 0; i < line->len; i++) {
                bool slip = false;
                for (size_t at = 0; at < mrz_format_line_len(format) && !slip; at++)
                        slip = zone_is_slip(line, format, number, at, line->said[i].text[at]);
                if (!slip)
                        line->said[kept++] = line->said[i];
        }
        line->len = kept;
}

void zone_line_of(const struct zone_row *row, enum mrz_format format, size_t number, struct zone_line *ret)
{
        *ret = (struct zone_line){0};
        int readings[ZONE_READERS] = {0};
        size_t all_changed = 0;
        for (size_t i = 0; i < row->len; i++) {
                const struct zone_reading *reading = &row->readings[i];
                char text[MRZ_LINE_MAX] = {0};
                size_t changed = 0;
                if (!fit(reading->text, format, number, text, &changed))
                        continue;
                clean_name(format, number, text);
                say(ret, text, 1u << reading->reader, 1, changed);
                readings[reading->reader]++;
                all_changed += changed;
                ret->seen[ret->seen_len].reader = reading->reader;
                memcpy(ret->seen[ret->seen_len++].text, text, MRZ_LINE_MAX);
                if (changed == 0 && fit(reading->doubt, format, number, text, &changed))
                        memcpy(ret->doubts[ret->doubts_len++].text, text, MRZ_LINE_MAX);
        }
        for (size_t i = 0; i < LEN(readings); i++)
                ret->weights[i] = reader_weights[i] / MAX(1, readings[i]);
        char common[MRZ_LINE_MAX] = {0};
        for (size_t at = 0; ret->seen_len > 0 && at < mrz_format_line_len(format); at++) {
                double weight;
                int readers;
                common[at] = most_supported(ret, at, &weight, &readers);
        }
        drop_slips(ret, format, number);
        if (ret->seen_len > 0)
                say(ret, common, 0, 0, (all_changed + ret->seen_len - 1) / ret->seen_len);
}
