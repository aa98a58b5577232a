#include "doc/judge.h"

#include "doc/id_number.h"
#include "doc/license.h"
#include "doc/mrz.h"
#include "doc/person.h"

#include <math.h>
#include <stdio.h>

/* What is read from one place in one go is wrong together. */
enum source {
        FROM_NUMBER,
        FROM_ZONE,
        FROM_NAME,
        FROM_DATE,
        FROM_PERIOD,
        FROM_LICENSE,
        FROM_CLASS,
        FROM_COUNTRY,
        SOURCES
};

/* What a document of each kind must show to be accepted, and where that stands. */
static const struct {
        enum doc_kind kind;
        enum doc_field field;
        enum source source;
} required[] = {
    {DOC_RESIDENT_CARD, DOC_NAME, FROM_NAME},
    {DOC_RESIDENT_CARD, DOC_ID_NUMBER, FROM_NUMBER},
    {DOC_RESIDENT_CARD, DOC_BIRTH_DATE, FROM_NUMBER},
    {DOC_RESIDENT_CARD, DOC_ISSUE_DATE, FROM_DATE},
    {DOC_DRIVER_LICENSE, DOC_NAME, FROM_NAME},
    {DOC_DRIVER_LICENSE, DOC_ID_NUMBER, FROM_NUMBER},
    {DOC_DRIVER_LICENSE, DOC_BIRTH_DATE, FROM_NUMBER},
    {DOC_DRIVER_LICENSE, DOC_LICENSE_NUMBER, FROM_LICENSE},
    {DOC_DRIVER_LICENSE, DOC_LICENSE_CLASS, FROM_CLASS},
    {DOC_DRIVER_LICENSE, DOC_ISSUE_DATE, FROM_DATE},
    {DOC_DRIVER_LICENSE, DOC_EXPIRY_DATE, FROM_PERIOD},
    {DOC_ALIEN_CARD, DOC_NAME, FROM_NAME},
    {DOC_ALIEN_CARD, DOC_ID_NUMBER, FROM_NUMBER},
    {DOC_ALIEN_CARD, DOC_BIRTH_DATE, FROM_NUMBER},
    {DOC_ALIEN_CARD, DOC_NATIONALITY, FROM_COUNTRY},
    {DOC_ALIEN_CARD, DOC_ISSUE_DATE, FROM_DATE},
    {DOC_PASSPORT, DOC_NAME, FROM_NAME},
    {DOC_PASSPORT, DOC_BIRTH_DATE, FROM_ZONE},
    {DOC_PASSPORT, DOC_PASSPORT_NUMBER, FROM_ZONE},
    {DOC_PASSPORT, DOC_NATIONALITY, FROM_ZONE},
    {DOC_PASSPORT, DOC_SEX, FROM_ZONE},
    {DOC_PASSPORT, DOC_EXPIRY_DATE, FROM_ZONE},
    {DOC_PASSPORT, DOC_MRZ, FROM_ZONE},
    {DOC_PASSPORT, DOC_SURNAME, FROM_NAME},
    {DOC_IDENTITY_CARD, DOC_NAME, FROM_NAME},
    {DOC_IDENTITY_CARD, DOC_BIRTH_DATE, FROM_ZONE},
    {DOC_IDENTITY_CARD, DOC_PASSPORT_NUMBER, FROM_ZONE},
    {DOC_IDENTITY_CARD, DOC_EXPIRY_DATE, FROM_ZONE},
    {DOC_IDENTITY_CARD, DOC_MRZ, FROM_ZONE},
    {DOC_IDENTITY_CARD, DOC_SURNAME, FROM_NAME},
};

static const double kind_sure = 0.8;

/* Errors of the picture: with one of them, what is missing was not to be seen. */
static const enum rc picture_errors[] = {RC_IMAGE_TOO_SMALL, RC_IMAGE_TOO_BLURRY, RC_POOR_LIGHTING,
                                         RC_GLARE,           RC_COVERED,          RC_TOO_FAR_AWAY,
                                         RC_NO_DOCUMENT,     RC_INVALID_IMAGE};
enum { OBSTACLES = 6 /* of them, the first: they lie over a field */ };

