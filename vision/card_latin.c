#include "vision/card_text.h"

#include "base/utf8.h"
#include "doc/country.h"
#include "doc/no_name.h"
#include "doc/person.h"
#include "doc/printed.h"
#include "vision/blanks.h"
#include "vision/consensus.h"

#include <assert.h>
#include <math.h>

static const char only_capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-' ", only_marks[] = "-' ",
                  with_points[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-'. ";

/* Where a letter stands by itself: rather another word has lost it, or the rest of it was not read. An O
 * before a surname that is written so is whole. */
static bool has_lone_letter(struct str text)
{
        for (size_t i = person_begins_with_o(text) ? 1 : 0; i < text.len; i++) {
                bool begins = i == 0 || text.ptr[i - 1] == ' ',
                     ends = i + 1 == text.len || text.ptr[i + 1] == ' ';
                if (begins && ends && text.ptr[i] != ' ')
                        return true;
        }
        return false;
}

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

/* With letters that were cut off, but none of a label. */
static struct cv_line whole_place(const struct page *page, const struct page_line *line)
{
        struct cv_line whole = text_whole(&page->shades, &line->place);
        double beyond = line_left(&line->place) - line_left(&whole);
        return line->parted && beyond > 0 ? text_part(&whole, beyond / whole.width, 1) : whole;
}

/* Whether the readers of a line that was parted from its label saw the letters that were read of both. */
static bool is_as_parted(const struct page_line *line, const struct printed *letters)
{
        struct printed before, after;
        words_of(read_str(&line->read), &before);
        printed_squeeze(printed_str(&before), &before);
        printed_squeeze(printed_str(letters), &after);
        return str_equal(printed_str(&before), printed_str(&after));
}

/* A word of a name that stands before it in its row: lines are found in any order. */
static bool has_word_before(const struct page *page, const struct page_line *line)
{
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *other = &page->lines[i];
                if (next_in_row(page, other) == line && is_latin_line(other) &&
                    (!is_no_name(read_str(&other->read)) || is_some_name(read_str(&other->read))))
                        return true;
        }
        return false;
}

/* The words of a line and what they rest on; false with nothing to read. Tesseract loses the blanks between
 * short words: where words end is the network's to say. */
static bool read_words(struct page *page, const struct page_line *line, struct printed *ret,
                       struct basis *ret_basis)
{
        const struct cv_line place = whole_place(page, line);
        static const struct reading plan[LATIN_READINGS] = {{PAGE_NET_WAY, OCR_NET},     {6, OCR_ENG},
                                                            {PAGE_NET_WAY + 1, OCR_NET}, {6, OCR_SCRIPT},
                                                            {PAGE_NET_WAY + 2, OCR_NET}, {5, OCR_ENG}};
        enum { PLAN_FIRST = 3 };
        struct consensus consensus = {0};
        struct printed words[LATIN_READINGS], letters;
        size_t words_len = 0;
        bool agreed = true;
        for (size_t i = 0; i < LEN(plan) && !(i == PLAN_FIRST && consensus_is_whole(&consensus)); i++) {
                struct consensus_reading reading = {.model = plan[i].model};
                struct ocr_line read;
                if (!page_read(page, &place, plan[i].way, plan[i].model, only_capitals, &read))
                        continue;
                consensus_take(&reading, &read);
                consensus_add(&consensus, &reading);
                if (plan[i].model == OCR_NET)
                        agreed =
                            part_reading(page, &place, plan[i].way, &read, &words[words_len++]) && agreed;
        }
        if (!consensus_text(&consensus, &letters, ret_basis))
                return false;
        words_of(printed_str(&letters), &letters);
        size_t otherwise, alike = blanks_vote(words, words_len, printed_str(&letters), ret, &otherwise);
        if (alike == 0)
                consensus_space(printed_str(&letters), words_len > 0 ? printed_str(&words[0]) : STR(""), ret);
        /* A name of one word has rather lost its blank. */
        ret_basis->of[BASIS_PROOF] = alike > 1 && otherwise == 0 && strchr(ret->text, ' ');
        /* Nor is a text whole behind which another word stands. */
        const struct page_line *next = next_in_row(page, line);
        ret_basis->doubted = !agreed || otherwise > 0 || has_lone_letter(printed_str(ret)) ||
                             (next && is_latin_line(next)) || has_word_before(page, line) ||
                             (line->parted && !is_as_parted(line, ret));
        return true;
}

