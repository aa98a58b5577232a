#include "vision/zone.h"

#include "doc/printed.h"

#include <assert.h>
#include <math.h>

static const char only_zone[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

enum { ROWS_MAX = 4 };

/* Readings of one row, in the order of the ways. */
struct row {
        struct cv_line place;
        char texts[ZONE_VARIANTS_MAX][OCR_TEXT_MAX];
        size_t len;
};

/* A line joined with another piece of its row. */
static struct cv_line join(const struct cv_line *a, const struct cv_line *b)
{
        double left = fmin(line_left(a), line_left(b)), right = fmax(line_right(a), line_right(b));
        const struct cv_line *longer = a->width > b->width ? a : b;
        struct cv_line whole = *longer;
        whole.width = right - left;
        whole.x = (left + right) / 2;
        whole.y = longer->y + (whole.x - longer->x) * tan(longer->angle);
        whole.height = fmax(a->height, b->height);
        return whole;
}

/* All lines of a zone begin and end together: what begins where the longest one begins, near it, and ends
 * before it has lost fillers to the detector. It is drawn out to the same length and slope. */
static void stretch_rows(struct cv_line *rows, size_t count)
{
        const struct cv_line *base = NULL;
        for (size_t i = 0; i < count; i++) {
                if (!base || rows[i].width > base->width)
                        base = &rows[i];
        }
        for (size_t i = 0; base && i < count; i++) {
                struct cv_line *row = &rows[i];
                double tall = base->height, y = row->y + (base->x - row->x) * tan(base->angle);
                bool near = fabs(y - base->y) > 0.8 * tall && fabs(y - base->y) < 4.5 * tall;
                if (row == base || !near || fabs(line_left(row) - line_left(base)) > 1.5 * tall ||
                    row->width > 0.95 * base->width || row->width < 0.25 * base->width ||
                    row->height > 1.5 * tall || row->height < 0.65 * tall)
                        continue;
                row->x = base->x;
                row->y = y;
                row->width = base->width;
                row->angle = base->angle;
                row->height = fmax(row->height, tall);
        }
}

/* The long rows at the foot of the page, from top to bottom; the last ROWS_MAX. */
static size_t find_rows(const struct page *page, struct row *ret)
{
        struct cv_line rows[TEXT_LINES_MAX];
        size_t count = 0, kept = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *line = &page->lines[i].place;
                if (line->y < 0.4 * page->card.height)
                        continue;
                size_t k = 0;
                while (k < count &&
                       !(fabs(rows[k].y - line->y) < 0.45 * fmin(rows[k].height, line->height) &&
                         fmax(rows[k].height, line->height) < 1.6 * fmin(rows[k].height, line->height)))
                        k++;
                rows[k] = k < count ? join(&rows[k], line) : *line;
                count += k == count;
        }
        stretch_rows(rows, count);
        for (size_t i = 0; i < count; i++) {
                if (rows[i].width < 0.55 * page->card.width)
                        continue;
                if (kept == ROWS_MAX) {
                        memmove(ret, ret + 1, (ROWS_MAX - 1) * sizeof(*ret));
                        kept--;
                }
                ret[kept++] = (struct row){.place = rows[i]};
        }
        return kept;
}

static void squeeze_zone(const struct ocr_line *read, char ret[OCR_TEXT_MAX])
{
        size_t len = 0;
        for (const char *c = read->text; *c && len + 1 < OCR_TEXT_MAX; c++) {
                if (strchr(only_zone, *c))
                        ret[len++] = *c;
        }
        ret[len] = '\0';
}

static const size_t zone_ways[] = {4, 6, 5, 0, 2, 7};

