#include "vision/card_text.h"

#include "base/utf8.h"
#include "doc/country.h"
#include "doc/license.h"
#include "doc/person.h"
#include "doc/printed.h"
#include "vision/consensus.h"

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
                bool left = fabs(down) < 0.75 * tall && line_right(&other->place) < line->place.x &&
                            line_left(&line->place) - line_right(&other->place) < 0.25 * page->card.width;
                bool above = down > 0 && down < 1.8 * tall &&
                             fabs(line_left(&other->place) - line_left(&line->place)) < 2 * tall;
                /* The label in another language below one is smaller. */
                bool value = line->place.height > 0.85 * other->place.height;
                for (size_t k = 0; value && (left || above) && k < labels_len; k++) {
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

/* A short word with another to its right is a label, however it was read. */
static bool has_value(const struct page *page, const struct page_line *line)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *other = &page->lines[i];
                struct printed name;
                double gap = line_left(&other->place) - line_right(&line->place);
                if (gap > 0 && gap < 0.25 * page->card.width &&
                    fabs(other->place.y - line->place.y) < 0.75 * line->place.height &&
                    is_name_like(read_str(&other->read), &name))
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
        if (name.len / 3 == 2 && has_value(page, line))
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
        place_field(ret, DOC_NAME, &best->place);
}

static const char only_capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-'";

enum { WORDS_MAX = 10, WORD_MARGIN = 12 };

/* Columns `from` to `to` of a line, with paper around them. */
static void cut_word(const struct image *line, int from, int to, struct image *ret)
{
        image_init(ret, to - from + 2 * WORD_MARGIN, line->height, 1);
        memset(ret->pixels, 255, ret->stride * (size_t)ret->height);
        for (int y = 0; y < line->height; y++)
                memcpy(ret->pixels + (size_t)y * ret->stride + WORD_MARGIN,
                       line->pixels + (size_t)y * line->stride + from, (size_t)(to - from));
}

static void add_word(struct printed *whole, struct str word)
{
        while (word.len > 0 && strchr("-' ", word.ptr[0]))
                word = str_sub(word, 1, word.len);
        while (word.len > 0 && strchr("-' ", word.ptr[word.len - 1]))
                word = str_sub(word, 0, word.len - 1);
        if (word.len == 0 || whole->len + word.len + 2 > PRINTED_MAX)
                return;
        if (whole->len > 0)
                whole->text[whole->len++] = ' ';
        memcpy(whole->text + whole->len, word.ptr, word.len);
        whole->len += word.len;
        whole->text[whole->len] = '\0';
}

/* Readers lose the blanks between short words, and letters at the ends of words that they are given alone. So
 * a line is read both ways: word by word, parted where the paper is, and as one. */
static const struct latin_ask {
        struct ask ask;
        bool whole;
} latin_asks[] = {{{6, OCR_SCRIPT}, false},
                  {{6, OCR_ENG}, true},
                  {{5, OCR_ENG}, false},
                  {{4, OCR_SCRIPT}, false},
                  {{6, OCR_SCRIPT}, true}};

/* The words; *ret_pieces: how many pieces of ink they have. */
static void read_latin(struct page *page, const struct page_line *line, const struct latin_ask *how,
                       struct printed *ret, size_t *ret_pieces)
{
        struct image cut;
        int gaps[WORDS_MAX];
        *ret = (struct printed){0};
        *ret_pieces = 0;
        if (!text_cut(&page->shades, &line->place, &page_ways[how->ask.way], &cut))
                return;
        size_t count = text_word_gaps(&cut, gaps, WORDS_MAX - 1, ret_pieces);
        if (how->whole)
                count = 0;
        gaps[count++] = cut.width;
        for (size_t i = 0; i < count; i++) {
                struct image word;
                struct ocr_line read;
                cut_word(&cut, i ? gaps[i - 1] : 0, gaps[i], &word);
                if (ocr_read(page->ocr, how->ask.model, only_capitals, &word, &read))
                        add_word(ret, read_str(&read));
                image_release(&word);
        }
        image_release(&cut);
}

