#include "vision/card_numbers.h"

#include "doc/id_number.h"
#include "doc/license.h"
#include "vision/digits.h"
#include "vision/document_field.h"
#include "vision/plan.h"

#include <math.h>

static const char only_digits[] = "0123456789-";

static bool find_id_number(const struct page *page, const struct wanted *wanted, struct str text,
                           struct printed *ret)
{
        char number[15];
        (void)wanted;
        if (!printed_id_number(text, page->today, number))
                return false;
        printed_squeeze(str_from(number), ret);
        return true;
}

static const struct wanted wanted_id_number = {.find = find_id_number,
                                               .only = only_digits,
                                               .whole_len = 14,
                                               .plan = plan_digits,
                                               .plan_len = PLAN_DIGITS_LEN};

/* What a reader of digits makes of a number that begins with the region's name: the ten digits behind it,
 * with what it took the name for before them, or not. */
static bool find_behind_name(struct str text, char ret[16])
{
        enum { TAIL_AT = 3, NAME_MOST = 6 };
        char number[16];
        bool tail;
        ssize_t hyphen = str_find(text, '-');
        bool found = printed_license_number(text, number, &tail);
        if (!found && hyphen >= 0 && hyphen <= NAME_MOST)
                found = printed_license_number(str_sub(text, (size_t)hyphen + 1, text.len), number, &tail) &&
                        tail;
        if (found)
                memcpy(ret, tail ? number : number + TAIL_AT, 16 - TAIL_AT);
        return found;
}

/* Where an old card prints the region's name, a reader of digits sees only the rest: its word then counts for
 * the number that ends so. `told`: the line as it was read at first, if that names a region. */
static bool find_license(const struct page *page, const struct wanted *wanted, struct str text,
                         struct printed *ret)
{
        char number[16];
        bool tail, blind = wanted->told.len > 0 && printed_syllables(text) == 0;
        (void)page;
        if (!(blind ? find_behind_name(text, number) : printed_license_number(text, number, &tail)))
                return false;
        printed_squeeze(str_from(number), ret);
        return true;
}

static const struct wanted wanted_license = {.find = find_license,
                                             .only = only_digits,
                                             .whole_len = 15,
                                             .plan = plan_digits,
                                             .plan_len = PLAN_DIGITS_LEN};

static void join_tails(struct tally *tally)
{
        for (size_t i = 0; i < tally->len; i++) {
                struct tally_entry *tail = &tally->entries[i];
                for (size_t k = 0; strlen(tail->text) < wanted_license.whole_len && k < tally->len; k++) {
                        struct tally_entry *whole = &tally->entries[k];
                        if (strlen(whole->text) == wanted_license.whole_len &&
                            strcmp(whole->text + 3, tail->text) == 0) {
                                evidence_join(&whole->evidence, &tail->evidence);
                                tail->evidence = (struct evidence){0};
                                break;
                        }
                }
        }
}

static bool has_digits(const struct page_line *line, size_t min)
{
        return page_count_digits(read_str(&line->read)) >= min;
}

/* 13 digits, parted by one mark or none. */
static bool is_number_alone(const struct ocr_line *line)
{
        return page_count_digits(read_str(line)) == 13 && line->symbols_len <= 14 && !strchr(line->text, '?');
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

/* A period of dates may look like a number to one reader, but not to several. */
static const double sure = 0.8;

/* No misreading makes so many digits others: it is another number. */
static bool is_other_number(struct str a, struct str b)
{
        enum { DIGITS_APART = 4 };
        size_t apart = 0;
        for (size_t i = 0; i < MIN(a.len, b.len); i++)
                apart += a.ptr[i] != b.ptr[i];
        return a.len > 0 && apart >= DIGITS_APART;
}

const struct page_line *read_id_number(struct page *page, struct document_reading *ret)
{
        const struct page_line *best_line = NULL;
        double best = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                char license[16];
                bool tail;
                struct date dates[PRINTED_DATES_MAX];
                if (!has_digits(line, 11) || printed_dates(read_str(&line->read), dates) == 2 ||
                    line->place.width < 5 * line->place.height ||
                    (printed_license_number(read_str(&line->read), license, &tail) && !tail))
                        continue;
                struct tally tally = {.sort = BASIS_NUMBER};
                read_by_plan(page, line, &wanted_id_number, &tally);
                const struct tally_entry *entry = tally_best(&tally);
                struct id_number number;
                if (!entry || !id_number_parse(str_from(entry->text), page->today, &number))
                        continue;
                struct basis basis = tally_basis(&tally, entry, number.check_ok);
                double confidence = basis_probability(&basis, BASIS_NUMBER);
                if (MIN(best, confidence) > sure &&
                    is_other_number(doc_text(&ret->fields, DOC_ID_NUMBER), str_from(number.text)))
                        doc_errors_add(&ret->errors, RC_SEVERAL_DOCUMENTS);
                paint_line(ret, &line->place, hyphen_share(page, &line->place), 1);
                if (confidence <= best)
                        continue;
                best = confidence;
                best_line = line;
                char birth[DATE_TEXT_MAX];
                date_format(number.birth, birth);
                set_field(ret, DOC_ID_NUMBER, str_from(number.text), &basis, BASIS_NUMBER);
                doc_set(&ret->fields, DOC_BIRTH_DATE, str_from(birth), confidence);
                doc_set(&ret->fields, DOC_SEX, str_from_bytes(&number.sex, 1), confidence);
        }
        /* What was painted may be another line, and the number, half of it hidden, still be read. */
        ret->number_missed = ret->number_missed || best < sure;
        if (best_line) {
                place_field(ret, DOC_ID_NUMBER, &best_line->place);
                place_field(ret, DOC_BIRTH_DATE, &best_line->place);
        }
        return best_line;
}

