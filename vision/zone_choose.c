#include "vision/zone_choose.h"

#include <assert.h>
#include <math.h>

enum { MEND_MAX = 2, WEAK_MAX = 24, CANDIDATES_MAX = ZONE_READINGS_MAX + 1 };

/* What the word of each reader weighs, shared among its readings: one reader does not become right by
 * repeating itself. Tesseract's English was not made for OCR-B. */
static const double reader_weights[] = {[ZONE_BY_GRID] = 1, [ZONE_BY_MRZ] = 1, [ZONE_BY_ENG] = 0.4};

/* A row as a line of a format. */
struct line {
        struct {
                char text[MRZ_LINE_MAX];
                unsigned readers;
                int votes;
                size_t changed; /* fillers that had to be added or taken away */
        } said[CANDIDATES_MAX]; /* different texts, with who says them; the last is what is said in common */
        size_t len;
        /* The readings one by one, and the grid's second thoughts; brought to form. */
        struct {
                char text[MRZ_LINE_MAX];
                enum zone_reader reader;
        } seen[ZONE_READINGS_MAX], doubts[ZONE_READINGS_MAX];
        size_t seen_len, doubts_len;
        double weights[LEN(reader_weights)]; /* of one reading */
};

size_t zone_dated_line(enum mrz_format format)
{
        return 1;
}

size_t zone_name_line(enum mrz_format format)
{
        return format == MRZ_TD1 ? 2 : 0;
}

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
        size_t want = mrz_format_line_len(format), len = strlen(text), at = 0, run = filler_run(text, &at);
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

static void say(struct line *line, const char *text, unsigned readers, int votes, size_t changed)
{
        size_t i = 0;
        while (i < line->len && strcmp(line->said[i].text, text) != 0)
                i++;
        if (i == line->len) {
                assert(line->len < CANDIDATES_MAX);
                memcpy(line->said[line->len++].text, text, MRZ_LINE_MAX);
                line->said[i].readers = 0;
                line->said[i].votes = 0;
                line->said[i].changed = changed;
        }
        line->said[i].readers |= readers;
        line->said[i].votes += votes;
        line->said[i].changed = MIN(line->said[i].changed, changed);
}

/* How much speaks for a character at a place, and how many readers do. */
static double support(const struct line *line, size_t at, char c, int *ret_readers)
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

static char most_supported(const struct line *line, size_t at, double *ret_weight, int *ret_readers)
{
        char best = '\0';
        *ret_weight = 0;
        *ret_readers = 0;
        for (size_t i = 0; i < line->seen_len; i++) {
                int readers;
                double weight = support(line, at, line->seen[i].text[at], &readers);
                if (weight <= *ret_weight)
                        continue;
                *ret_weight = weight;
                *ret_readers = readers;
                best = line->seen[i].text[at];
        }
        return best;
}

static bool is_slip(const struct line *line, enum mrz_format format, size_t number, size_t at, char c)
{
        double top;
        int readers, own;
        most_supported(line, at, &top, &readers);
        return mrz_is_checked(format, number, at) && readers >= 2 && 3 * support(line, at, c, &own) < top;
}

/* Where two readers that have nothing in common agree on a character, what little speaks for another is a
 * slip, even if it has the check digits right: a zone that was printed wrong must not be made right by one.
 */
static void drop_slips(struct line *line, enum mrz_format format, size_t number)
{
        size_t kept = 0;
        for (size_t i = 0; i < line->len; i++) {
                bool slip = false;
                for (size_t at = 0; at < mrz_format_line_len(format) && !slip; at++)
                        slip = is_slip(line, format, number, at, line->said[i].text[at]);
                if (!slip)
                        line->said[kept++] = line->said[i];
        }
        line->len = kept;
}

