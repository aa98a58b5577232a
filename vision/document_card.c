#include "vision/document_card.h"

#include "doc/id_number.h"
#include "doc/printed.h"
#include "vision/card_text.h"
#include "vision/digits.h"

#include <math.h>

static const char only_digits[] = "0123456789-";
static const char only_dates[] = "0123456789.~- ";

void set_agreed(struct document_reading *reading, enum doc_field field, const struct tally *tally, bool proof)
{
        const struct tally_entry *best = tally_best(tally);
        if (best)
                doc_set(&reading->fields, field, str_from(best->text), tally_confidence(tally, best, proof));
}

void paint_line(struct document_reading *reading, const struct cv_line *line, double from, double to)
{
        if (reading->paint_len == DOCUMENT_PAINT_MAX) {
                reading->number_missed = true;
                return;
        }
        /* Finders of lines cut into the last letter. */
        double margin = to < 1 ? 0 : 0.5 * line->height / line->width;
        struct cv_line part = text_part(line, from, to + margin);
        double tall = part.height * 1.15 + fabs(sin(part.angle)) * part.width;
        reading->paint[reading->paint_len++] = (struct box){
            (int)(part.x - part.width / 2), (int)(part.y - tall / 2), (int)ceil(part.width), (int)ceil(tall)};
}

/* The plan by which a line of numbers is read after the page's first reader: readers of another kind and
 * other models first, more ways only where they disagree. */
static const struct reading {
        size_t way;
        enum ocr_model model;
} plan[] = {{4, OCR_GLYPH},  {0, OCR_ENG}, {0, OCR_KOR}, {5, OCR_GLYPH},
            {1, OCR_SCRIPT}, {2, OCR_ENG}, {3, OCR_KOR}, {3, OCR_ENG}};

enum { PLAN_FIRST = 1 };

/* The line in a reader's words, to be tallied; false where it does not hold what is looked for. */
typedef bool find_fn(const struct page *page, struct str text, struct printed *ret);

/* What is looked for in a line: the characters for those who may be told, and how long it is where nothing is
 * missing. */
struct wanted {
        find_fn *find;
        const char *only;
        size_t whole_len;
};

/* Whether more readings would change nothing. */
static bool is_settled(const struct tally *tally, const struct wanted *wanted)
{
        const struct tally_entry *best = tally_best(tally);
        return best && strlen(best->text) >= wanted->whole_len && tally_confidence(tally, best, false) > 0.92;
}

static void read_by_plan(struct page *page, const struct page_line *line, const struct wanted *wanted,
                         struct tally *tally)
{
        struct printed found;
        if (wanted->find(page, read_str(&line->read), &found))
                tally_add(tally, printed_str(&found), page->first);
        for (size_t i = 0; i < LEN(plan); i++) {
                struct ocr_line read;
                if (i >= PLAN_FIRST && is_settled(tally, wanted))
                        break;
                if (page_read(page, &line->place, plan[i].way, plan[i].model,
                              plan[i].model == OCR_ENG ? wanted->only : NULL, &read) &&
                    wanted->find(page, read_str(&read), &found))
                        tally_add(tally, printed_str(&found), plan[i].model);
        }
}

static bool find_id_number(const struct page *page, struct str text, struct printed *ret)
{
        char number[15];
        if (!printed_id_number(text, page->today, number))
                return false;
        printed_squeeze(str_from(number), ret);
        return true;
}

static const struct wanted wanted_id_number = {find_id_number, only_digits, 14};

/* Where an old card prints the region's name, a reader of digits sees only the rest: its word then counts for
 * the number that ends so. */
static bool find_license(const struct page *page, struct str text, struct printed *ret)
{
        char number[16];
        bool tail;
        if (!printed_license_number(text, number, &tail))
                return false;
        printed_squeeze(str_from(number), ret);
        return true;
}

static const struct wanted wanted_license = {find_license, only_digits, 15};

