#include "vision/zone_line.h"

#include <assert.h>
#include <math.h>

enum { MEND_MAX = 2, WEAK_MAX = 24 };

size_t zone_name_line(enum mrz_format format)
{
        return format == MRZ_TD1 ? 2 : 0;
}

static bool assemble(const char *const texts[MRZ_LINES_MAX], size_t lines, size_t len, struct date today,
                     struct mrz *ret)
{
        char text[MRZ_TEXT_MAX];
        size_t at = 0;
        assert(lines <= MRZ_LINES_MAX);
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
static double weight_of(const struct zone_line *line, const char *text, size_t len)
{
        double sum = 0;
        int readers;
        for (size_t at = 0; at < len; at++)
                sum += zone_support(line, at, text[at], &readers);
        return sum / (double)len;
}

/* Every text of a line with every one of the others. */
static double best_of(const struct zone_line *lines, enum mrz_format format, struct date today,
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
static size_t weak_places(const struct zone_line *lines, const struct mrz *mrz, struct weak ret[WEAK_MAX])
{
        size_t count = 0;
        for (size_t number = 0; number < mrz->lines_len; number++) {
                const struct zone_line *line = &lines[number];
                for (size_t at = 0; at < mrz->line_len; at++) {
                        int readers;
                        if (!mrz_is_checked(mrz->format, number, at))
                                continue;
                        for (size_t i = 0; i < line->seen_len; i++) {
                                char c = line->seen[i].text[at];
                                if (!zone_is_slip(line, mrz->format, number, at, c))
                                        count = add_weak(mrz, number, at, c, ret, count);
                        }
                        zone_support(line, at, mrz->lines[number][at], &readers);
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
static void mend(const struct zone_line *lines, struct date today, struct zone_choice *choice)
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
static bool number_is_unsure(const struct zone_line *lines, const struct zone_choice *choice)
{
        size_t number = choice->mrz.format == MRZ_TD1 ? 0 : 1, from = choice->mrz.format == MRZ_TD1 ? 5 : 0;
        const struct zone_line *line = &lines[number];
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
        struct zone_line best_lines[MRZ_LINES_MAX] = {0};
        for (enum mrz_format format = 0; format < MRZ_FORMAT_COUNT; format++) {
                size_t lines = mrz_format_lines(format);
                for (size_t from = 0; from + lines <= count; from++) {
                        struct zone_line read[MRZ_LINES_MAX] = {0};
                        struct zone_choice choice = {.first_row = from};
                        for (size_t i = 0; i < lines; i++)
                                zone_line_of(&rows[from + i], format, i, &read[i]);
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
