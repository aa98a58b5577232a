#include "vision/card_text.h"

#include "base/utf8.h"
#include "doc/license.h"
#include "doc/person.h"
#include "doc/printed.h"
#include "vision/plan.h"

#include <math.h>

bool has_label_near(const struct page *page, const struct page_line *line, const char *const *labels,
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
        return syllables >= 2 && person_is_korean(printed_str(ret)) && !printed_is_label(printed_str(ret)) &&
               !printed_begins_label(printed_str(ret)) && !license_names_class(printed_str(ret));
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

/* As in "101동 지하4호": a number follows no name. */
static bool goes_on_with_digit(struct str text, const struct printed *name)
{
        struct printed squeezed;
        printed_squeeze(text, &squeezed);
        struct str all = printed_str(&squeezed);
        ssize_t at = str_find_str(all, printed_str(name));
        if (at < 0)
                return false;
        size_t behind = (size_t)at + name->len;
        return behind < all.len && all.ptr[behind] >= '0' && all.ptr[behind] <= '9';
}

/* Long enough to be an authority, and one: 서울지방경찰청장. */
static bool names_office(struct str text, const struct printed *name)
{
        static const enum doc_kind kinds[] = {DOC_RESIDENT_CARD, DOC_DRIVER_LICENSE, DOC_ALIEN_CARD};
        enum { OFFICE_SHORTEST = 5 * 3 };
        struct printed office;
        for (size_t i = 0; name->len >= OFFICE_SHORTEST && i < LEN(kinds); i++) {
                if (printed_issuer(text, kinds[i], &office))
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
            printed_begins_address(text) || page_count_digits(text) > 2 || str_starts_with(text, STR("(")) ||
            is_misread_label(line, number, &name) || goes_on_with_digit(text, &name) ||
            names_office(text, &name))
                return -1;
        if (name.len / 3 == 2 && has_value(page, line))
                return -1;
        double chance = person_has_known_surname(printed_str(&name)) ? 2 : 0;
        /* Names from abroad have up to ten. */
        chance += name.len / 3 <= 4 ? 1 : 0;
        chance +=
            has_label_near(page, line, labels, LEN(labels)) || str_find_str(text, STR("성명")) >= 0 ? 2 : 0;
        chance += line->read.confidence;
        /* A hanja name in brackets follows on resident cards. */
        chance += str_find(text, '(') > 0 ? 0.7 : 0;
        if (number) {
                double down = (number->place.y - line->place.y) / (number->place.height + line->place.height);
                double aside = fabs(line_left(&number->place) - line_left(&line->place)) / page->card.width;
                /* Far below it stand the authority and its seal, of which parts read like names. */
                chance += down > 0 ? 2 * exp(-down / 2) : down > -2 ? exp(down / 2) : -2;
                chance += exp(-aside * 8);
                chance += MIN(1, line->place.height / number->place.height);
        }
        return chance;
}

/* Of a text of nothing else; 0 of any other. */
static size_t syllables_of(struct str text)
{
        enum { BYTES = 3 };
        struct printed squeezed;
        printed_squeeze(text, &squeezed);
        size_t count = printed_syllables(text);
        return BYTES * count == squeezed.len ? count : 0;
}

/* A syllable that stands by itself in the row of a name. NULL: none does. */
static const struct page_line *lone_syllable(const struct page *page, const struct page_line *name)
{
        static const double far = 3, level = 0.3; /* heights */
        double tall = name->place.height;
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                double gap = MAX(line_left(&name->place) - line_right(&line->place),
                                 line_left(&line->place) - line_right(&name->place));
                if (gap > 0 && gap < far * tall && fabs(line->place.y - name->place.y) < level * tall &&
                    line->place.height > 0.6 * tall && line->place.height < 1.4 * tall &&
                    syllables_of(read_str(&line->read)) == 1)
                        return line;
        }
        return NULL;
}

/* Whether a syllable stands as far from those of a name as they do from each other. */
static bool is_in_step(const struct page_line *name, const struct page_line *syllable)
{
        size_t syllables = syllables_of(read_str(&name->read));
        if (syllables < 2)
                return false;
        double tall = name->place.height, step = (name->place.width - tall) / (double)(syllables - 1);
        double away = fabs(syllable->place.x - name->place.x) - (name->place.width - tall) / 2;
        return fabs(away - step) < 0.35 * step;
}

/* Spaced so widely that the finder of lines has left a syllable alone: 홍  길  동. */
static bool join_syllable(struct page *page, const struct page_line *syllable, struct page_line *name)
{
        struct page_line whole = {.place = text_joined(&name->place, &syllable->place)};
        struct printed read;
        if (!is_in_step(name, syllable) ||
            !page_read(page, &whole.place, page->first.way, page->first.model, NULL, &whole.read) ||
            !is_name_like(read_str(&whole.read), &read) ||
            read.len / 3 != 1 + syllables_of(read_str(&name->read)))
                return false;
        *name = whole;
        return true;
}

/* "남" or "여" behind a name, with a blank where the name has none: hardly its last syllable. Blanks are the
 * network's to say. */
static bool tells_sex(struct page *page, const struct page_line *name)
{
        enum { SYLLABLE = 3 };
        struct str text = str_trim(read_str(&name->read));
        struct ocr_line read;
        if ((!str_ends_with(text, STR("남")) && !str_ends_with(text, STR("여"))) ||
            !page_read(page, &name->place, PAGE_NET_WAY, OCR_NET, NULL, &read))
                return false;
        text = str_trim(read_str(&read));
        ssize_t blank = str_find(text, ' ');
        return blank >= 2 * SYLLABLE && (size_t)blank + 1 + SYLLABLE == text.len;
}

static bool find_name(const struct page *page, const struct wanted *wanted, struct str text,
                      struct printed *ret)
{
        (void)page, (void)wanted;
        return is_name_like(text, ret);
}

static const struct wanted wanted_name = {.find = find_name, .plan = plan_words, .plan_len = PLAN_WORDS_LEN};

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
        struct page_line name = *best;
        const struct page_line *syllable;
        while ((syllable = lone_syllable(page, &name)) != NULL && join_syllable(page, syllable, &name))
                continue; /* one may stand at either end */
        bool strange = syllable || tells_sex(page, &name);
        struct tally tally = {.sort = BASIS_NAME};
        read_by_plan(page, &name, &wanted_name, &tally);
        const struct tally_entry *entry = tally_best(&tally);
        /* Names have no check digit: a rare surname is likelier a misreading. */
        place_field(ret, DOC_NAME, &name.place);
        if (entry)
                set_agreed(ret, DOC_NAME, &tally, person_has_known_surname(str_from(entry->text)));
        struct doc_value *value = &ret->fields.values[DOC_NAME];
        value->confidence = strange ? doubted(value->confidence) : value->confidence;
}