static void join_tails(struct tally *tally)
{
        for (size_t i = 0; i < tally->len; i++) {
                struct tally_entry *tail = &tally->entries[i];
                for (size_t k = 0; strlen(tail->text) < wanted_license.whole_len && k < tally->len; k++) {
                        struct tally_entry *whole = &tally->entries[k];
                        if (strlen(whole->text) == wanted_license.whole_len &&
                            strcmp(whole->text + 3, tail->text) == 0) {
                                whole->models |= tail->models;
                                whole->votes += tail->votes;
                                whole->glyph_votes += tail->glyph_votes;
                                tail->votes = tail->glyph_votes = 0;
                                tail->models = 0;
                                break;
                        }
                }
        }
}

static bool has_digits(const struct page_line *line, size_t min)
{
        return count_digits(read_str(&line->read)) >= min;
}

static bool is_number_alone(const struct ocr_line *line)
{
        return line->symbols_len == 13 || line->symbols_len == 14;
}

/* The share of the line at which the part behind the hyphen begins, by the places of the digits. 0 where the
 * line is not read as the number alone: then all of it must go. */
static double hyphen_share(struct page *page, const struct cv_line *place)
{
        struct image cut;
        struct ocr_line read;
        double share = 0;
        if (!text_cut(&page->shades, place, &page_ways[4], &cut))
                return share;
        if ((digits_read(&cut, &read) && is_number_alone(&read)) ||
            (ocr_read(page->ocr, OCR_ENG, only_digits, &cut, &read) && is_number_alone(&read))) {
                size_t seventh = read.symbols_len - 7;
                share = (double)(read.left[seventh] + read.right[seventh - 1]) / 2 / cut.width;
        }
        image_release(&cut);
        return share > 0.35 && share < 0.6 ? share : 0;
}

/* The number line, its field, and what must be painted over. NULL where none was read. */
static const struct page_line *read_id_number(struct page *page, struct document_reading *ret)
{
        const struct page_line *best_line = NULL;
        double best = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                char license[16];
                bool tail;
                if (!has_digits(line, 11) || line->place.width < 5 * line->place.height ||
                    (printed_license_number(read_str(&line->read), license, &tail) && !tail))
                        continue;
                struct tally tally = {0};
                read_by_plan(page, line, &wanted_id_number, &tally);
                const struct tally_entry *entry = tally_best(&tally);
                struct id_number number;
                if (!entry || !id_number_parse(str_from(entry->text), page->today, &number))
                        continue;
                double confidence = tally_confidence(&tally, entry, number.check_ok);
                paint_line(ret, &line->place, hyphen_share(page, &line->place), 1);
                if (confidence <= best)
                        continue;
                best = confidence;
                best_line = line;
                char birth[DATE_TEXT_MAX];
                date_format(number.birth, birth);
                doc_set(&ret->fields, DOC_ID_NUMBER, str_from(number.text), confidence);
                doc_set(&ret->fields, DOC_BIRTH_DATE, str_from(birth), confidence);
                doc_set(&ret->fields, DOC_SEX, str_from_bytes(&number.sex, 1), confidence);
        }
        return best_line;
}

/* In the first reading, or in the glyphs: a name before the number may have been taken for digits. */
static bool shows_license(struct page *page, const struct page_line *line)
{
        struct ocr_line glyphs;
        struct printed found;
        return find_license(page, read_str(&line->read), &found) ||
               (page_read(page, &line->place, 4, OCR_GLYPH, NULL, &glyphs) &&
                find_license(page, read_str(&glyphs), &found));
}

static void read_license_number(struct page *page, struct document_reading *ret)
{
        double best = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                if (!has_digits(line, 9) || !shows_license(page, line))
                        continue;
                struct tally tally = {0};
                read_by_plan(page, line, &wanted_license, &tally);
                join_tails(&tally);
                const struct tally_entry *entry = tally_best(&tally);
                double confidence = tally_confidence(&tally, entry, false);
                if (entry && strlen(entry->text) == wanted_license.whole_len && confidence > best) {
                        best = confidence;
                        doc_set(&ret->fields, DOC_LICENSE_NUMBER, str_from(entry->text), confidence);
                }
        }
}

