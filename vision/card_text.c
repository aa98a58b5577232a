#include "vision/card_text.h"

#include "base/utf8.h"
#include "doc/license.h"
#include "doc/printed.h"
#include "vision/negative.h"
#include "vision/plan.h"

#include <limits.h>
#include <stdio.h>

/* Those of the title that stands in the line, if one does. */
static size_t syllables_of_title(struct str text)
{
        static const char *const titles[] = {"자동차운전면허증", "운전면허증"};
        size_t best = 0;
        double least = 0.6;
        for (size_t i = 0; i < LEN(titles); i++) {
                double like = printed_likeness(text, str_from(titles[i]));
                if (like >= least && (best == 0 || like > least)) {
                        best = printed_syllables(str_from(titles[i]));
                        least = like;
                }
        }
        return best;
}

/* A class that was not understood leaves more text than those that were. The title, in one language or two,
 * or the number may stand in the same line. */
static bool tells_all(struct str text, const char *classes)
{
        enum {
                SPARE = 1, /* syllable of the title */
                SPARE_BYTES = 3,
                NUMBER = 15, /* of a licence: 11-04-053294-12 */
                NUMBER_DIGITS = 12
        };
        struct printed whole, told;
        double like;
        printed_squeeze(text, &whole);
        printed_squeeze(str_from(classes), &told);
        if (printed_title(text, &like) != DOC_UNKNOWN)
                return printed_syllables(text) <=
                       printed_syllables(str_from(classes)) + syllables_of_title(text) + SPARE;
        if (printed_syllables(text) > printed_syllables(str_from(classes)))
                return false;
        bool numbered = page_count_digits(text) == page_count_digits(str_from(classes)) + NUMBER_DIGITS;
        return whole.len <= told.len + SPARE_BYTES + (numbered ? NUMBER : 0);
}

/* Old cards have a label in the row: 면허종별. */
static struct str behind_class_label(struct str text)
{
        static const char *const labels[] = {"면허종별", "면허종류", "면허의종류", "종별", "종류"};
        static const char *const begins[] = {"1종", "2종", "원동기", "연습"};
        int first = INT_MAX;
        for (size_t i = 0; i < LEN(begins); i++) {
                ssize_t at = str_find_str(text, str_from(begins[i]));
                first = at >= 0 ? MIN(first, (int)at) : first;
        }
        if (first == INT_MAX)
                return text;
        struct str label = str_sub(text, 0, (size_t)first);
        for (size_t i = 0; i < LEN(labels); i++) {
                size_t spare = printed_syllables(label) -
                               MIN(printed_syllables(label), printed_syllables(str_from(labels[i])));
                if (spare == 0 && printed_likeness(label, str_from(labels[i])) >= 0.5)
                        return str_sub(text, (size_t)first, text.len);
        }
        return text;
}

static bool find_classes(const struct page *page, const struct wanted *wanted, struct str text,
                         struct printed *ret)
{
        char classes[LICENSE_CLASS_MAX];
        (void)page, (void)wanted;
        text = behind_class_label(text);
        if (!license_class_parse(text, classes) || !tells_all(text, classes))
                return false;
        ret->len = strlen(classes);
        memcpy(ret->text, classes, ret->len + 1);
        return true;
}

static const struct wanted wanted_classes = {
    .find = find_classes, .plan = plan_words, .plan_len = PLAN_WORDS_LEN};

struct classes {
        char text[LICENSE_CLASS_MAX];
        size_t len, lines;
        struct basis least;
};

/* More classes behind those so far; without any, or without room for them, the whole is doubtful: one class
 * is not all where a line beside it was not understood. */
static void add_classes(struct classes *classes, const struct tally *tally, const struct tally_entry *entry)
{
        size_t more = entry ? strlen(entry->text) + (classes->len > 0) : 0;
        bool takes = entry && classes->len + more < LICENSE_CLASS_MAX;
        struct basis basis = takes ? tally_basis(tally, entry, false) : (struct basis){0};
        if (classes->lines++ == 0)
                classes->least = basis;
        basis_worsen(&classes->least, &basis);
        if (!takes)
                return;
        snprintf(classes->text + classes->len, LICENSE_CLASS_MAX - classes->len, "%s%s",
                 classes->len > 0 ? " " : "", entry->text);
        classes->len += more;
}