static void set_country(struct page *page, const struct page_line *line, struct document_reading *ret)
{
        struct printed words;
        struct basis basis;
        if (!read_words(page, line, &words, &basis))
                return;
        const char *country = read_country(page, &line->place, &words);
        if (country) {
                basis.of[BASIS_PROOF] = 1;
                basis.doubted = false;
        }
        place_field(ret, DOC_NATIONALITY, &line->place);
        set_field(ret, DOC_NATIONALITY, country ? str_from(country) : printed_str(&words), &basis,
                  BASIS_LATIN);
}

/* `doubted`: whatever is read. */
static void set_name(struct page *page, const struct page_line *const rows[], size_t rows_len, bool doubted,
                     struct document_reading *ret)
{
        enum { LETTERS_FEWEST = 3 };
        struct printed name = {.len = 0};
        struct basis basis = {.doubted = false};
        struct cv_line place = rows[0]->place;
        size_t letters = 0;
        for (size_t i = 0; i < rows_len; i++) {
                struct printed words;
                struct basis its;
                if (!read_words(page, rows[i], &words, &its) || name.len + words.len + 2 > PRINTED_MAX ||
                    country_named(printed_str(&words)) || is_no_name(printed_str(&words)))
                        return;
                letters += words.len;
                name.len += (size_t)snprintf(name.text + name.len, PRINTED_MAX - name.len, "%s%s",
                                             i ? " " : "", words.text);
                if (i == 0)
                        basis = its;
                else
                        basis_worsen(&basis, &its);
                place = i ? text_joined(&place, &rows[i]->place) : place;
        }
        if (letters < LETTERS_FEWEST || is_no_name(printed_str(&name)))
                return;
        basis.doubted = basis.doubted || doubted || country_is_near(printed_str(&name));
        place_field(ret, DOC_NAME, &place);
        set_field(ret, DOC_NAME, printed_str(&name), &basis, BASIS_LATIN);
}

static const char *const name_labels[] = {"성명", "NAME"};
static const char *const other_labels[] = {"성별",           "SEX",  "체류자격",   "STATUS", "국가/지역",
                                           "COUNTRY/REGION", "국적", "NATIONALITY"};

/* No country or title. */
static bool may_be_name(const struct page_line *line)
{
        return is_latin_line(line) && !country_named(read_str(&line->read)) &&
               !is_no_name(read_str(&line->read));
}

/* With no label of another field either. */
static bool may_be_row(const struct page *page, const struct page_line *line)
{
        return may_be_name(line) && !has_label_near(page, line, other_labels, LEN(other_labels));
}

/* Whether something stands before a line in its row. */
static bool has_before(const struct page *page, const struct page_line *line)
{
        double tall = line->place.height;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *other = &page->lines[i];
                double gap = line_left(&line->place) - line_right(&other->place);
                if (fabs(other->place.y - line->place.y) < 0.5 * tall && other->place.x < line->place.x &&
                    other->place.height > 0.5 * tall && gap > -0.5 * tall && gap < 0.25 * page->card.width)
                        return true;
        }
        return false;
}

/* So far below: of the height of the row above. */
static bool is_below(const struct page_line *above, const struct page_line *line, double most)
{
        double tall = above->place.height, down = line->place.y - above->place.y;
        return down > 0.6 * tall && down < most * tall;
}

/* Beneath each other, or the lower one further in. */
static bool is_beneath(const struct page_line *above, const struct page_line *line)
{
        static const double further_in = 4; /* heights */
        double in = line_left(&line->place) - line_left(&above->place);
        double shared = MIN(line_right(&above->place), line_right(&line->place)) -
                        MAX(line_left(&above->place), line_left(&line->place));
        return shared > 0 || (in > 0 && in < further_in * above->place.height);
}

/* Directly below, and of the same height. */
static bool goes_on(const struct page_line *above, const struct page_line *line)
{
        static const double most = 1.7;
        double tall = above->place.height;
        return is_below(above, line, most) && is_beneath(above, line) && line->place.height > 0.7 * tall &&
               line->place.height < 1.4 * tall;
}

enum { NAME_ROWS_MAX = 3 };

/* `line`, if it goes on with the rows so far, at their head or foot. */
static size_t add_row(const struct page *page, const struct page_line *line,
                      const struct page_line *rows[NAME_ROWS_MAX], size_t len)
{
        bool above = goes_on(line, rows[0]), below = goes_on(rows[len - 1], line);
        if (!(above || below) || !may_be_row(page, line))
                return len;
        for (size_t k = len; above && k > 0; k--)
                rows[k] = rows[k - 1];
        rows[above ? 0 : len] = line;
        return len + 1;
}

