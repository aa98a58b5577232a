/* The verdict: what is accepted, and each reason for which it is not. */
#include "doc/judge.h"
#include "unit/test.h"

#include <math.h>

static const double sure = 0.95;

static struct judge_input resident(void)
{
        struct judge_input input = {.declared = DOC_RESIDENT_CARD,
                                    .recognised = DOC_RESIDENT_CARD,
                                    .kind_confidence = 1,
                                    .today = {2026, 6, 1},
                                    .confidence_min = 0.8};
        CHECK(doc_set(&input.fields, DOC_NAME, STR("홍길동"), sure));
        CHECK(doc_set(&input.fields, DOC_ID_NUMBER, STR("900101-1234568"), sure));
        CHECK(doc_set(&input.fields, DOC_ISSUE_DATE, STR("2016-01-15"), sure));
        return input;
}

static struct judge_input passport(void)
{
        struct judge_input input = {.declared = DOC_PASSPORT,
                                    .recognised = DOC_PASSPORT,
                                    .kind_confidence = 1,
                                    .today = {2010, 6, 1},
                                    .confidence_min = 0.8};
        CHECK(doc_set(
            &input.fields, DOC_MRZ,
            STR("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"),
            sure));
        static const struct {
                enum doc_field field;
                const char *text;
        } printed[] = {{DOC_NAME, "ERIKSSON ANNA MARIA"},
                       {DOC_SURNAME, "ERIKSSON"},
                       {DOC_GIVEN_NAMES, "ANNA MARIA"},
                       {DOC_PASSPORT_NUMBER, "L898902C3"},
                       {DOC_BIRTH_DATE, "1974-08-12"},
                       {DOC_EXPIRY_DATE, "2012-04-15"},
                       {DOC_SEX, "F"},
                       {DOC_NATIONALITY, "UTO"}};
        for (size_t i = 0; i < LEN(printed); i++)
                CHECK(doc_set(&input.fields, printed[i].field, str_from(printed[i].text), sure));
        return input;
}

static bool refuses(const struct judge_input *input, enum rc with)
{
        struct judgement judgement;
        judge_document(input, &judgement);
        return judgement.verdict != DOC_SUCCESS && doc_errors_have(&judgement.errors, with);
}

TEST(judge_accepts_and_derives)
{
        struct judge_input input = resident();
        struct judgement judgement;
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_SUCCESS && judgement.errors.len == 0);
        CHECK(judgement.name_match == DOC_MATCH_UNKNOWN);
        /* The number, the name and the date; what the number tells is not counted again. */
        CHECK(fabs(judgement.confidence - sure * sure * sure) < 1e-9);
        CHECK_STR(doc_text(&judgement.fields, DOC_BIRTH_DATE), "1990-01-01");
        CHECK_STR(doc_text(&judgement.fields, DOC_SEX), "M");
        input = passport();
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_SUCCESS);
}

TEST(judge_refuses_with_reason)
{
        struct judge_input input = resident();
        input.declared = DOC_PASSPORT;
        CHECK(refuses(&input, RC_TYPE_MISMATCH));
        input = resident();
        input.fields.values[DOC_NAME].confidence = 0.7;
        CHECK(refuses(&input, RC_LOW_CONFIDENCE));
        input = resident();
        doc_set(&input.fields, DOC_ID_NUMBER, STR("900231-1234568"), sure);
        CHECK(refuses(&input, RC_FIELD_UNREADABLE));
        input = resident();
        doc_set(&input.fields, DOC_ISSUE_DATE, STR("2027-01-15"), sure);
        CHECK(refuses(&input, RC_FIELD_UNREADABLE));
        input = resident();
        doc_set(&input.fields, DOC_NAME, STR("<b>홍길동"), sure);
        CHECK(refuses(&input, RC_FIELD_UNREADABLE));
        input = resident();
        doc_set(&input.fields, DOC_BIRTH_DATE, STR("1990-01-02"), sure);
        CHECK(refuses(&input, RC_LOW_CONFIDENCE));
        input = resident();
        input.kind_confidence = 0.0 / 0.0;
        CHECK(refuses(&input, RC_LOW_CONFIDENCE));
}