/* Whether the line may hold a name in Latin letters or a country: no label of one, and more than dust. */
static bool is_latin_line(const struct page_line *line)
{
        static const char *const labels[] = {"NAME",           "STATUS",        "COUNTRY/REGION",
                                             "REGISTRATIONNO", "SEX",           "NATION",
                                             "ISSUE DATE",     "DATE OF ISSUE", "SPECIMEN"};
        struct str rest = read_str(&line->read);
        struct printed latin = {.len = 0};
        uint32_t point;
        double like;
        size_t letters = 0, others = 0;
        while (utf8_next(&rest, &point)) {
                letters += (point | 32) >= 'a' && (point | 32) <= 'z';
                others += point >= 0x80 || (point >= '0' && point <= '9');
                if (point < 0x80)
                        latin.text[latin.len++] = (char)point;
        }
        struct str text = printed_str(&latin);
        for (size_t i = 0; i < LEN(labels); i++) {
                struct str label = str_from(labels[i]);
                if (MIN(printed_likeness(text, label), printed_likeness(label, text)) > 0.7)
                        return false;
        }
        return letters >= 2 && others < letters && printed_title(text, &like) == DOC_UNKNOWN;
}

static void set_latin(struct page *page, const struct page_line *line, enum doc_field field,
                      struct document_reading *ret)
{
        enum { LETTERS_FEWEST = 3 };
        struct consensus consensus = {0};
        struct printed parted = {0}, letters, words;
        size_t pieces = 0;
        for (size_t i = 0; i < LEN(latin_asks) && !(i == 2 && consensus_is_whole(&consensus)); i++) {
                size_t its_pieces;
                read_latin(page, line, &latin_asks[i], &words, &its_pieces);
                pieces = i ? pieces : its_pieces;
                if (!latin_asks[i].whole && words.len > parted.len)
                        parted = words;
                printed_squeeze(printed_str(&words), &letters);
                consensus_add(&consensus, printed_str(&letters), latin_asks[i].ask.model);
        }
        double confidence = consensus_text(&consensus, &letters);
        if (letters.len < LETTERS_FEWEST)
                return;
        /* Thin letters at the end of short words get lost. */
        if (pieces > letters.len)
                confidence = MIN(confidence, 0.5);
        consensus_space(printed_str(&letters), printed_str(&parted), &words);
        const char *country = field == DOC_NATIONALITY ? country_named(printed_str(&words)) : NULL;
        doc_set(&ret->fields, field, country ? str_from(country) : printed_str(&words), confidence);
        place_field(ret, field, &line->place);
}

void read_latin_name(struct page *page, const struct page_line *number, struct document_reading *ret)
{
        static const char *const name_labels[] = {"성명", "NAME"};
        static const char *const other_labels[] = {"성별", "SEX", "체류자격", "STATUS"};
        const struct page_line *name = NULL, *country = NULL;
        bool name_labelled = false;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                bool labelled = has_label_near(page, line, name_labels, LEN(name_labels));
                bool above = number && line->place.y < number->place.y + 0.5 * number->place.height;
                if ((above && !labelled) || !is_latin_line(line))
                        continue;
                if (country_named(read_str(&line->read))) {
                        country = country ? country : line;
                } else if (!name || (labelled && !name_labelled)) {
                        if (!labelled && has_label_near(page, line, other_labels, LEN(other_labels)))
                                continue;
                        name = line;
                        name_labelled = labelled;
                }
        }
        if (name)
                set_latin(page, name, DOC_NAME, ret);
        if (country)
                set_latin(page, country, DOC_NATIONALITY, ret);
}

/* A class that was not understood leaves more text than those that were. The title may stand in the same
 * line. */
