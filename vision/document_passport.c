#include "vision/document_card.h"

#include "doc/person.h"
#include "doc/printed.h"
#include "vision/zone.h"

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

static bool in_zone(const struct page *page, const struct zone *zone, const struct page_line *line)
{
        return line->place.y > zone->places[0].y - 0.7 * zone->places[0].height || page_is_zone(page, line);
}

/* Whether the printed part of the page says `told`: first by what was read already, then by reading again the
 * line that is most like it. */
static bool printed_says(struct page *page, const struct zone *zone, struct str told)
{
        static const struct {
                size_t way;
                enum ocr_model model;
        } asks[] = {{0, OCR_ENG}, {3, OCR_ENG}, {1, OCR_SCRIPT}, {1, OCR_ENG}};
        const struct page_line *nearest[2] = {NULL, NULL};
        double likeness[2] = {0.45, 0.45};
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                if (in_zone(page, zone, line))
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

/* Readings of the dates in the printed part that are neither birth nor expiry. */
static void read_issue_date(struct page *page, const struct zone *zone, struct document_reading *ret)
{
        static const struct {
                size_t way;
                enum ocr_model model;
        } asks[] = {{0, OCR_ENG}, {3, OCR_ENG}, {3, OCR_SCRIPT}};
        struct tally tally = {0};
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                size_t digits = count_digits(read_str(&line->read));
                if (in_zone(page, zone, line) || digits < 4 || digits > 12)
                        continue;
                for (size_t k = 0; k <= LEN(asks); k++) {
                        struct ocr_line read = line->read;
                        struct date dates[PRINTED_DATES_MAX];
                        if (k > 0)
                                page_read(page, &line->place, asks[k - 1].way, asks[k - 1].model, NULL,
                                          &read);
                        size_t count = printed_dates(read_str(&read), dates);
                        if (k == 0 && count > 0 && date_compare(dates[0], zone->choice.mrz.birth) == 0)
                                break;
                        if (k == 0 && count > 0 && date_compare(dates[0], zone->choice.mrz.expiry) == 0)
                                break;
                        char text[DATE_TEXT_MAX];
                        if (count == 0 || date_compare(dates[0], zone->choice.mrz.birth) <= 0 ||
                            date_compare(dates[0], page->today) > 0 ||
                            date_compare(dates[0], zone->choice.mrz.expiry) >= 0)
                                continue;
                        date_format(dates[0], text);
                        tally_add(&tally, str_from(text), k ? asks[k - 1].model : page->first);
                }
        }
        set_agreed(ret, DOC_ISSUE_DATE, &tally, false);
}

/* The Korean name: the Hangul of the page that the Latin name spells. */
static void read_native_name(struct page *page, struct str latin, struct document_reading *ret)
{
        static const struct {
                size_t way;
                enum ocr_model model;
        } asks[] = {{0, OCR_KOR}, {1, OCR_SCRIPT}, {1, OCR_KOR}, {3, OCR_SCRIPT}, {3, OCR_KOR}};
        for (size_t i = 0; i < page->lines_len; i++) {
                const struct page_line *line = &page->lines[i];
                struct tally tally = {0};
                struct printed name;
                printed_korean_name(read_str(&line->read), &name);
                if (name.len < 6 || name.len > 18 || printed_is_label(printed_str(&name)))
                        continue;
                if (person_spells(printed_str(&name), latin))
                        tally_add(&tally, printed_str(&name), page->first);
                else if (!person_has_known_surname(printed_str(&name)))
                        continue;
                for (size_t k = 0; k < LEN(asks); k++) {
                        struct ocr_line read;
                        if (k >= 2 && tally.votes == (int)k + 1 && tally.len == 1 &&
                            tally.entries[0].votes > (int)k)
                                break;
                        page_read(page, &line->place, asks[k].way, asks[k].model, NULL, &read);
                        printed_korean_name(read_str(&read), &name);
                        if (person_spells(printed_str(&name), latin))
                                tally_add(&tally, printed_str(&name), asks[k].model);
                        else
                                tally.votes++;
                }
                const struct tally_entry *best = tally_best(&tally);
                double confidence = tally_confidence(&tally, best, false);
                if (best && confidence > 0.85) {
                        doc_set(&ret->fields, DOC_NAME, str_from(best->text), confidence);
                        return;
                }
        }
}

static void set_name(struct page *page, const struct zone *zone, struct document_reading *ret)
{
        const struct mrz *mrz = &zone->choice.mrz;
        char latin[2 * MRZ_LINE_MAX];
        bool surname = printed_says(page, zone, str_from(mrz->surname));
        bool given = mrz->given_names[0] == '\0' || printed_says(page, zone, str_from(mrz->given_names));
        doc_set(&ret->fields, DOC_SURNAME, str_from(mrz->surname), surname ? 0.96 : 0.6);
        doc_set(&ret->fields, DOC_GIVEN_NAMES, str_from(mrz->given_names), given ? 0.96 : 0.6);
        int len = snprintf(latin, sizeof(latin), "%s%s%s", mrz->surname, mrz->given_names[0] ? " " : "",
                           mrz->given_names);
        doc_set(&ret->fields, DOC_NAME, str_from_bytes(latin, (size_t)len), surname && given ? 0.96 : 0.6);
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
                if (in_zone(page, zone, line) || count_digits(read_str(&line->read)) < 6 ||
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
                return choice->mended == 1 ? 0.82 : 0.7;
        return choice->votes[zone_dated_line(choice->mrz.format)] >= 2 ? 0.96 : 0.85;
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
                choice->number_unsure ? MIN(proved, 0.6) : proved);
        doc_set(&ret->fields, DOC_BIRTH_DATE, str_from(birth), proved);
        doc_set(&ret->fields, DOC_EXPIRY_DATE, str_from(expiry), proved);
        /* No check digit covers these two: several readings of the line must agree, or the print. */
        size_t dated = zone_dated_line(mrz->format);
        bool same_state = strcmp(mrz->nationality, mrz->issuer) == 0;
        double agreed = choice->votes[dated] >= 2
                            ? 0.9 + 0.06 * choice->votes[dated] / MAX(1, choice->readings[dated])
                            : 0.7;
        doc_set(&ret->fields, DOC_NATIONALITY, str_from(mrz->nationality),
                MIN(proved, same_state ? 0.95 : agreed));
        doc_set(&ret->fields, DOC_SEX, str_from_bytes(&mrz->sex, 1), MIN(proved, agreed));
        set_name(page, &zone, ret);
        read_issue_date(page, &zone, ret);
        place_zone(&zone, ret);
        paint_personal_number(page, &zone, ret);
}
