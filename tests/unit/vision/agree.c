/*
 * Whether print and zone agree: printed passports of family P, against their own zone and against zones that
 * tell something else and have their check digits right.
 */
#include "vision/agree.h"

#include "doc/mrz.h"
#include "unit/data.h"
#include "unit/test.h"
#include "vision/page.h"

#include <stdio.h>
#include <stdlib.h>

enum { PASSPORTS = 3 };

/* Line 2 of TD3: where fields and their check digits stand. */
enum { NUMBER_LEN = 9, BIRTH_AT = 13, EXPIRY_AT = 21, COMPOSITE_AT = 43 };

static const double told = 0.6, rejects = 0.8; /* of vision/authenticity.c */

struct passport {
        struct op op;
        struct ocr *ocr;
        struct page page;
        char lines[2][MRZ_LINE_MAX];
};

static bool passport_open(const json_t *entry, struct passport *ret)
{
        static const double whole[4][2] = {{0, 0}, {1000, 0}, {1000, 704}, {0, 704}};
        const json_t *truth = json_object_get(entry, "truth");
        struct str first = json_get_str(truth, "mrz1"), second = json_get_str(truth, "mrz2");
        char path[256];
        int64_t level;
        CLEANUP(buf_release) struct buf bytes = {0};
        CLEANUP(image_release) struct image picture = {0};
        if (!str_equal(json_get_str(entry, "type"), STR("passport")) ||
            !json_get_int(entry, "level", 0, 0, &level) || first.len != 44 || second.len != 44)
                return false;
        snprintf(path, sizeof(path), "documents/%.*s", STR_FMT(json_get_str(entry, "file")));
        buf_init(&bytes, image_limits_default.bytes_max);
        data_read(path, &bytes);
        op_init(&ret->op, NULL, 1 << 26, TEST_PATIENCE_MS);
        CHECK(image_decode(&ret->op, buf_str(&bytes), &image_limits_default, &picture) == RC_OK);
        CHECK(ocr_open(&ret->op, NULL, data_models(), &ret->ocr) == RC_OK);
        page_init(&ret->page, ret->ocr, NULL, &ret->op, (struct date){2026, 6, 1}, &picture, whole);
        page_read_lines(&ret->page);
        memcpy(ret->lines[0], first.ptr, first.len + 1);
        memcpy(ret->lines[1], second.ptr, second.len + 1);
        return true;
}

static void passport_close(struct passport *passport)
{
        page_release(&passport->page);
        ocr_close(passport->ocr);
        op_release(&passport->op);
}

/* The check digits of line 2 made right. */
static void check_anew(char line[MRZ_LINE_MAX])
{
        char all[MRZ_LINE_MAX];
        line[NUMBER_LEN] = mrz_check_digit(str_from_bytes(line, NUMBER_LEN));
        line[BIRTH_AT + 6] = mrz_check_digit(str_from_bytes(line + BIRTH_AT, 6));
        int len = snprintf(all, sizeof(all), "%.10s%.7s%.22s", line, line + BIRTH_AT, line + EXPIRY_AT);
        line[COMPOSITE_AT] = mrz_check_digit(str_from_bytes(all, (size_t)len));
}

/* How much the print disagrees with a zone of which line 2 is so. */
static double disagrees(struct passport *passport, const char *line, double sure)
{
        struct document_reading reading = {.kind = DOC_PASSPORT};
        char zone[MRZ_TEXT_MAX];
        snprintf(zone, sizeof(zone), "%s\n%s", passport->lines[0], line);
        CHECK(doc_set(&reading.fields, DOC_MRZ, str_from(zone), sure));
        return disagreement(&passport->page, &reading);
}

/* Line 2 with other characters at a place. */
static const char *with(const struct passport *passport, size_t at, const char *others,
                        char ret[MRZ_LINE_MAX])
{
        memcpy(ret, passport->lines[1], MRZ_LINE_MAX);
        memcpy(ret + at, others, strlen(others));
        check_anew(ret);
        return ret;
}

/* The digit at a place exchanged for another. */
static const char *with_another(const struct passport *passport, size_t at, char ret[MRZ_LINE_MAX])
{
        const char digit[2] = {passport->lines[1][at] == '4' ? '5' : '4'};
        return with(passport, at, digit, ret);
}

/* What is no sign: the zone as it is, an unsure one, one with four digits or a check digit other than
 * printed, a birth date that is like the day of issue but for its year. */