/* The rows of a name that was too long for one. */
static size_t find_rows(const struct page *page, const struct page_line *name,
                        const struct page_line *ret[NAME_ROWS_MAX])
{
        size_t len = 1, before = 0;
        ret[0] = name;
        /* A row above the one above was passed by before that was found. */
        while (before < len) {
                before = len;
                for (size_t i = 0; i < page->lines_len && len < NAME_ROWS_MAX; i++)
                        len = add_row(page, &page->lines[i], ret, len);
        }
        return len;
}

/* Two rows that were found as one, and not understood: one is of the name, if they touch it. */
static bool is_merged(const struct page_line *row, const struct page_line *line)
{
        static const double taller = 1.35, near = 0.5, understood = 0.8;
        double gap = fabs(line->place.y - row->place.y) - (line->place.height + row->place.height) / 2;
        return line->place.height > taller * row->place.height && line->read.confidence < understood &&
               gap < near * row->place.height && line_left(&line->place) < line_right(&row->place) &&
               line_right(&line->place) > line_left(&row->place);
}

/* Whether something stands closer to the rows than that of another field would, and is none of them: too
 * small, too large, one more, or near the label of the next field. */
static bool has_row_left(const struct page *page, const struct page_line *const rows[], size_t len)
{
        static const double most = 1.45, alike = 2;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i], *head = rows[0], *foot = rows[len - 1];
                bool below = is_below(foot, line, most) && is_beneath(foot, line),
                     above = is_below(line, head, most) && is_beneath(line, head);
                double tall = line->place.height / head->place.height;
                if (((below || above) && tall < alike && alike * tall > 1 &&
                     (may_be_name(line) || (is_latin_line(line) && is_some_name(read_str(&line->read))))) ||
                    is_merged(head, line) || is_merged(foot, line))
                        return true;
        }
        return false;
}

/* A label that nobody could read stands before a row below the first: it may be of another field. */
static bool has_strange_row(const struct page *page, const struct page_line *const rows[], size_t len)
{
        for (size_t i = 1; i < len; i++) {
                if (has_before(page, rows[i]) &&
                    !has_label_near(page, rows[i], name_labels, LEN(name_labels)))
                        return true;
        }
        return false;
}

/* Without what stands before it in its line: a label. */
static struct cv_line number_place(const struct page *page, const struct page_line *number)
{
        enum { DIGITS = 13 };
        const struct ocr_line *read = &number->read;
        size_t first = read->symbols_len;
        for (size_t digits = 0; first > 0 && digits < DIGITS; first--) {
                char c = read->text[read->offsets[first - 1]];
                digits += c >= '0' && c <= '9';
        }
        return page_tail(page, &number->place, page->first.way, read, first);
}

/* Whether a line stands in the column of the number. */
static bool is_in_column(const struct cv_line *line, const struct cv_line *number)
{
        return fabs(line_left(line) - line_left(number)) < 1.5 * number->height;
}

/* Whether a line heads the column in which the number stands: there is the name, where it is printed first.
 * The title stands higher, or begins elsewhere. */
static bool heads_column(const struct cv_line *line, const struct cv_line *number)
{
        double above = number->y - line->y;
        return above > 0 && above < 4 * number->height && is_in_column(line, number);
}

void read_latin_name(struct page *page, const struct page_line *number, struct document_reading *ret)
{
        const struct page_line *name = NULL, *country = NULL;
        struct cv_line column = number ? number_place(page, number) : (struct cv_line){0};
        bool name_labelled = false;
        label_part(page);
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                bool labelled = has_label_near(page, line, name_labels, LEN(name_labels));
                bool above = number && line->place.y < column.y + 0.5 * column.height;
                if ((above && !labelled && !heads_column(&line->place, &column)) || !is_latin_line(line))
                        continue;
                if (country_named(read_str(&line->read))) {
                        country = country ? country : line;
                } else if ((!name || (labelled && !name_labelled)) && !is_no_name(read_str(&line->read))) {
                        if (!labelled && has_label_near(page, line, other_labels, LEN(other_labels)))
                                continue;
                        name = line;
                        name_labelled = labelled;
                }
        }
        if (name) {
                const struct page_line *rows[NAME_ROWS_MAX];
                size_t len = find_rows(page, name, rows);
                bool misplaced = !name_labelled && !(number && is_in_column(&name->place, &column));
                set_name(page, rows, len,
                         misplaced || has_row_left(page, rows, len) || has_strange_row(page, rows, len), ret);
        }
        if (country)
                set_country(page, country, ret);
}