static void read_row(struct page *page, struct row *row, size_t round)
{
        struct ocr_line read;
        enum ocr_model model = ocr_has(page->ocr, OCR_MRZ) && round < 5 ? OCR_MRZ : OCR_ENG;
        if (page_read(page, &row->place, zone_ways[round], model, model == OCR_ENG ? only_zone : NULL,
                      &read)) {
                squeeze_zone(&read, row->texts[row->len]);
                if (strlen(row->texts[row->len]) >= 20)
                        row->len++;
        }
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
        if (more > 1 && run < 3)
                return false;
        if (less > 0 && run < less + 2)
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
static void clean_name(char *line, size_t len, size_t from)
{
        size_t end = len;
        for (size_t i = from; i + 3 < len; i++) {
                if (memcmp(line + i, "<<<<", 4) == 0) {
                        end = i;
                        break;
                }
        }
        memset(line + end, '<', len - end);
}

/* A whole zone of given readings, and by how many fillers they had to be drawn out or cut. */
static bool assemble(const char *const texts[MRZ_LINES_MAX], enum mrz_format format, struct date today,
                     struct mrz *ret, size_t *ret_changed)
{
        char text[MRZ_TEXT_MAX * 2];
        size_t at = 0, lines = mrz_format_lines(format), len = mrz_format_line_len(format);
        assert(lines <= MRZ_LINES_MAX);
        for (size_t i = 0; i < lines; i++) {
                char line[MRZ_LINE_MAX];
                size_t changed;
                if (!fit(texts[i], format, i, line, &changed))
                        return false;
                *ret_changed += changed;
                if (format == MRZ_TD1 ? i == 2 : i == 0)
                        clean_name(line, len, format == MRZ_TD1 ? 0 : 5);
                if (i)
                        text[at++] = '\n';
                memcpy(text + at, line, len);
                at += len;
        }
        return mrz_parse(str_from_bytes(text, at), today, ret);
}

static int worth(const struct mrz *mrz)
{
        return mrz->number_ok + mrz->birth_ok + mrz->expiry_ok + mrz->optional_ok + 2 * mrz->composite_ok +
               date_exists(mrz->birth) + date_exists(mrz->expiry);
}

/* How many readings of the name's row, brought to form, say the same as this one. */
static int support(const struct row *row, enum mrz_format format, size_t line, const char *text)
{
        int count = 0;
        for (size_t i = 0; i < row->len; i++) {
                char fitted[MRZ_LINE_MAX];
                size_t changed;
                if (!fit(row->texts[i], format, line, fitted, &changed))
                        continue;
                if (line == (format == MRZ_TD1 ? 2 : 0))
                        clean_name(fitted, mrz_format_line_len(format), format == MRZ_TD1 ? 0 : 5);
                count += strcmp(fitted, text) == 0;
        }
        return count;
}

/* The best zone of a format whose lines are the last rows: every reading of a row with every one of the
 * others. */
static int best_of_format(const struct row *rows, enum mrz_format format, struct date today, struct zone *ret)
{
        size_t lines = mrz_format_lines(format), ways = 1;
        int best = -1;
        for (size_t i = 0; i < lines; i++)
                ways *= rows[i].len;
        for (size_t way = 0; way < ways; way++) {
                const char *texts[MRZ_LINES_MAX] = {"", "", ""};
                struct mrz mrz;
                size_t changed = 0;
                for (size_t i = lines, rest = way; i-- > 0; rest /= rows[i].len)
                        texts[i] = rows[i].texts[rest % rows[i].len];
                if (!assemble(texts, format, today, &mrz, &changed))
                        continue;
                /* A zone that ends in fillers has its check digits right in a shorter format too. */
                int score = 100 * worth(&mrz) - 3 * (int)changed;
                for (size_t i = 0; i < lines; i++)
                        score += support(&rows[i], format, i, mrz.lines[i]);
                if (score > best) {
                        best = score;
                        ret->mrz = mrz;
                }
        }
        return best;
}

/* The best zone that the readings so far allow. */
static int best_zone(const struct page *page, const struct row *rows, size_t count, struct zone *ret)
{
        int best = -1;
        for (enum mrz_format format = 0; format < MRZ_FORMAT_COUNT; format++) {
                size_t lines = mrz_format_lines(format);
                for (size_t from = 0; from + lines <= count; from++) {
                        struct zone zone = {0};
                        int score = best_of_format(rows + from, format, page->today, &zone);
                        if (score <= best)
                                continue;
                        best = score;
                        *ret = zone;
                        const struct row *dated = &rows[from + (format == MRZ_TD1 ? 1 : lines - 1)];
                        for (size_t i = 0; i < lines; i++)
                                ret->places[i] = rows[from + i].place;
                        ret->readings = support(dated, format, 1, zone.mrz.lines[1]);
                        ret->agreement = (double)ret->readings / (double)MAX(1, dated->len);
                        ret->name_readings =
                            support(&rows[from + (format == MRZ_TD1 ? 2 : 0)], format,
                                    format == MRZ_TD1 ? 2 : 0, zone.mrz.lines[format == MRZ_TD1 ? 2 : 0]);
                }
        }
        return best;
}

bool zone_read(struct page *page, struct zone *ret)
{
        struct row rows[ROWS_MAX] = {0};
        size_t count = find_rows(page, rows);
        int best = -1;
        for (size_t round = 0; round < LEN(zone_ways); round++) {
                for (size_t i = 0; i < count; i++)
                        read_row(page, &rows[i], round);
                if (round == 0)
                        continue;
                best = best_zone(page, rows, count, ret);
                if (best >= 0 && mrz_ok(&ret->mrz) && ret->readings >= 2 && ret->name_readings >= 2)
                        break;
        }
        return best >= 0;
}
