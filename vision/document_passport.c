#include "vision/document_card.h"

#include "doc/person.h"
#include "doc/printed.h"
#include "vision/document_field.h"
#include "vision/passport_dates.h"
#include "vision/plan.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

/* Letters and digits in capitals. */
static size_t letters_of(struct str text, char *ret, size_t max)
{
        size_t len = 0;
        for (size_t i = 0; i < text.len && len + 1 < max; i++) {
                if (isalnum((unsigned char)text.ptr[i]))
                        ret[len++] = (char)toupper((unsigned char)text.ptr[i]);
        }
        ret[len] = '\0';
        return len;
}

/* The print says what the zone says: alone in its line, or behind its label. */
static bool says(struct str text, struct str told)
{
        char have[OCR_TEXT_MAX], want[OCR_TEXT_MAX];
        size_t have_len = letters_of(text, have, sizeof(have)),
               want_len = letters_of(told, want, sizeof(want));
        return want_len > 0 && have_len >= want_len && have_len <= want_len + 30 &&
               memcmp(have + have_len - want_len, want, want_len) == 0;
}

/* Whether the printed part of the page says `told`: first by what was read already, then by reading again the
 * line that is most like it. */
static bool printed_says(struct page *page, const struct zone *zone, struct str told)
{
        static const struct reading asks[] = {
            {0, OCR_ENG}, {PAGE_NET_WAY + 1, OCR_NET}, {3, OCR_ENG}, {1, OCR_SCRIPT}, {1, OCR_ENG}};
        const struct page_line *nearest[2] = {NULL, NULL};
        double likeness[2] = {0.45, 0.45};
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                if (zone_holds(page, zone, line))
                        continue;
                if (says(read_str(&line->read), told))
                        return true;
                double like = printed_likeness(read_str(&line->read), told);
                if (line->read.symbols_len > told.len + 20)
                        continue;
                if (like > likeness[0]) {
                        likeness[1] = likeness[0];
                        nearest[1] = nearest[0];
                        likeness[0] = like;
                        nearest[0] = line;
                } else if (like > likeness[1]) {
                        likeness[1] = like;
                        nearest[1] = line;
                }
        }
        for (size_t i = 0; i < LEN(nearest); i++) {
                for (size_t k = 0; nearest[i] && k < LEN(asks); k++) {
                        struct ocr_line read;
                        if (page_read(page, &nearest[i]->place, asks[k].way, asks[k].model, NULL, &read) &&
                            says(read_str(&read), told))
                                return true;
                }
        }
        return false;
}

static bool find_native_name(const struct page *page, const struct wanted *wanted, struct str text,
                             struct printed *ret)
{
        (void)page;
        printed_korean_name(text, ret);
        return ret->len >= 6 && ret->len <= 18 && person_spells(printed_str(ret), wanted->told);
}

/* The Korean name: the Hangul of the page that the Latin name spells. */
static void read_native_name(struct page *page, struct str latin, struct document_reading *ret)
{
        const struct wanted wanted = {
            .find = find_native_name, .told = latin, .plan = plan_words, .plan_len = PLAN_WORDS_LEN};
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                struct tally tally = {.sort = BASIS_NAME};
                struct printed name;
                printed_korean_name(read_str(&line->read), &name);
                if (name.len < 6 || name.len > 18 || printed_is_label(printed_str(&name)) ||
                    !(person_spells(printed_str(&name), latin) ||
                      person_has_known_surname(printed_str(&name))))
                        continue;
                read_by_plan(page, line, &wanted, &tally);
                const struct tally_entry *best = tally_best(&tally);
                if (best && tally_confidence(&tally, best, true) > 0.85) {
                        set_agreed(ret, DOC_NAME, &tally, true);
                        return;
                }
        }
}

/* How often names are right that print and zone have in common, and such as only the zone tells: it has no
 * check digit for them. */
static const double names_agree = 0.999, names_alone = 0.7;

static void set_name(struct page *page, const struct zone *zone, struct document_reading *ret)
{
        const struct mrz *mrz = &zone->choice.mrz;
        char latin[2 * MRZ_LINE_MAX];
        bool surname = printed_says(page, zone, str_from(mrz->surname));
        bool given = mrz->given_names[0] == '\0' || printed_says(page, zone, str_from(mrz->given_names));
        doc_set(&ret->fields, DOC_SURNAME, str_from(mrz->surname), surname ? names_agree : names_alone);
        doc_set(&ret->fields, DOC_GIVEN_NAMES, str_from(mrz->given_names), given ? names_agree : names_alone);
        int len = snprintf(latin, sizeof(latin), "%s%s%s", mrz->surname, mrz->given_names[0] ? " " : "",
                           mrz->given_names);
        doc_set(&ret->fields, DOC_NAME, str_from_bytes(latin, (size_t)len),
                surname && given ? names_agree : names_alone);
        if (strcmp(mrz->issuer, "KOR") == 0 && surname && given)
                read_native_name(page, str_from_bytes(latin, (size_t)len), ret);
}