static bool find_dates(const struct page *page, struct str text, struct printed *ret)
{
        struct date dates[PRINTED_DATES_MAX];
        size_t count = printed_dates(text, dates);
        ret->len = 0;
        for (size_t i = 0; i < count; i++) {
                date_format(dates[i], ret->text + ret->len);
                ret->len = strnlen(ret->text, PRINTED_MAX);
        }
        return count > 0;
}

/* A period has "적성검사기간" before it, which no address has a wave behind. */
enum { FOUND_DATES_MAX = 12, ISO_LEN = 10, DATE_WORDS_MAX = 5, PERIOD_WORDS_MAX = 8 };

static const struct wanted wanted_dates = {find_dates, only_dates, ISO_LEN};

struct found_date {
        struct date date;
        double confidence;
        bool in_period; /* "from ~ to": no day of issue */
};

/* Hangul other than what dates are written with: an address has house numbers, no dates. */
static size_t other_words(struct str text)
{
        size_t count = 0;
        for (size_t at = 0; at + 3 <= text.len; at++) {
                if ((unsigned char)text.ptr[at] < 0xea || (unsigned char)text.ptr[at] > 0xed)
                        continue;
                struct str syllable = str_sub(text, at, 3);
                count += !str_equal(syllable, STR("년")) && !str_equal(syllable, STR("월")) &&
                         !str_equal(syllable, STR("일"));
        }
        return count;
}

static bool begins_with_year(struct str text)
{
        size_t digits = 0, marks = 0;
        while (marks < text.len && strchr(". ,:'-~", text.ptr[marks]))
                marks++;
        text = str_sub(text, marks, text.len - marks);
        while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
                digits++;
        return digits == 4 && (str_starts_with(text, STR("19")) || str_starts_with(text, STR("20")));
}

/* A date whose pieces were taken for lines of their own, or whose end lies under a seal: the line drawn on
 * over what follows in its row, and beyond by some of its heights. */
static struct cv_line drawn_on(const struct page *page, const struct cv_line *from, double beyond)
{
        struct cv_line whole = *from;
        double right = line_right(from);
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct cv_line *next = &page->lines[i].place;
                double gap = line_left(next) - right;
                if (fabs(next->y - from->y) < 0.5 * from->height && gap > -0.5 * from->height &&
                    gap < 1.2 * from->height && next->height < 1.7 * from->height && line_right(next) > right)
                        right = line_right(next);
        }
        right = MIN(right + beyond * from->height, page->card.width);
        whole.x = (line_left(from) + right) / 2;
        whole.width = right - line_left(from);
        return whole;
}

/* A day of one digit with nothing behind it may have lost its second. */
static bool is_cut_off(struct str text, struct str iso)
{
        text = str_trim(text);
        bool one_digit = iso.len >= ISO_LEN && iso.ptr[8] == '0';
        return one_digit && !str_ends_with(text, STR(".")) && iso.ptr[9] != '0' &&
               !(text.len > 1 && text.ptr[text.len - 2] == '0');
}

/* Readings from the red channel, where seals fade. */
static void read_drawn_on(struct page *page, const struct page_line *line, double beyond, struct tally *tally)
{
        static const struct reading seal[] = {{4, OCR_GLYPH}, {1, OCR_SCRIPT}, {1, OCR_KOR}, {1, OCR_ENG}};
        struct cv_line whole = drawn_on(page, &line->place, beyond);
        for (size_t i = 0; i < LEN(seal); i++) {
                struct ocr_line read;
                struct printed found;
                enum ocr_model model = seal[i].model;
                if (page_read(page, &whole, seal[i].way, model, model == OCR_ENG ? only_dates : NULL,
                              &read) &&
                    find_dates(page, read_str(&read), &found) &&
                    !is_cut_off(read_str(&read), printed_str(&found)))
                        tally_add(tally, str_sub(printed_str(&found), 0, ISO_LEN), model);
        }
}