bool doc_is_obstacle(enum rc rc)
{
        for (size_t i = 0; i < OBSTACLES; i++) {
                if (picture_errors[i] == rc)
                        return true;
        }
        return false;
}

void doc_errors_add(struct doc_errors *errors, enum rc rc)
{
        if (rc < RC_INVALID_IMAGE || rc >= RC_COUNT || doc_errors_have(errors, rc) ||
            errors->len >= DOC_ERRORS_MAX)
                return;
        errors->codes[errors->len++] = rc;
}

bool doc_errors_have(const struct doc_errors *errors, enum rc rc)
{
        for (size_t i = 0; i < MIN(errors->len, DOC_ERRORS_MAX); i++) {
                if (errors->codes[i] == rc)
                        return true;
        }
        return false;
}

static double confidence_of(const struct judge_input *input, enum doc_field field)
{
        double confidence = input->fields.values[field].confidence;
        return isfinite(confidence) && confidence >= 0 && confidence <= 1 ? confidence : 0;
}

static void keep(const struct judge_input *input, enum doc_field field, struct str text,
                 struct judgement *ret)
{
        doc_set(&ret->fields, field, text, confidence_of(input, field));
}

static void keep_date(enum doc_field field, struct date date, double confidence, struct judgement *ret)
{
        char text[DATE_TEXT_MAX];
        date_format(date, text);
        doc_set(&ret->fields, field, str_from(text), confidence);
}

/* A date that a field gives, within [from, to]; zeroed where it gives none. */
static struct date read_date(const struct judge_input *input, enum doc_field field, struct date from,
                             struct date to)
{
        struct date date;
        if (!date_parse(doc_text(&input->fields, field), &date) || date_compare(date, from) < 0 ||
            date_compare(date, to) > 0)
                return (struct date){0};
        return date;
}

static void judge_name(const struct judge_input *input, struct judgement *ret)
{
        struct str name = doc_text(&input->fields, DOC_NAME);
        if (person_is_korean(name) || person_is_latin(name))
                keep(input, DOC_NAME, name, ret);
}

/* The number gives birth date and sex; a printed birth date that says otherwise discredits it. */
static void judge_id_number(const struct judge_input *input, struct judgement *ret)
{
        struct id_number number;
        if (!id_number_parse(doc_text(&input->fields, DOC_ID_NUMBER), input->today, &number) ||
            number.foreigner != (input->recognised == DOC_ALIEN_CARD)) {
                /* Foreigners hold licences too. */
                if (input->recognised != DOC_DRIVER_LICENSE ||
                    !id_number_parse(doc_text(&input->fields, DOC_ID_NUMBER), input->today, &number))
                        return;
        }
        double confidence = confidence_of(input, DOC_ID_NUMBER);
        struct date printed;
        if (date_parse(doc_text(&input->fields, DOC_BIRTH_DATE), &printed) &&
            date_compare(printed, number.birth) != 0) {
                doc_errors_add(&ret->errors, RC_LOW_CONFIDENCE);
                confidence = MIN(confidence, 0.5);
        }
        doc_set(&ret->fields, DOC_ID_NUMBER, str_from(number.text), confidence);
        keep_date(DOC_BIRTH_DATE, number.birth, confidence, ret);
        doc_set(&ret->fields, DOC_SEX, str_from_bytes(&number.sex, 1), confidence);
}

static void judge_license(const struct judge_input *input, struct judgement *ret)
{
        struct license_number number;
        if (license_number_parse(doc_text(&input->fields, DOC_LICENSE_NUMBER), &number))
                keep(input, DOC_LICENSE_NUMBER, str_from(number.text), ret);
        char classes[LICENSE_CLASS_MAX];
        if (license_class_parse(doc_text(&input->fields, DOC_LICENSE_CLASS), classes))
                keep(input, DOC_LICENSE_CLASS, str_from(classes), ret);
}

