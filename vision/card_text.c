#include "vision/card_text.h"

#include "doc/license.h"
#include "doc/person.h"
#include "doc/printed.h"

#include <math.h>

/* Which readers are asked for a word, in which order. The first reading of all was the page's, by way 0. */
struct ask {
        size_t way;
        enum ocr_model model;
};

static const struct ask name_asks[] = {{0, OCR_KOR}, {1, OCR_SCRIPT}, {1, OCR_KOR}, {2, OCR_SCRIPT},
                                       {2, OCR_KOR}, {3, OCR_SCRIPT}, {3, OCR_KOR}};

/* A word that stands for a field's name, at the left of or above its value. */
static bool has_label_near(const struct page *page, const struct page_line *line, const char *const *labels,
                           size_t labels_len)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *other = &page->lines[i];
                double down = line->place.y - other->place.y, tall = line->place.height;
                bool left = fabs(down) < 0.6 * tall && line_right(&other->place) < line->place.x &&
                            line_left(&line->place) - line_right(&other->place) < 0.25 * page->card.width;
                bool above = down > 0 && down < 1.8 * tall &&
                             fabs(line_left(&other->place) - line_left(&line->place)) < 2 * tall;
                for (size_t k = 0; (left || above) && k < labels_len; k++) {
                        struct printed squeezed;
                        printed_squeeze(read_str(&other->read), &squeezed);
                        if (squeezed.len <= strlen(labels[k]) + 12 &&
                            printed_likeness(printed_str(&squeezed), str_from(labels[k])) > 0.7)
                                return true;
                }
        }
        return false;
}

static bool is_name_like(struct str text, struct printed *ret)
{
        printed_korean_name(text, ret);
        size_t syllables = ret->len / 3;
        return syllables >= 2 && syllables <= 6 && person_is_korean(printed_str(ret)) &&
               !printed_is_label(printed_str(ret));
}

/* Labels are small, and short ones are misread into names: half of one is enough to know it by. */
static bool is_misread_label(const struct page_line *line, const struct page_line *number,
                             const struct printed *name)
{
        static const char *const labels[] = {"성명", "주소", "기간", "조건", "성별",
                                             "국적", "이름", "번호", "발급"};
        if (name->len > 6 || !number || line->place.height > 0.9 * number->place.height)
                return false;
        for (size_t i = 0; i < LEN(labels); i++) {
                if (memcmp(labels[i], name->text, 3) == 0 ||
                    memcmp(labels[i] + 3, name->text + name->len - 3, 3) == 0)
                        return true;
        }
        return false;
}

/* How much a line may be the name, by its place and its look; below 0: it cannot be. */
static double name_chance(const struct page *page, const struct page_line *line,
                          const struct page_line *number)
{
        static const char *const labels[] = {"성명", "이름", "NAME"};
        struct printed name;
        struct str text = read_str(&line->read);
        double title;
        if (!is_name_like(text, &name) || printed_title(text, &title) != DOC_UNKNOWN ||
            printed_begins_address(text) || count_digits(text) > 2 || is_misread_label(line, number, &name))
                return -1;
        double chance = person_has_known_surname(printed_str(&name)) ? 2 : 0;
        chance += name.len / 3 <= 4 ? 1 : -1;
        chance +=
            has_label_near(page, line, labels, LEN(labels)) || str_find_str(text, STR("성명")) >= 0 ? 2 : 0;
        chance += line->read.confidence;
        /* A hanja name in brackets follows on resident cards. */
        chance += str_find(text, '(') > 0 ? 0.7 : 0;
        if (number) {
                double down = (number->place.y - line->place.y) / (number->place.height + line->place.height);
                double aside = fabs(line_left(&number->place) - line_left(&line->place)) / page->card.width;
                chance += down > 0 ? 2 * exp(-down / 2) : exp(down / 2);
                chance += exp(-aside * 8);
                chance += MIN(1, line->place.height / number->place.height);
        }
        return chance;
}

static void tally_name(struct str text, enum ocr_model model, struct tally *tally)
{
        struct printed name;
        if (is_name_like(text, &name))
                tally_add(tally, printed_str(&name), model);
        else
                tally->votes++;
}