static void line_of(const struct zone_row *row, enum mrz_format format, size_t number, struct line *ret)
{
        *ret = (struct line){0};
        int readings[LEN(reader_weights)] = {0};
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

static bool assemble(const char *const texts[MRZ_LINES_MAX], size_t lines, size_t len, struct date today,
                     struct mrz *ret)
{
        char text[MRZ_TEXT_MAX];
        size_t at = 0;
        for (size_t i = 0; i < lines; i++) {
                if (i)
                        text[at++] = '\n';
                memcpy(text + at, texts[i], len);
                at += len;
        }
        return mrz_parse(str_from_bytes(text, at), today, ret);
}

static int worth(const struct mrz *mrz)
{
        return mrz->number_ok + mrz->birth_ok + mrz->expiry_ok + mrz->optional_ok + 2 * mrz->composite_ok +
               date_exists(mrz->birth) + date_exists(mrz->expiry);
}

/* The mean support of a text's characters. */
static double weight_of(const struct line *line, const char *text, size_t len)
{
        double sum = 0;
        int readers;
        for (size_t at = 0; at < len; at++)
                sum += support(line, at, text[at], &readers);
        return sum / (double)len;
}

/* Every text of a line with every one of the others. */
static double best_of(const struct line *lines, enum mrz_format format, struct date today,
                      struct zone_choice *ret)
{
        size_t count = mrz_format_lines(format), len = mrz_format_line_len(format), ways = 1;
        double best = -INFINITY;
        for (size_t i = 0; i < count; i++)
                ways *= lines[i].len;
        for (size_t way = 0; way < ways; way++) {
                const char *texts[MRZ_LINES_MAX] = {"", "", ""};
                size_t chosen[MRZ_LINES_MAX] = {0}, rest = way;
                struct mrz mrz;
                double score = 0;
                for (size_t i = count; i-- > 0; rest /= lines[i].len) {
                        chosen[i] = rest % lines[i].len;
                        texts[i] = lines[i].said[chosen[i]].text;
                        /* A zone that ends in fillers has its check digits right in a shorter format too. */
                        score += weight_of(&lines[i], texts[i], len) -
                                 0.3 * (double)lines[i].said[chosen[i]].changed;
                }
                if (!assemble(texts, count, len, today, &mrz) || mrz.format != format)
                        continue;
                /* Some check digits that are right prove little where others are not: then the most say. */
                score += (mrz_ok(&mrz) ? 100 : 0) + 0.02 * worth(&mrz);
                if (score <= best)
                        continue;
                best = score;
                ret->mrz = mrz;
                for (size_t i = 0; i < count; i++) {
                        ret->votes[i] = lines[i].said[chosen[i]].votes;
                        ret->readers[i] = __builtin_popcount(lines[i].said[chosen[i]].readers);
                        ret->readings[i] = (int)lines[i].seen_len;
                }
        }
        return best;
}

struct weak {
        size_t line, at;
        char instead;
};

static size_t add_weak(const struct mrz *mrz, size_t number, size_t at, char instead,
                       struct weak ret[WEAK_MAX], size_t count)
{
        struct weak weak = {number, at, instead};
        if (instead == mrz->lines[number][at] || count == WEAK_MAX)
                return count;
        for (size_t i = 0; i < count; i++) {
                if (ret[i].line == number && ret[i].at == at && ret[i].instead == instead)
                        return count;
        }
        ret[count] = weak;
        return count + 1;
}

/* Places under a check digit where something else was seen too, and is no slip. The grid's second thoughts
 * count only where no two readers agree. */
static size_t weak_places(const struct line *lines, const struct mrz *mrz, struct weak ret[WEAK_MAX])
{
        size_t count = 0;
        for (size_t number = 0; number < mrz->lines_len; number++) {
                const struct line *line = &lines[number];
                for (size_t at = 0; at < mrz->line_len; at++) {
                        int readers;
                        if (!mrz_is_checked(mrz->format, number, at))
                                continue;
                        for (size_t i = 0; i < line->seen_len; i++) {
                                char c = line->seen[i].text[at];
                                if (!is_slip(line, mrz->format, number, at, c))
                                        count = add_weak(mrz, number, at, c, ret, count);
                        }
                        support(line, at, mrz->lines[number][at], &readers);
                        for (size_t i = 0; readers < 2 && i < line->doubts_len; i++)
                                count = add_weak(mrz, number, at, line->doubts[i].text[at], ret, count);
                }
        }
        return count;
}

static bool right_with(const struct mrz *mrz, const struct weak *const exchange[MEND_MAX], struct date today,
                       struct mrz *ret)
{
        struct mrz changed = *mrz;
        const char *texts[MRZ_LINES_MAX] = {changed.lines[0], changed.lines[1], changed.lines[2]};
        for (size_t i = 0; i < MEND_MAX && exchange[i]; i++)
                changed.lines[exchange[i]->line][exchange[i]->at] = exchange[i]->instead;
        return assemble(texts, mrz->lines_len, mrz->line_len, today, ret) && ret->format == mrz->format &&
               mrz_ok(ret);
}

/* How many ways there are to make everything right by exchanging `exchanged` characters; the last one found.
 */
static size_t ways_to_mend(const struct mrz *mrz, const struct weak *weak, size_t count, int exchanged,
                           struct date today, struct mrz *ret)
{
        size_t ways = 0;
        for (size_t i = 0; i < count; i++) {
                for (size_t k = exchanged > 1 ? i + 1 : count - 1; k < count; k++) {
                        const struct weak *const exchange[MEND_MAX] = {&weak[i],
                                                                       exchanged > 1 ? &weak[k] : NULL};
                        struct mrz tried;
                        if (right_with(mrz, exchange, today, &tried)) {
                                *ret = tried;
                                ways++;
                        }
                }
        }
        return ways;
}

/* One exchange that makes everything right, else two; nothing where more than one way would. */
static void mend(const struct line *lines, struct date today, struct zone_choice *choice)
{
        struct weak weak[WEAK_MAX];
        size_t count = weak_places(lines, &choice->mrz, weak), ways = 0;
        for (int exchanged = 1; exchanged <= MEND_MAX && ways == 0; exchanged++) {
                struct mrz found;
                ways = ways_to_mend(&choice->mrz, weak, count, exchanged, today, &found);
                if (ways != 1)
                        continue;
                choice->mrz = found;
                choice->mended = exchanged;
        }
}

/* Another reading has, within the number, what no check digit tells from what was chosen. */
static bool number_is_unsure(const struct line *lines, const struct zone_choice *choice)
{
        size_t number = choice->mrz.format == MRZ_TD1 ? 0 : 1, from = choice->mrz.format == MRZ_TD1 ? 5 : 0;
        const struct line *line = &lines[number];
        for (size_t i = 0; i < line->len; i++) {
                if (line->said[i].changed > 0 || 2 * line->said[i].votes < choice->votes[number])
                        continue;
                for (size_t at = from; at < from + 9; at++) {
                        char said = line->said[i].text[at], chosen = choice->mrz.lines[number][at];
                        if (said != chosen && mrz_same_to_checks(said, chosen))
                                return true;
                }
        }
        return false;
}

bool zone_choose(const struct zone_row *rows, size_t count, struct date today, struct zone_choice *ret)
{
        double best = -INFINITY;
        struct line best_lines[MRZ_LINES_MAX];
        for (enum mrz_format format = 0; format < MRZ_FORMAT_COUNT; format++) {
                size_t lines = mrz_format_lines(format);
                for (size_t from = 0; from + lines <= count; from++) {
                        struct line read[MRZ_LINES_MAX];
                        struct zone_choice choice = {.first_row = from};
                        for (size_t i = 0; i < lines; i++)
                                line_of(&rows[from + i], format, i, &read[i]);
                        double score = best_of(read, format, today, &choice);
                        if (score <= best)
                                continue;
                        best = score;
                        *ret = choice;
                        memcpy(best_lines, read, lines * sizeof(*read));
                }
        }
        if (best == -INFINITY)
                return false;
        if (!mrz_ok(&ret->mrz))
                mend(best_lines, today, ret);
        ret->number_unsure = number_is_unsure(best_lines, ret);
        return true;
}