/* Printed dates of cards: issued after birth and not in the future; expiry after issue. */
static void judge_dates(const struct judge_input *input, struct judgement *ret)
{
        struct date birth = {1900, 1, 1};
        if (!date_parse(doc_text(&ret->fields, DOC_BIRTH_DATE), &birth))
                birth = (struct date){1900, 1, 1};
        struct date issued = read_date(input, DOC_ISSUE_DATE, birth, input->today);
        if (date_exists(issued))
                keep_date(DOC_ISSUE_DATE, issued, confidence_of(input, DOC_ISSUE_DATE), ret);
        if (doc_kind_has_zone(input->recognised))
                return;
        struct date from = date_exists(issued) ? issued : birth;
        struct date expiry = read_date(input, DOC_EXPIRY_DATE, from, date_add_years(input->today, 30));
        if (date_exists(expiry))
                keep_date(DOC_EXPIRY_DATE, expiry, confidence_of(input, DOC_EXPIRY_DATE), ret);
}

/* A field that a zone tells, against what was read of the print: where both are there they must be the same.
 */
static void agree(const struct judge_input *input, enum doc_field field, struct str told,
                  struct judgement *ret)
{
        struct str printed = doc_text(&input->fields, field);
        double confidence = confidence_of(input, field);
        bool is_name = field == DOC_SURNAME || field == DOC_GIVEN_NAMES;
        bool same = is_name ? person_same(printed, told) : str_equal(printed, told);
        if (printed.len > 0 && !same) {
                doc_errors_add(&ret->errors, RC_LOW_CONFIDENCE);
                confidence = MIN(confidence, 0.5);
        }
        doc_set(&ret->fields, field, told, confidence);
}

/* A passport's name: the Korean one where the Latin one is a way to write it, else the Latin one. */
static void judge_passport_name(const struct mrz *mrz, struct judgement *ret)
{
        char latin[2 * MRZ_LINE_MAX];
        int len = snprintf(latin, sizeof(latin), "%s%s%s", mrz->surname, mrz->given_names[0] ? " " : "",
                           mrz->given_names);
        struct str told = str_from_bytes(latin, (size_t)len), name = doc_text(&ret->fields, DOC_NAME);
        if (person_is_korean(name) && person_spells(name, told))
                return;
        double confidence = MIN(ret->fields.values[DOC_SURNAME].confidence,
                                mrz->given_names[0] ? ret->fields.values[DOC_GIVEN_NAMES].confidence : 1);
        doc_set(&ret->fields, DOC_NAME, told, confidence);
}

static void judge_mrz(const struct judge_input *input, struct judgement *ret)
{
        struct mrz mrz;
        if (!mrz_parse(doc_text(&input->fields, DOC_MRZ), input->today, &mrz))
                return;
        if (input->recognised != mrz_kind(&mrz))
                doc_errors_add(&ret->errors, RC_TYPE_MISMATCH);
        if (!mrz_ok(&mrz))
                doc_errors_add(&ret->errors, RC_CHECK_DIGIT_FAILED);
        char birth[DATE_TEXT_MAX], expiry[DATE_TEXT_MAX], text[MRZ_TEXT_MAX];
        date_format(mrz.birth, birth);
        date_format(mrz.expiry, expiry);
        mrz_text(&mrz, text);
        keep(input, DOC_MRZ, str_from(text), ret);
        agree(input, DOC_PASSPORT_NUMBER, str_from(mrz.number), ret);
        agree(input, DOC_BIRTH_DATE, str_from(birth), ret);
        agree(input, DOC_EXPIRY_DATE, str_from(expiry), ret);
        agree(input, DOC_NATIONALITY, str_from(mrz.nationality), ret);
        agree(input, DOC_SEX, str_from_bytes(&mrz.sex, 1), ret);
        agree(input, DOC_SURNAME, str_from(mrz.surname), ret);
        if (mrz.given_names[0] != '\0' || doc_has(&input->fields, DOC_GIVEN_NAMES))
                agree(input, DOC_GIVEN_NAMES, str_from(mrz.given_names), ret);
        judge_passport_name(&mrz, ret);
}

/* The newest address counts. Changes that are unsure are not told; where the newest is, no address is: that
 * of the front is not the holder's any more. */
static void judge_address(const struct judge_input *input, struct judgement *ret)
{
        const struct doc_change *newest = doc_newest_change(&input->fields);
        keep(input, DOC_ADDRESS, doc_text(&input->fields, DOC_ADDRESS), ret);
        if (newest)
                doc_set(&ret->fields, DOC_ADDRESS, str_from(newest->address.text),
                        newest->address.confidence);
        for (size_t i = 0; i < MIN(input->fields.changes_len, DOC_CHANGES_MAX); i++) {
                const struct doc_change *change = &input->fields.changes[i];
                struct date date;
                if (change->address.confidence >= input->confidence_min &&
                    date_parse(str_from(change->date), &date) && date_compare(date, input->today) <= 0)
                        (void)doc_add_change(&ret->fields, str_from(change->date),
                                             str_from(change->address.text), change->address.confidence);
        }
}

