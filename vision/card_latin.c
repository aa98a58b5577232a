#include "vision/card_text.h"

#include "base/utf8.h"
#include "doc/country.h"
#include "doc/printed.h"
#include "vision/blanks.h"
#include "vision/consensus.h"

#include <assert.h>

static const char only_capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-' ", only_marks[] = "-' ",
                  with_points[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-'. ";

/* Without marks at the ends, and with single blanks. */
static void words_of(struct str text, struct printed *ret)
{
        ret->len = 0;
        for (size_t i = 0; i < text.len && ret->len + 1 < PRINTED_MAX; i++) {
                bool mark = !(text.ptr[i] >= 'A' && text.ptr[i] <= 'Z');
                bool at_border = ret->len == 0 || ret->text[ret->len - 1] == ' ';
                if (!(mark && at_border))
                        ret->text[ret->len++] = text.ptr[i];
        }
        while (ret->len > 0 && strchr(only_marks, ret->text[ret->len - 1]))
                ret->len--;
        ret->text[ret->len] = '\0';
}

/* Whether the line may hold a name in Latin letters or a country, which are printed in capitals: no label, be
 * it misread, and more than dust. */
static bool is_latin_line(const struct page_line *line)
{
        static const char *const labels[] = {"NAME",           "STATUS",        "COUNTRY/REGION",
                                             "REGISTRATIONNO", "SEX",           "NATION",
                                             "ISSUE DATE",     "DATE OF ISSUE", "SPECIMEN"};
        struct str rest = read_str(&line->read);
        struct printed latin = {.len = 0};
        static_assert((int)PRINTED_MAX >= (int)OCR_TEXT_MAX, "what is read of a line fits");
        uint32_t point;
        double like;
        size_t letters = 0, small = 0, others = 0;
        while (utf8_next(&rest, &point)) {
                letters += (point | 32) >= 'a' && (point | 32) <= 'z';
                small += point >= 'a' && point <= 'z';
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
        return letters >= 2 && 3 * small <= letters && others < letters &&
               printed_title(text, &like) == DOC_UNKNOWN;
}

/* The words of a reading, as blanks_part() has them; marks are left out at their ends. */
static bool part_reading(struct page *page, const struct cv_line *place, size_t way,
                         const struct ocr_line *read, struct printed *ret)
{
        struct printed text;
        struct image cut;
        if (!text_cut(&page->shades, place, &page_ways[way], &cut)) {
                words_of(read_str(read), ret);
                return true;
        }
        bool agreed = blanks_part(&cut, read, &text);
        image_release(&cut);
        words_of(printed_str(&text), ret);
        return agreed;
}

enum { LATIN_READINGS = 6 };

/* The country that the words name, written as on the paper; NULL where they name none. Points are looked for
 * here alone: a name has none, and dust looks like them. */
static const char *read_country(struct page *page, const struct cv_line *place, const struct printed *words)
{
        const char *country = country_named(printed_str(words));
        struct ocr_line read;
        struct printed pointed;
        if (!country || !page_read(page, place, PAGE_NET_WAY, OCR_NET, with_points, &read))
                return country;
        part_reading(page, place, PAGE_NET_WAY, &read, &pointed);
        return country_written(country, printed_str(&pointed));
}

/* Tesseract loses the blanks between short words: where words end is the network's to say. */
static void set_latin(struct page *page, const struct page_line *line, enum doc_field field,
                      struct document_reading *ret)
{
        static const struct reading plan[LATIN_READINGS] = {{PAGE_NET_WAY, OCR_NET},     {6, OCR_ENG},
                                                            {PAGE_NET_WAY + 1, OCR_NET}, {6, OCR_SCRIPT},
                                                            {PAGE_NET_WAY + 2, OCR_NET}, {5, OCR_ENG}};
        enum { LETTERS_FEWEST = 3, PLAN_FIRST = 3 };
        struct consensus consensus = {0};
        struct printed words[LATIN_READINGS], letters, parted;
        struct basis basis;
        size_t words_len = 0;
        bool agreed = true;
        for (size_t i = 0; i < LEN(plan) && !(i == PLAN_FIRST && consensus_is_whole(&consensus)); i++) {
                struct consensus_reading reading = {.model = plan[i].model};
                struct ocr_line read;
                if (!page_read(page, &line->place, plan[i].way, plan[i].model, only_capitals, &read))
                        continue;
                consensus_take(&reading, &read);
                consensus_add(&consensus, &reading);
                if (plan[i].model == OCR_NET)
                        agreed = part_reading(page, &line->place, plan[i].way, &read, &words[words_len++]) &&
                                 agreed;
        }
        if (!consensus_text(&consensus, &letters, &basis))
                return;
        words_of(printed_str(&letters), &letters);
        if (letters.len < LETTERS_FEWEST)
                return;
        size_t otherwise, alike = blanks_vote(words, words_len, printed_str(&letters), &parted, &otherwise);
        if (alike == 0)
                consensus_space(printed_str(&letters), words_len > 0 ? printed_str(&words[0]) : STR(""),
                                &parted);
        const char *country = field == DOC_NATIONALITY ? read_country(page, &line->place, &parted) : NULL;
        /* A name of one word has rather lost its blank. */
        basis.of[BASIS_PROOF] = country || (alike > 1 && otherwise == 0 && strchr(parted.text, ' '));
        /* Nor is a name whole behind which another word stands. */
        const struct page_line *next = next_in_row(page, line);
        if ((!agreed || otherwise > 0 || (next && is_latin_line(next))) && !country)
                basis.doubted = true;
        place_field(ret, field, &line->place);
        set_field(ret, field, country ? str_from(country) : printed_str(&parted), &basis, BASIS_LATIN);
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