TEST(judge_tells_failed_from_rejected)
{
        struct judge_input input = resident();
        struct judgement judgement;
        doc_set(&input.fields, DOC_NAME, STR_NULL, 0);
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_REJECTED);
        doc_errors_add(&input.errors, RC_IMAGE_TOO_BLURRY);
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_FAILED);
        input = (struct judge_input){.declared = DOC_RESIDENT_CARD};
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_FAILED && doc_errors_have(&judgement.errors, RC_NO_DOCUMENT));
        input.recognised = 77;
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_FAILED);
}

TEST(judge_compares_expectations)
{
        struct judge_input input = resident();
        struct judgement judgement;
        input.expected_name = STR("홍 길동");
        input.expected_birth_date = (struct date){1990, 1, 1};
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_SUCCESS && judgement.name_match == DOC_MATCH_YES &&
              judgement.birth_date_match == DOC_MATCH_YES);
        input.expected_name = STR("김길동");
        CHECK(refuses(&input, RC_NAME_MISMATCH));
        input = resident();
        input.expected_birth_date = (struct date){1990, 1, 2};
        CHECK(refuses(&input, RC_BIRTH_DATE_MISMATCH));
        input = passport();
        input.expected_name = STR("Anna Maria Eriksson");
        judge_document(&input, &judgement);
        CHECK(judgement.name_match == DOC_MATCH_YES);
}

TEST(judge_holds_the_zone_against_the_print)
{
        struct judge_input input = passport();
        doc_set(&input.fields, DOC_SURNAME, STR("ERIKSEN"), sure);
        CHECK(refuses(&input, RC_LOW_CONFIDENCE));
        input = passport();
        input.fields.values[DOC_MRZ].text[46] = '7'; /* one digit of the number */
        CHECK(refuses(&input, RC_CHECK_DIGIT_FAILED));
        input = passport();
        input.today = (struct date){2012, 4, 16};
        CHECK(refuses(&input, RC_DOCUMENT_EXPIRED));
        input = passport();
        input.fields.values[DOC_MRZ].text[0] = 'I';
        CHECK(refuses(&input, RC_TYPE_MISMATCH));
}

/* A card of any country is known by its zone: as that kind it is accepted, as a passport it is another type.
 * Control: judge_mrz without its question for mrz_kind. */
TEST(judge_tells_identity_cards_from_passports)
{
        static const char td2[] =
            "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
        struct judge_input input = passport();
        struct judgement judgement;
        doc_set(&input.fields, DOC_MRZ, str_from(td2), sure);
        doc_set(&input.fields, DOC_PASSPORT_NUMBER, STR("D23145890"), sure);
        CHECK(refuses(&input, RC_TYPE_MISMATCH));
        input.recognised = DOC_IDENTITY_CARD;
        CHECK(refuses(&input, RC_TYPE_MISMATCH));
        input.declared = DOC_IDENTITY_CARD;
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_SUCCESS);
        CHECK_STR(doc_text(&judgement.fields, DOC_MRZ), td2);
        input = passport();
        input.declared = input.recognised = DOC_IDENTITY_CARD;
        CHECK(refuses(&input, RC_TYPE_MISMATCH));
}

/* Negative control: in judge.c, let advise() not ask the obstacles. */
TEST(judge_tells_which_field_and_why)
{
        struct judge_input input = resident();
        struct judgement judgement;
        judge_document(&input, &judgement);
        CHECK(judgement.advice_len == 0);

        doc_set(&input.fields, DOC_NAME, STR("홍길동"), 0.5);
        doc_set(&input.fields, DOC_ID_NUMBER, STR_NULL, 0);
        input.obstacles.codes[DOC_NAME] = RC_GLARE;
        input.obstacles.codes[DOC_ADDRESS] = RC_COVERED;
        judge_document(&input, &judgement);
        CHECK(judgement.advice_len == 2);
        CHECK(judgement.advice[0].field == DOC_NAME && judgement.advice[0].code == RC_GLARE);
        /* The birth date is the number's; nothing is known to lie over that. */
        CHECK(judgement.advice[1].field == DOC_ID_NUMBER && judgement.advice[1].code == RC_FIELD_UNREADABLE);
        CHECK(judgement.errors.codes[0] == RC_GLARE && judgement.verdict == DOC_FAILED);
        CHECK(!doc_errors_have(&judgement.errors, RC_COVERED));

        /* What lies over a field that was read all the same is nobody's concern; nor is what is no obstacle.
         */
        input = resident();
        input.obstacles.codes[DOC_NAME] = RC_GLARE;
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_SUCCESS && judgement.advice_len == 0);
        doc_set(&input.fields, DOC_NAME, STR("홍길동"), 0.5);
        input.obstacles.codes[DOC_NAME] = RC_DOCUMENT_EXPIRED;
        judge_document(&input, &judgement);
        CHECK(judgement.advice_len == 1 && judgement.advice[0].code == RC_LOW_CONFIDENCE);
        CHECK(!doc_errors_have(&judgement.errors, RC_DOCUMENT_EXPIRED));
}