/* Light print on a dark band is read as such, too, where that is surer. False where both ways are understood,
 * and name different classes. */
static bool read_classes(struct page *page, const struct page_line *line, struct tally *ret)
{
        static const double sure = 0.99, understood = 0.5;
        struct page_line at = *line;
        struct text_shades own = page->shades, negative;
        struct tally other = {.sort = BASIS_WORDS};
        read_by_plan(page, line, &wanted_classes, ret);
        double confidence = tally_confidence(ret, tally_best(ret), false);
        if (confidence >= sure || !negative_is(&own, &at.place) ||
            !negative_shades(&page->card, &at.place, &negative))
                return true;
        page->shades = negative;
        read_by_plan(page, &at, &wanted_classes, &other);
        page->shades = own;
        text_shades_release(&negative);
        const struct tally_entry *one = tally_best(ret), *two = tally_best(&other);
        bool differ =
            one && two && confidence > understood && !str_equal(str_from(one->text), str_from(two->text));
        if (tally_confidence(&other, two, false) > confidence)
                *ret = other;
        return !differ;
}

/* All lines that name classes, in the order in which they stand, each as different readers agree. */
void read_license_class(struct page *page, struct document_reading *ret)
{
        struct classes classes = {0};
        bool agreed = true;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                struct str text = read_str(&line->read);
                struct tally tally = {.sort = BASIS_WORDS};
                char told[LICENSE_CLASS_MAX];
                if (printed_likeness(text, STR("종")) < 1 && !license_class_parse(text, told))
                        continue;
                agreed = read_classes(page, line, &tally) && agreed;
                const struct tally_entry *entry = tally_best(&tally);
                if (!entry && !license_names_class(text))
                        continue;
                place_field(ret, DOC_LICENSE_CLASS, &line->place);
                add_classes(&classes, &tally, entry);
        }
        classes.least.doubted = classes.least.doubted || !agreed;
        if (classes.len > 0)
                set_field(ret, DOC_LICENSE_CLASS, str_from(classes.text), &classes.least, BASIS_WORDS);
}

static bool find_issuer(const struct page *page, const struct wanted *wanted, struct str text,
                        struct printed *ret)
{
        (void)page;
        return printed_issuer(text, doc_kind_from_name(wanted->told), ret);
}

/* An authority whose words stand far apart makes two lines of one row: the region, and the office. */
static bool join_office(struct page *page, const struct page_line *line, struct page_line *ret)
{
        const struct page_line *office = next_in_row(page, line);
        if (!office || !printed_begins_address(read_str(&line->read)))
                return false;
        ret->place = text_joined(&line->place, &office->place);
        return page_read(page, &ret->place, page->first.way, page->first.model, NULL, &ret->read);
}

void read_issuer(struct page *page, enum doc_kind kind, struct document_reading *ret)
{
        const struct wanted wanted = {.find = find_issuer,
                                      .told = str_from(doc_kind_name(kind)),
                                      .plan = plan_words,
                                      .plan_len = PLAN_WORDS_LEN};
        for (size_t i = page->lines_len; i-- > 0;) {
                const struct page_line *line = &page->lines[i];
                struct printed issuer;
                struct page_line joined;
                struct tally tally = {.sort = BASIS_WORDS};
                if (starts_address(page, i))
                        continue; /* its district is named as an office is */
                if (!printed_issuer(read_str(&line->read), kind, &issuer)) {
                        if (!join_office(page, line, &joined) ||
                            !printed_issuer(read_str(&joined.read), kind, &issuer))
                                continue;
                        line = &joined;
                }
                read_by_plan(page, line, &wanted, &tally);
                set_agreed(ret, DOC_ISSUER, &tally, false);
                return;
        }
}