/* Whether any of the first three readers sees one: a name before the number may have been taken for digits,
 * or its first digits for a name. */
static bool shows_license(struct page *page, const struct page_line *line)
{
        static const struct reading others[] = {{4, OCR_GLYPH}, {0, OCR_ENG}};
        struct date dates[PRINTED_DATES_MAX];
        char id_number[15];
        struct printed found;
        struct str text = read_str(&line->read);
        bool shown = find_license(page, &wanted_license, text, &found);
        if (printed_dates(text, dates) == 2 || printed_id_number(text, page->today, id_number))
                return shown;
        for (size_t i = 0; i < LEN(others) && !shown; i++) {
                struct ocr_line read;
                const char *only = others[i].model == OCR_ENG ? wanted_license.only : NULL;
                shown = page_read(page, &line->place, others[i].way, others[i].model, only, &read) &&
                        find_license(page, &wanted_license, read_str(&read), &found);
        }
        return shown;
}

/* The region may stand so far before the rest that it makes a line of its own: the nearest to the left. */
static bool join_region(struct page *page, const struct page_line *rest, struct page_line *ret)
{
        double tall = rest->place.height, nearest = 3 * tall;
        const struct page_line *region = NULL;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                double gap = line_left(&rest->place) - line_right(&line->place);
                if (fabs(line->place.y - rest->place.y) < 0.4 * tall && line->place.height > 0.6 * tall &&
                    gap > -0.3 * tall && gap < nearest) {
                        region = line;
                        nearest = gap;
                }
        }
        if (!region)
                return false;
        ret->place = text_joined(&region->place, &rest->place);
        return page_read(page, &ret->place, page->first.way, page->first.model, NULL, &ret->read);
}

enum { LICENSE_DIGITS = 12 };

/* Without the class that may stand behind the number: readers of digits would see more of them there. */
static struct cv_line without_class(const struct page *page, const struct page_line *line)
{
        const struct ocr_line *read = &line->read;
        size_t symbols = 0, digits = 0, len = 0;
        while (symbols < read->symbols_len && digits < LICENSE_DIGITS) {
                len = read->offsets[symbols] + (size_t)read->sizes[symbols];
                digits = page_count_digits(str_from_bytes(read->text, len));
                symbols++;
        }
        if (digits < LICENSE_DIGITS || !license_names_class(str_from(read->text + len)))
                return line->place;
        return page_part(page, &line->place, page->first.way, read, symbols);
}

/* The number as its readers agree, or what ends it; NULL where none sees one. In the tally, and what speaks
 * for it: that readers of digits agree with the network says nothing of a region's name. */
static const struct tally_entry *elect_license(struct page *page, const struct page_line *line,
                                               struct tally *tally, struct basis *ret_basis)
{
        struct page_line number = *line;
        number.place = without_class(page, line);
        *tally = (struct tally){.sort = BASIS_NUMBER};
        struct wanted wanted = wanted_license;
        wanted.told = printed_license_names_region(read_str(&line->read)) ? read_str(&line->read) : STR("");
        read_by_plan(page, &number, &wanted, tally);
        const struct tally before = *tally;
        join_tails(tally);
        const struct tally_entry *best = tally_best(tally);
        if (!best)
                return NULL;
        *ret_basis = tally_basis(tally, best, false);
        bool net_alone = before.entries[best - tally->entries].evidence.models == 1u << OCR_NET;
        ret_basis->doubted = wanted.told.len > 0 && net_alone;
        return best;
}

static bool is_whole_license(const struct tally_entry *entry)
{
        return entry && strlen(entry->text) == wanted_license.whole_len;
}

void read_license_number(struct page *page, struct document_reading *ret)
{
        double best = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                struct page_line joined;
                struct tally tally;
                struct basis basis;
                if (!has_digits(line, 9) || !shows_license(page, line))
                        continue;
                const struct tally_entry *entry = elect_license(page, line, &tally, &basis);
                if (entry && !is_whole_license(entry) && join_region(page, line, &joined)) {
                        line = &joined;
                        entry = elect_license(page, line, &tally, &basis);
                }
                double confidence = is_whole_license(entry) ? basis_probability(&basis, BASIS_NUMBER) : 0;
                if (confidence > best) {
                        best = confidence;
                        set_field(ret, DOC_LICENSE_NUMBER, str_from(entry->text), &basis, BASIS_NUMBER);
                        ret->places[DOC_LICENSE_NUMBER] = (struct box){0};
                        place_field(ret, DOC_LICENSE_NUMBER, &line->place);
                }
        }
}

bool shows_number(const struct page *page, struct str text)
{
        struct printed found;
        return find_id_number(page, &wanted_id_number, text, &found) ||
               find_license(page, &wanted_license, text, &found);
}