static void check_silent(struct passport *passport)
{
        enum { LAST = NUMBER_LEN - 1 };
        char line[MRZ_LINE_MAX], like_issue[7];
        const char *own = passport->lines[1];
        CHECK(disagrees(passport, own, 1) <= 0);
        CHECK(disagrees(passport, with_another(passport, LAST, line), 0.5) <= 0);
        char four[5] = "";
        for (size_t i = 0; i < 4; i++)
                four[i] = own[LAST - 3 + i] == '4' ? '5' : '4';
        CHECK(disagrees(passport, with(passport, LAST - 3, four, line), 1) <= 0);
        /* A letter is misread more often than forged. */
        CHECK(disagrees(passport, with(passport, 0, "N", line), 1) <= 0);
        with_another(passport, LAST, line);
        line[NUMBER_LEN] = line[NUMBER_LEN] == '1' ? '2' : '1';
        CHECK(disagrees(passport, line, 1) <= 0);
        /* Passports expire on the day and month on which they were issued. */
        snprintf(like_issue, sizeof(like_issue), "71%.4s", own + EXPIRY_AT + 2);
        CHECK(disagrees(passport, with(passport, BIRTH_AT, like_issue, line), 1) <= 0);
}

/* Put a text in the place of one that was read. */
static void reread(struct passport *passport, const char *had, const char *text)
{
        for (size_t i = 0; i < passport->page.lines_len; i++) {
                struct ocr_line *read = &passport->page.lines[i].read;
                if (str_find_str(read_str(read), str_from(had)) >= 0)
                        memcpy(read->text, text, strlen(text) + 1);
        }
}

/* Whether another number in the zone is seen, where the zone is printed so, also with its print between other
 * words; it is not where that number is printed elsewhere, too. */
static bool number_seen(struct passport *passport)
{
        char line[MRZ_LINE_MAX], number[NUMBER_LEN + 1];
        char three[4] = "";
        for (size_t i = 0; i < 3; i++)
                three[i] = passport->lines[1][NUMBER_LEN - 3 + i] == '4' ? '5' : '4';
        with(passport, NUMBER_LEN - 3, three, line);
        snprintf(number, sizeof(number), "%.*s", NUMBER_LEN, line);
        reread(passport, "<<<", line);
        bool seen = disagrees(passport, line, 1) >= rejects;
        char printed[NUMBER_LEN + 1], between[64];
        snprintf(printed, sizeof(printed), "%.*s", NUMBER_LEN, passport->lines[1]);
        snprintf(between, sizeof(between), "PM KOR %s ROK", printed);
        reread(passport, printed, between);
        seen = seen && disagrees(passport, line, 1) >= rejects;
        reread(passport, "PASSPORT", number);
        CHECK(disagrees(passport, line, 1) <= 0);
        return seen;
}

/* Negative controls: hear_number() or hear_birth() that says nothing; SAYS_TOLD taken for nothing in
 * disagreement_about(), or the zone itself asked there; is_nearly() true for four digits, or for letters;
 * a word of hear_number() that reaches on to the end of its line; without the question for a sure zone, for
 * mrz_ok(), or for what could be a day of issue. */
TEST(print_disagrees_with_a_zone_that_tells_another_number_or_birth)
{
        json_auto_t *manifest = data_json("documents/manifest.json");
        struct passport passport;
        size_t tried = 0, numbers = 0, births = 0;
        for (size_t i = 0; i < json_array_size(manifest) && tried < PASSPORTS; i++) {
                char line[MRZ_LINE_MAX];
                if (!passport_open(json_array_get(manifest, i), &passport))
                        continue;
                tried++;
                check_silent(&passport);
                births += disagrees(&passport, with_another(&passport, BIRTH_AT + 1, line), 1) >= told;
                numbers += number_seen(&passport);
                passport_close(&passport);
        }
        printf("  of %zu: another number seen in %zu, another birth date in %zu\n", tried, numbers, births);
        /* A birth date in two lines is not heard. */
        CHECK(tried == PASSPORTS && numbers == tried && births + 1 >= tried);
}

/* What one reader alone made of the printed number is no sign. Negative control: hear_again answering 1. */
TEST(print_that_is_misread_once_does_not_disagree)
{
        json_auto_t *manifest = data_json("documents/manifest.json");
        struct passport passport;
        size_t at = 0;
        while (at < json_array_size(manifest) && !passport_open(json_array_get(manifest, at), &passport))
                at++;
        CHECK(at < json_array_size(manifest));
        char number[NUMBER_LEN + 1], slip[NUMBER_LEN + 1];
        snprintf(number, sizeof(number), "%.*s", NUMBER_LEN, passport.lines[1]);
        memcpy(slip, number, sizeof(slip));
        slip[NUMBER_LEN - 1] = number[NUMBER_LEN - 1] == '4' ? '5' : '4';
        reread(&passport, number, slip);
        CHECK(disagrees(&passport, passport.lines[1], 1) <= 0);
        passport_close(&passport);
}