void read_korean_name(struct page *page, const struct page_line *number, struct document_reading *ret)
{
        const struct page_line *best = NULL;
        double chance = 0;
        for (size_t i = 0; i < page->lines_len; i++) {
                double its = name_chance(page, &page->lines[i], number);
                if (its > chance) {
                        chance = its;
                        best = &page->lines[i];
                }
        }
        if (!best)
                return;
        struct tally tally = {0};
        tally_name(read_str(&best->read), page->first, &tally);
        for (size_t i = 0; i < LEN(name_asks); i++) {
                struct ocr_line read;
                const struct tally_entry *entry = tally_best(&tally);
                if (i >= 3 && entry && entry->votes >= (int)i + 1)
                        break;
                if (!ocr_has(page->ocr, name_asks[i].model))
                        continue;
                page_read(page, &best->place, name_asks[i].way, name_asks[i].model, NULL, &read);
                tally_name(read_str(&read), name_asks[i].model, &tally);
        }
        const struct tally_entry *entry = tally_best(&tally);
        if (!entry)
                return;
        double confidence = tally_confidence(&tally, entry, false);
        /* Names have no check digit: a rare surname is likelier a misreading. */
        if (!person_has_known_surname(str_from(entry->text)))
                confidence = MIN(confidence, 0.7);
        doc_set(&ret->fields, DOC_NAME, str_from(entry->text), confidence);
}

/* Words in capitals alone. */
static bool latin_words(struct str text, struct printed *ret)
{
        size_t letters = 0;
        ret->len = 0;
        for (size_t i = 0; i < text.len && ret->len + 1 < PRINTED_MAX; i++) {
                char c = text.ptr[i];
                if (!((c >= 'A' && c <= 'Z') || c == ' ' || c == '-' || c == '\''))
                        return false;
                letters += c >= 'A' && c <= 'Z';
                ret->text[ret->len++] = c;
        }
        ret->text[ret->len] = '\0';
        return letters >= 3;
}

static void set_latin(struct page *page, const struct page_line *line, enum doc_field field,
                      struct document_reading *ret)
{
        static const struct ask asks[] = {{0, OCR_ENG}, {3, OCR_SCRIPT}, {3, OCR_ENG}};
        struct tally tally = {0};
        struct printed words;
        if (latin_words(read_str(&line->read), &words))
                tally_add(&tally, printed_str(&words), page->first);
        for (size_t i = 0; i < LEN(asks); i++) {
                struct ocr_line read;
                if (page_read(page, &line->place, asks[i].way, asks[i].model, NULL, &read) &&
                    latin_words(read_str(&read), &words))
                        tally_add(&tally, printed_str(&words), asks[i].model);
        }
        set_agreed(ret, field, &tally, false);
}

void read_latin_name(struct page *page, const struct page_line *number, struct document_reading *ret)
{
        static const char *const name_labels[] = {"성명", "NAME"};
        static const char *const country_labels[] = {"국가", "국적", "COUNTRY/REGION", "NATIONALITY"};
        const struct page_line *name = NULL, *country = NULL;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                struct printed words;
                double like;
                if (!latin_words(read_str(&line->read), &words) ||
                    printed_title(read_str(&line->read), &like) != DOC_UNKNOWN ||
                    printed_likeness(read_str(&line->read), STR("SPECIMEN")) > 0.7 ||
                    (number && line->place.y < number->place.y + 0.5 * number->place.height &&
                     !has_label_near(page, line, name_labels, LEN(name_labels))))
                        continue;
                if (!country && has_label_near(page, line, country_labels, LEN(country_labels)))
                        country = line;
                else if (!name)
                        name = line;
                else if (!country)
                        country = line;
        }
        if (name)
                set_latin(page, name, DOC_NAME, ret);
        if (country)
                set_latin(page, country, DOC_NATIONALITY, ret);
}

/* All lines that name classes, in the order in which they stand, each as different readers agree. */
void read_license_class(struct page *page, struct document_reading *ret)
{
        static const struct ask asks[] = {{0, OCR_KOR}, {1, OCR_SCRIPT}, {1, OCR_KOR}, {3, OCR_SCRIPT}};
        char classes[LICENSE_CLASS_MAX], whole[2 * LICENSE_CLASS_MAX] = "";
        size_t len = 0;
        double confidence = 1;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                struct tally tally = {0};
                if (printed_likeness(read_str(&line->read), STR("종")) < 1 &&
                    !license_class_parse(read_str(&line->read), classes))
                        continue;
                if (license_class_parse(read_str(&line->read), classes))
                        tally_add(&tally, str_from(classes), page->first);
                for (size_t k = 0; k < LEN(asks); k++) {
                        struct ocr_line read;
                        if (k >= 2 && tally_confidence(&tally, tally_best(&tally), false) > 0.92)
                                break;
                        if (page_read(page, &line->place, asks[k].way, asks[k].model, NULL, &read) &&
                            license_class_parse(read_str(&read), classes))
                                tally_add(&tally, str_from(classes), asks[k].model);
                }
                const struct tally_entry *entry = tally_best(&tally);
                if (!entry || len + strlen(entry->text) + 2 > LICENSE_CLASS_MAX)
                        continue;
                if (len)
                        whole[len++] = ' ';
                memcpy(whole + len, entry->text, strlen(entry->text) + 1);
                len += strlen(entry->text);
                confidence = MIN(confidence, tally_confidence(&tally, entry, false));
        }
        if (len)
                doc_set(&ret->fields, DOC_LICENSE_CLASS, str_from(whole), confidence);
}