static void judge_fields(const struct judge_input *input, struct judgement *ret)
{
        judge_name(input, ret);
        if (doc_kind_has_zone(input->recognised))
                judge_mrz(input, ret);
        else
                judge_id_number(input, ret);
        if (input->recognised == DOC_DRIVER_LICENSE)
                judge_license(input, ret);
        if (input->recognised == DOC_ALIEN_CARD)
                keep(input, DOC_NATIONALITY, doc_text(&input->fields, DOC_NATIONALITY), ret);
        judge_dates(input, ret);
        judge_address(input, ret);
        keep(input, DOC_ISSUER, doc_text(&input->fields, DOC_ISSUER), ret);
}

static bool is_required(enum doc_kind kind, enum doc_field field)
{
        for (size_t i = 0; i < LEN(required); i++) {
                if (required[i].kind == kind && required[i].field == field)
                        return true;
        }
        return false;
}

static bool is_lacking(const struct judge_input *input, const struct judgement *judgement,
                       enum doc_field field)
{
        return is_required(input->recognised, field) &&
               (!doc_has(&judgement->fields, field) ||
                !(judgement->fields.values[field].confidence >= input->confidence_min));
}

/* Nobody looks for a birth date that the number tells, nor for what stands in a zone that was not read. */
static bool is_told_elsewhere(const struct judge_input *input, const struct judgement *judgement,
                              enum doc_field field)
{
        if (!doc_kind_has_zone(input->recognised))
                return field == DOC_BIRTH_DATE && is_lacking(input, judgement, DOC_ID_NUMBER);
        return (field != DOC_MRZ && !doc_has(&judgement->fields, DOC_MRZ)) ||
               (field == DOC_NAME && is_lacking(input, judgement, DOC_SURNAME));
}

static void advise(const struct judge_input *input, struct judgement *ret)
{
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT; field++) {
                if (!is_lacking(input, ret, field) || is_told_elsewhere(input, ret, field))
                        continue;
                enum rc code = input->obstacles.codes[field];
                if (doc_is_obstacle(code))
                        doc_errors_add(&ret->errors, code);
                else
                        code = doc_has(&ret->fields, field) ? RC_LOW_CONFIDENCE : RC_FIELD_UNREADABLE;
                ret->advice[ret->advice_len++] = (struct doc_advice){code, field};
        }
}

/* The probability that every required field is right, with an error for a missing one. The kind is no
 * probability, but too unlike its kind a document is not believed. */
static void judge_required(const struct judge_input *input, struct judgement *ret)
{
        double least[SOURCES], all = 1;
        for (enum source source = 0; source < SOURCES; source++)
                least[source] = 1;
        for (size_t i = 0; i < LEN(required); i++) {
                if (required[i].kind != input->recognised)
                        continue;
                double *source = &least[required[i].source];
                if (!doc_has(&ret->fields, required[i].field)) {
                        doc_errors_add(&ret->errors, RC_FIELD_UNREADABLE);
                        *source = 0;
                }
                *source = MIN(*source, ret->fields.values[required[i].field].confidence);
        }
        for (enum source source = 0; source < SOURCES; source++)
                all *= least[source];
        double kind = isfinite(input->kind_confidence) ? MAX(input->kind_confidence, 0) : 0;
        ret->confidence = kind >= kind_sure ? all : MIN(all, kind);
        if (!(ret->confidence >= input->confidence_min) &&
            !doc_errors_have(&ret->errors, RC_FIELD_UNREADABLE))
                doc_errors_add(&ret->errors, RC_LOW_CONFIDENCE);
}