static size_t read_dates(struct page *page, struct found_date *ret)
{
        size_t count = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                struct str text = read_str(&line->read);
                size_t digits = count_digits(text);
                size_t words_max = str_find(text, '~') >= 0 ? PERIOD_WORDS_MAX : DATE_WORDS_MAX;
                if (digits < 4 || digits > 18 || other_words(text) > words_max ||
                    find_id_number(page, text, &(struct printed){0}) ||
                    find_license(page, text, &(struct printed){0}))
                        continue;
                struct tally tally = {0};
                if (digits >= 5)
                        read_by_plan(page, line, &wanted_dates, &tally);
                const struct tally_entry *entry = tally_best(&tally);
                /* The end of a day, or month and day with their syllables. */
                static const double beyond[] = {1.2, 3};
                for (size_t k = 0; k < LEN(beyond) && begins_with_year(text); k++) {
                        if (entry && (k > 0 || tally_confidence(&tally, entry, false) >= 0.8))
                                break;
                        read_drawn_on(page, line, beyond[k], &tally);
                        entry = tally_best(&tally);
                }
                double confidence = tally_confidence(&tally, entry, false);
                bool period =
                    str_find(text, '~') >= 0 || (entry && strlen(entry->text) > ISO_LEN) || digits > 9;
                for (size_t at = 0; entry && at + ISO_LEN <= strlen(entry->text); at += ISO_LEN) {
                        struct date date;
                        if (count < FOUND_DATES_MAX &&
                            date_parse(str_from_bytes(entry->text + at, ISO_LEN), &date))
                                ret[count++] = (struct found_date){date, confidence, period};
                }
        }
        return count;
}

/* Which date is which: a card is issued after birth and not after today; a licence's period lies behind it.
 * The earliest of those is the day of issue, the latest the last day. */
static void set_dates(struct page *page, enum doc_kind kind, struct document_reading *ret)
{
        struct found_date dates[FOUND_DATES_MAX];
        size_t count = read_dates(page, dates);
        const struct found_date *issued = NULL, *last = NULL;
        struct date birth = {0};
        bool has_birth = date_parse(doc_text(&ret->fields, DOC_BIRTH_DATE), &birth);
        for (size_t i = 0; i < count; i++) {
                const struct found_date *date = &dates[i];
                if (has_birth && date_compare(date->date, birth) <= 0)
                        continue;
                if (!date->in_period && date_compare(date->date, page->today) <= 0 &&
                    (!issued || date_compare(date->date, issued->date) < 0))
                        issued = date;
                if (!last || date_compare(date->date, last->date) > 0)
                        last = date;
        }
        char text[DATE_TEXT_MAX];
        if (issued) {
                date_format(issued->date, text);
                doc_set(&ret->fields, DOC_ISSUE_DATE, str_from(text), issued->confidence);
        }
        if (kind == DOC_DRIVER_LICENSE && last && (!issued || date_compare(last->date, issued->date) > 0)) {
                date_format(last->date, text);
                doc_set(&ret->fields, DOC_EXPIRY_DATE, str_from(text), last->confidence);
        }
}

void read_card(struct page *page, enum doc_kind kind, struct document_reading *ret)
{
        const struct page_line *number = read_id_number(page, ret);
        ret->number_missed = ret->number_missed || ret->paint_len == 0;
        if (kind == DOC_DRIVER_LICENSE) {
                read_license_number(page, ret);
                read_license_class(page, ret);
        }
        set_dates(page, kind, ret);
        if (kind == DOC_ALIEN_CARD)
                read_latin_name(page, number, ret);
        else
                read_korean_name(page, number, ret);
        if (kind != DOC_ALIEN_CARD)
                read_address(page, ret);
        read_issuer(page, kind, ret);
}

void read_back(struct page *page, struct document_reading *ret)
{
        read_address(page, ret);
}