/* Whether a line goes on with the address above it. */
static bool goes_on(const struct page_line *above, const struct page_line *line)
{
        double down = line->place.y - above->place.y, tall = above->place.height;
        struct date dates[PRINTED_DATES_MAX];
        return down > 0.5 * tall && down < 2.0 * tall && line->place.height < 1.5 * tall &&
               line->place.height > 0.6 * tall && line_left(&line->place) < above->place.x &&
               line_left(&line->place) > line_left(&above->place) - 2 * tall &&
               printed_dates(read_str(&line->read), dates) == 0 && !printed_is_label(read_str(&line->read));
}

static void add_squeezed(struct printed *whole, const struct ocr_line *read)
{
        struct printed more;
        printed_squeeze(read_str(read), &more);
        if (whole->len + more.len < PRINTED_MAX) {
                memcpy(whole->text + whole->len, more.text, more.len + 1);
                whole->len += more.len;
        }
}

void read_address(struct page *page, struct document_reading *ret)
{
        static const struct ask asks[] = {{0, OCR_SCRIPT}, {0, OCR_KOR}, {3, OCR_SCRIPT}, {3, OCR_KOR}};
        const struct page_line *parts[4];
        size_t count = 0;
        struct printed issuer, address;
        for (size_t i = 0; i < page->lines_len && count < LEN(parts); i++) {
                const struct page_line *line = &page->lines[i];
                bool starts = count == 0 && printed_begins_address(read_str(&line->read)) &&
                              printed_likeness(read_str(&line->read), STR("경찰청장")) < 0.7 &&
                              (count_digits(read_str(&line->read)) > 0 ||
                               !printed_issuer(read_str(&line->read), DOC_RESIDENT_CARD, &issuer));
                if (starts || (count > 0 && goes_on(parts[count - 1], line)))
                        parts[count++] = line;
        }
        struct tally tally = {0};
        for (size_t k = 0; count > 0 && k < LEN(asks); k++) {
                struct printed whole = {.len = 0};
                for (size_t i = 0; i < count; i++) {
                        struct ocr_line read = parts[i]->read;
                        if (k > 0)
                                page_read(page, &parts[i]->place, asks[k].way, asks[k].model, NULL, &read);
                        add_squeezed(&whole, &read);
                }
                printed_address(printed_str(&whole), &address);
                tally_add(&tally, printed_str(&address), k ? asks[k].model : page->first);
                if (k == 1 && tally.len == 1)
                        break;
        }
        /* A house has a number. */
        const struct tally_entry *best = tally_best(&tally);
        if (!best || count_digits(str_from(best->text)) == 0)
                return;
        double confidence = tally_confidence(&tally, best, false);
        if (strpbrk(best->text, ":;|[]{}<>*?!\"_=+~^$#@%&"))
                confidence = MIN(confidence, 0.5);
        doc_set(&ret->fields, DOC_ADDRESS, str_from(best->text), confidence);
}

void read_issuer(struct page *page, enum doc_kind kind, struct document_reading *ret)
{
        static const struct ask asks[] = {{1, OCR_KOR}, {1, OCR_SCRIPT}, {0, OCR_KOR}};
        for (size_t i = page->lines_len; i-- > 0;) {
                const struct page_line *line = &page->lines[i];
                struct printed issuer;
                struct tally tally = {0};
                if (!printed_issuer(read_str(&line->read), kind, &issuer))
                        continue;
                tally_add(&tally, printed_str(&issuer), page->first);
                for (size_t k = 0; k < LEN(asks); k++) {
                        struct ocr_line read;
                        if (page_read(page, &line->place, asks[k].way, asks[k].model, NULL, &read) &&
                            printed_issuer(read_str(&read), kind, &issuer))
                                tally_add(&tally, printed_str(&issuer), asks[k].model);
                }
                set_agreed(ret, DOC_ISSUER, &tally, false);
                return;
        }
}