static bool name_meets(const struct judge_input *input, const struct judgement *ret)
{
        if (person_same(input->expected_name, doc_text(&ret->fields, DOC_NAME)))
                return true;
        struct str surname = doc_text(&ret->fields, DOC_SURNAME),
                   given = doc_text(&ret->fields, DOC_GIVEN_NAMES);
        char whole[2 * DOC_TEXT_MAX];
        if (surname.len == 0)
                return false;
        memcpy(whole, surname.ptr, surname.len);
        whole[surname.len] = ' ';
        memcpy(whole + surname.len + 1, given.ptr, given.len);
        return person_same(input->expected_name, str_from_bytes(whole, surname.len + 1 + given.len));
}

static void judge_expected(const struct judge_input *input, struct judgement *ret)
{
        if (!str_is_null(input->expected_name) && doc_has(&ret->fields, DOC_NAME)) {
                ret->name_match = name_meets(input, ret) ? DOC_MATCH_YES : DOC_MATCH_NO;
                if (ret->name_match == DOC_MATCH_NO)
                        doc_errors_add(&ret->errors, RC_NAME_MISMATCH);
        }
        struct date birth;
        if (date_exists(input->expected_birth_date) &&
            date_parse(doc_text(&ret->fields, DOC_BIRTH_DATE), &birth)) {
                bool same = date_compare(birth, input->expected_birth_date) == 0;
                ret->birth_date_match = same ? DOC_MATCH_YES : DOC_MATCH_NO;
                if (!same)
                        doc_errors_add(&ret->errors, RC_BIRTH_DATE_MISMATCH);
        }
}

static void judge_expiry(const struct judge_input *input, struct judgement *ret)
{
        struct date expiry;
        if (date_parse(doc_text(&ret->fields, DOC_EXPIRY_DATE), &expiry) &&
            date_compare(expiry, input->today) < 0)
                doc_errors_add(&ret->errors, RC_DOCUMENT_EXPIRED);
}

static bool picture_failed(const struct doc_errors *errors)
{
        for (size_t i = 0; i < LEN(picture_errors); i++) {
                if (doc_errors_have(errors, picture_errors[i]))
                        return true;
        }
        return false;
}

/* What is not asked for is not told unless it is as sure as the rest must be. */
static void drop_unsure(const struct judge_input *input, struct judgement *ret)
{
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT; field++) {
                if (is_required(input->recognised, field) || !doc_has(&ret->fields, field) ||
                    ret->fields.values[field].confidence >= input->confidence_min)
                        continue;
                doc_set(&ret->fields, field, STR_NULL, 0);
                ret->unsure[ret->unsure_len++] = field;
        }
}

size_t doc_count_missing(enum doc_kind kind, const struct doc_fields *fields)
{
        size_t count = 0;
        for (size_t i = 0; i < LEN(required); i++)
                count += required[i].kind == kind && !doc_has(fields, required[i].field);
        return count;
}

void judge_document(const struct judge_input *input, struct judgement *ret)
{
        *ret = (struct judgement){.verdict = DOC_REJECTED};
        for (size_t i = 0; i < MIN(input->errors.len, DOC_ERRORS_MAX); i++)
                doc_errors_add(&ret->errors, input->errors.codes[i]);
        if (input->recognised == DOC_UNKNOWN || input->recognised >= DOC_KIND_COUNT) {
                if (!picture_failed(&ret->errors))
                        doc_errors_add(&ret->errors, RC_NO_DOCUMENT);
                ret->verdict = DOC_FAILED;
                return;
        }
        judge_fields(input, ret);
        advise(input, ret);
        judge_required(input, ret);
        judge_expected(input, ret);
        judge_expiry(input, ret);
        drop_unsure(input, ret);
        if (input->signs_reject && doc_signs_reject(&input->signs))
                doc_errors_add(&ret->errors, RC_AUTHENTICITY_DOUBTFUL);
        if (input->recognised != input->declared || input->declared == DOC_UNKNOWN)
                doc_errors_add(&ret->errors, RC_TYPE_MISMATCH);
        if (ret->errors.len == 0)
                ret->verdict = DOC_SUCCESS;
        else if (doc_errors_have(&ret->errors, RC_FIELD_UNREADABLE) && picture_failed(&ret->errors))
                ret->verdict = DOC_FAILED;
}

const char *doc_verdict_name(enum doc_verdict verdict)
{
        return verdict == DOC_SUCCESS ? "success" : verdict == DOC_REJECTED ? "rejected" : "failed";
}