/* The resident number's second half, in the zone and where older passports print it. A zone whose check
 * digits are wrong does not tell where that is, or whether there is one. */
static void paint_personal_number(struct page *page, const struct zone *zone, struct document_reading *ret)
{
        size_t from, len, printed = 0;
        if (!mrz_ok(&zone->choice.mrz))
                ret->number_missed = true;
        if (!mrz_personal_number(&zone->choice.mrz, &from, &len))
                return;
        double unit = 1.0 / (double)zone->choice.mrz.line_len;
        paint_line(ret, &zone->places[1], unit * ((double)from - 0.4), unit * (double)(from + len));
        struct str number = str_sub(str_from(zone->choice.mrz.optional), 0, 7);
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                char letters[OCR_TEXT_MAX];
                letters_of(read_str(&line->read), letters, sizeof(letters));
                if (zone_holds(page, zone, line) || page_count_digits(read_str(&line->read)) < 6 ||
                    printed_likeness(str_from(letters), number) <= 0.7)
                        continue;
                paint_line(ret, &line->place, 0, 1);
                printed++;
        }
        ret->number_missed = ret->number_missed || printed == 0;
}

/* How sure what the check digits cover is: they were right in a line that several readings have, or had to be
 * made right. */
static double proof_of(const struct zone_choice *choice)
{
        if (!mrz_ok(&choice->mrz))
                return 0.5;
        if (choice->mended > 0)
                return choice->mended == 1 ? 0.9 : 0.7;
        return choice->votes[ZONE_DATED_LINE] >= 2 ? 0.999 : 0.97;
}

/* Whether a letter of the number may be the other of a pair that look alike, and that no check digit tells
 * from each other: their values differ by ten. Numbers of Korea begin with M, S, R, G or D, and W is none of
 * these. */
static bool number_may_be_other(struct page *page, const struct zone *zone)
{
        static const char alike[] = "MWFPGQJT";
        const struct mrz *mrz = &zone->choice.mrz;
        bool korean = strcmp(mrz->issuer, "KOR") == 0, may_be = false;
        for (size_t i = 0; mrz->number[i]; i++)
                may_be =
                    may_be || (strchr(alike, mrz->number[i]) && !(korean && i == 0 && mrz->number[i] == 'M'));
        return may_be && !printed_says(page, zone, str_from(mrz->number));
}

/* All that is required of such a document stands in its zone. */
static void place_zone(const struct zone *zone, struct document_reading *ret)
{
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT; field++) {
                for (size_t i = 0; field != DOC_ISSUE_DATE && i < zone->choice.mrz.lines_len; i++)
                        place_field(ret, field, &zone->places[i]);
        }
}

void read_passport(struct page *page, struct document_reading *ret)
{
        struct zone zone;
        if (!zone_read(page, &zone)) {
                ret->number_missed = true;
                return;
        }
        const struct zone_choice *choice = &zone.choice;
        const struct mrz *mrz = &choice->mrz;
        if (mrz->format == MRZ_TD1 || mrz->format == MRZ_TD2)
                ret->kind = DOC_IDENTITY_CARD;
        char text[MRZ_TEXT_MAX], birth[DATE_TEXT_MAX], expiry[DATE_TEXT_MAX];
        double proved = proof_of(choice);
        mrz_text(mrz, text);
        date_format(mrz->birth, birth);
        date_format(mrz->expiry, expiry);
        doc_set(&ret->fields, DOC_MRZ, str_from(text), proved);
        doc_set(&ret->fields, DOC_PASSPORT_NUMBER, str_from(mrz->number),
                choice->number_unsure || number_may_be_other(page, &zone) ? MIN(proved, 0.6) : proved);
        doc_set(&ret->fields, DOC_BIRTH_DATE, str_from(birth), proved);
        doc_set(&ret->fields, DOC_EXPIRY_DATE, str_from(expiry), proved);
        /* No check digit covers these two: several readings of the line must agree, or the print. */
        bool same_state = strcmp(mrz->nationality, mrz->issuer) == 0;
        int votes = choice->votes[ZONE_DATED_LINE], readings = choice->readings[ZONE_DATED_LINE];
        double agreed = votes >= 2 ? 0.99 + 0.01 * votes / MAX(1, readings) : 0.9;
        doc_set(&ret->fields, DOC_NATIONALITY, str_from(mrz->nationality),
                MIN(proved, same_state                  ? 0.999
                            : mrz_state_is_misread(mrz) ? 0.6
                                                        : agreed));
        doc_set(&ret->fields, DOC_SEX, str_from_bytes(&mrz->sex, 1), MIN(proved, agreed));
        set_name(page, &zone, ret);
        read_issue_date(page, &zone, ret);
        place_zone(&zone, ret);
        paint_personal_number(page, &zone, ret);
}