static bool tells_all(struct str text, const char *classes)
{
        enum { SPARE = 3 /* a syllable */ };
        struct printed whole, told;
        double like;
        printed_squeeze(text, &whole);
        printed_squeeze(str_from(classes), &told);
        return whole.len <= told.len + SPARE || printed_title(text, &like) != DOC_UNKNOWN;
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
                if (license_class_parse(read_str(&line->read), classes) &&
                    tells_all(read_str(&line->read), classes))
                        tally_add(&tally, str_from(classes), page->first);
                for (size_t k = 0; k < LEN(asks); k++) {
                        struct ocr_line read;
                        if (k >= 2 && tally_confidence(&tally, tally_best(&tally), false) > 0.92)
                                break;
                        if (!page_read(page, &line->place, asks[k].way, asks[k].model, NULL, &read) ||
                            !license_class_parse(read_str(&read), classes))
                                continue;
                        if (tells_all(read_str(&read), classes))
                                tally_add(&tally, str_from(classes), asks[k].model);
                        else
                                tally.votes++;
                }
                const struct tally_entry *entry = tally_best(&tally);
                if (!entry || len + strlen(entry->text) + 2 > LICENSE_CLASS_MAX)
                        continue;
                if (len)
                        whole[len++] = ' ';
                memcpy(whole + len, entry->text, strlen(entry->text) + 1);
                len += strlen(entry->text);
                place_field(ret, DOC_LICENSE_CLASS, &line->place);
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

/* Whether an address begins in this line: a region, and a number, which may stand in the next. */
static bool starts_address(const struct page *page, size_t at)
{
        const struct page_line *line = &page->lines[at];
        struct str text = read_str(&line->read);
        if (!printed_begins_address(text) || printed_likeness(text, STR("경찰청장")) >= 0.7)
                return false;
        bool has_number = count_digits(text) > 0;
        for (size_t i = at + 1; i < page->lines_len && !has_number; i++)
                has_number =
                    goes_on(line, &page->lines[i]) && count_digits(read_str(&page->lines[i].read)) > 0;
        return has_number;
}

/* What the reader of digits makes of the lines. */
static void add_digits(struct page *page, const struct page_line *const parts[], size_t count,
                       struct consensus *consensus)
{
        enum { WAY = 4 };
        struct printed whole = {.len = 0};
        for (size_t i = 0; i < count; i++) {
                struct ocr_line read;
                if (page_read(page, &parts[i]->place, WAY, OCR_GLYPH, NULL, &read))
                        add_squeezed(&whole, &read);
        }
        consensus_add(consensus, printed_str(&whole), OCR_GLYPH);
}

double read_address_at(struct page *page, size_t at, struct printed *ret)
{
        static const struct ask asks[] = {
            {0, OCR_SCRIPT}, {4, OCR_KOR}, {6, OCR_SCRIPT}, {0, OCR_KOR}, {3, OCR_SCRIPT}};
        const struct page_line *parts[4];
        size_t count = 0;
        ret->len = 0;
        for (size_t i = at; i < page->lines_len && count < LEN(parts); i++) {
                const struct page_line *line = &page->lines[i];
                if (count > 0 ? goes_on(parts[count - 1], line) : starts_address(page, i))
                        parts[count++] = line;
                else if (i == at)
                        return 0;
        }
        struct consensus consensus = {0};
        for (size_t k = 0; count > 0 && k < LEN(asks); k++) {
                struct printed whole = {.len = 0};
                for (size_t i = 0; i < count; i++) {
                        struct ocr_line read = parts[i]->read;
                        if (k > 0)
                                page_read(page, &parts[i]->place, asks[k].way, asks[k].model, NULL, &read);
                        add_squeezed(&whole, &read);
                }
                consensus_add(&consensus, printed_str(&whole), k ? asks[k].model : page->first);
                if (k == 1 && consensus_is_whole(&consensus))
                        break;
        }
        struct printed whole;
        if (consensus.len > 0)
                add_digits(page, parts, count, &consensus);
        double confidence = consensus_text(&consensus, &whole);
        printed_address(printed_str(&whole), ret);
        /* A house has a number. */
        if (count_digits(printed_str(ret)) == 0)
                ret->len = 0;
        bool strange = strpbrk(ret->text, ":;|[]{}<>*?!\"_=+~^$#@%&\\") != NULL;
        return strange ? MIN(confidence, 0.5) : confidence;
}

void read_address(struct page *page, struct document_reading *ret)
{
        struct printed address = {.len = 0};
        double confidence = 0;
        size_t at = 0;
        while (at < page->lines_len && !starts_address(page, at))
                at++;
        if (at < page->lines_len)
                confidence = read_address_at(page, at, &address);
        if (address.len > 0)
                doc_set(&ret->fields, DOC_ADDRESS, printed_str(&address), confidence);
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