/* Negative control: let drop_unsure() drop without a word. */
TEST(judge_tells_what_it_left_out_as_doubtful)
{
        struct judge_input input = resident();
        struct judgement judgement;
        doc_set(&input.fields, DOC_ADDRESS, STR("서울특별시 중구 세종대로 110"), 0.5);
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_SUCCESS && judgement.advice_len == 0);
        CHECK(judgement.unsure_len == 1 && judgement.unsure[0] == DOC_ADDRESS);
        CHECK(!doc_has(&judgement.fields, DOC_ADDRESS));
        doc_set(&input.fields, DOC_ADDRESS, STR("서울특별시 중구 세종대로 110"), sure);
        judge_document(&input, &judgement);
        CHECK(judgement.unsure_len == 0 && doc_has(&judgement.fields, DOC_ADDRESS));
}

/* Negative control: let judge_address() keep the front's address. */
TEST(judge_takes_the_newest_address)
{
        struct judge_input input = resident();
        struct judgement judgement;
        doc_set(&input.fields, DOC_ADDRESS, STR("서울특별시 중구 세종대로 110"), sure);
        CHECK(doc_add_change(&input.fields, STR("2021-03-02"), STR("부산광역시 연제구 중앙대로 1001"), sure));
        CHECK(doc_add_change(&input.fields, STR("2018-03-02"), STR("대전광역시 서구 둔산로 100"), sure));
        CHECK(!doc_add_change(&input.fields, STR("2018-13-02"), STR("대전광역시 서구 둔산로 100"), sure));
        judge_document(&input, &judgement);
        CHECK_STR(doc_text(&judgement.fields, DOC_ADDRESS), "부산광역시 연제구 중앙대로 1001");
        CHECK(judgement.fields.changes_len == 2);

        /* An unsure newest one makes the older ones no truer. */
        CHECK(doc_add_change(&input.fields, STR("2024-03-02"), STR("대구광역시 중구 공평로 88"), 0.5));
        judge_document(&input, &judgement);
        CHECK(!doc_has(&judgement.fields, DOC_ADDRESS) && judgement.fields.changes_len == 2);
        CHECK(judgement.verdict == DOC_SUCCESS);
}

TEST(fields_take_only_clean_text)
{
        struct doc_fields fields = {0};
        CHECK(!doc_set(&fields, DOC_NAME, STR("a\x01"), 1) && !doc_has(&fields, DOC_NAME));
        CHECK(!doc_set(&fields, DOC_NAME, STR("\xff"), 1));
        char text[DOC_TEXT_MAX];
        memset(text, 'A', sizeof(text));
        CHECK(!doc_set(&fields, DOC_NAME, str_from_bytes(text, sizeof(text)), 1));
        CHECK(doc_set(&fields, DOC_NAME, str_from_bytes(text, sizeof(text) - 1), 7));
        CHECK(fields.values[DOC_NAME].confidence == 0);
        for (enum doc_field field = 0; field < DOC_FIELD_COUNT; field++)
                CHECK(doc_field_from_name(str_from(doc_field_name(field))) == field);
        CHECK(doc_kind_from_name(STR("unknown")) == DOC_UNKNOWN);
        CHECK(doc_kind_from_name(STR("passport")) == DOC_PASSPORT);
        CHECK(doc_kind_from_name(STR("identity_card")) == DOC_IDENTITY_CARD);
}
