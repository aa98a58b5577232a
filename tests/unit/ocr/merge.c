#include "ocr/clova.h"

#include "unit/test.h"

#include <math.h>

static const struct vision_document_request request = {.declared = DOC_RESIDENT_CARD, .today = {2026, 6, 1}};

static void set(struct doc_fields *fields, enum doc_field field, const char *text, double confidence)
{
        CHECK(doc_set(fields, field, str_from(text), confidence));
}

/* What both read of one card; its number's last digit is right. */
static void both(struct clova_reading *reading, struct vision_document *document)
{
        *reading = (struct clova_reading){.seen = true, .kind = DOC_RESIDENT_CARD, .confident = true};
        *document = (struct vision_document){.kind = DOC_RESIDENT_CARD,
                                             .kind_confidence = 0.7,
                                             .card_jpeg = STR("card"),
                                             .portrait_jpeg = STR("portrait"),
                                             .plain = {.jpeg = STR("plain"), .width = 1000, .height = 630}};
        set(&reading->fields, DOC_NAME, "홍길동", 0);
        set(&reading->fields, DOC_ID_NUMBER, "900101-1234568", 0);
        set(&reading->fields, DOC_ISSUE_DATE, "2016-01-15", 0);
        set(&reading->fields, DOC_ADDRESS, "서울특별시 중구 세종대로 110", 0);
        set(&document->fields, DOC_NAME, "홍길동", 0.96);
        set(&document->fields, DOC_ID_NUMBER, "900101-1234568", 0.85);
        set(&document->fields, DOC_BIRTH_DATE, "1990-01-01", 0.85);
        set(&document->fields, DOC_ISSUE_DATE, "2016-01-15", 0.5);
        set(&document->fields, DOC_ADDRESS, "서울특별시 중구 세종대로110", 0.97);
}

static double confidence(const struct vision_document *document, enum doc_field field)
{
        return document->fields.values[field].confidence;
}

/* What CLOVA tells, and what two tell that err by themselves. */
static const double told = 0.995;

static double both_tell(double own)
{
        return 1 - (1 - told) * (1 - own);
}

static bool is(double a, double b)
{
        return fabs(a - b) < 1e-9;
}

static void judge(const struct vision_document *document, struct judgement *ret)
{
        struct judge_input input = {.declared = request.declared,
                                    .recognised = document->kind,
                                    .kind_confidence = document->kind_confidence,
                                    .fields = document->fields,
                                    .errors = document->errors,
                                    .today = request.today,
                                    .confidence_min = 0.8};
        judge_document(&input, ret);
}

/* Negative control: take the larger of the two. */
TEST(clova_merge_believes_what_both_read_more_than_either)
{
        struct clova_reading reading;
        struct vision_document document;
        struct judgement judgement;
        both(&reading, &document);
        clova_merge(&reading, &request, &document);
        CHECK(is(confidence(&document, DOC_NAME), both_tell(0.96)) &&
              is(confidence(&document, DOC_ID_NUMBER), both_tell(0.85)));
        CHECK(is(confidence(&document, DOC_ISSUE_DATE), both_tell(0.5)) &&
              is(confidence(&document, DOC_ADDRESS), both_tell(0.97)));
        CHECK(is(document.kind_confidence, 0.95) && document.card_jpeg.len > 0);
        judge(&document, &judgement);
        CHECK(judgement.verdict == DOC_SUCCESS && judgement.confidence > 0.99);
}

/* Negative control: let confidence_of answer told_surely where both differ. */
TEST(clova_merge_does_not_believe_it_against_a_sure_reading_of_ours)
{
        struct clova_reading reading;
        struct vision_document document;
        struct judgement judgement;
        both(&reading, &document);
        set(&reading.fields, DOC_NAME, "홍길돈", 0);
        clova_merge(&reading, &request, &document);
        CHECK(is(confidence(&document, DOC_NAME), 0.5));
        judge(&document, &judgement);
        CHECK(judgement.verdict == DOC_REJECTED && doc_errors_have(&judgement.errors, RC_LOW_CONFIDENCE));
        /* One of which we are not sure is outdone. */
        both(&reading, &document);
        set(&reading.fields, DOC_ISSUE_DATE, "2016-01-16", 0);
        clova_merge(&reading, &request, &document);
        CHECK_STR(doc_text(&document.fields, DOC_ISSUE_DATE), "2016-01-16");
        CHECK(is(confidence(&document, DOC_ISSUE_DATE), told));
}

/* Negative control: take told_surely whatever isConfident says. */
TEST(clova_merge_takes_its_own_doubt_for_doubt)
{
        struct clova_reading reading;
        struct vision_document document;
        struct judgement judgement;
        both(&reading, &document);
        reading.confident = false;
        clova_merge(&reading, &request, &document);
        CHECK(is(confidence(&document, DOC_NAME), 0.96)); /* ours is sure */
        CHECK(is(confidence(&document, DOC_ISSUE_DATE), 0.6));
        judge(&document, &judgement);
        CHECK(judgement.verdict == DOC_REJECTED && doc_errors_have(&judgement.errors, RC_LOW_CONFIDENCE));
}

/* Negative control: let is_proved answer true. */
TEST(clova_merge_wants_a_number_proved)
{
        struct clova_reading reading;
        struct vision_document document;
        both(&reading, &document);
        set(&reading.fields, DOC_ID_NUMBER, "900101-1234567", 0);
        (void)doc_set(&document.fields, DOC_ID_NUMBER, STR_NULL, 0);
        clova_merge(&reading, &request, &document);
        CHECK(is(confidence(&document, DOC_ID_NUMBER), 0.75));
        /* Two that read the same are proof too. */
        both(&reading, &document);
        set(&reading.fields, DOC_ID_NUMBER, "900101-1234567", 0);
        set(&document.fields, DOC_ID_NUMBER, "900101-1234567", 0.85);
        clova_merge(&reading, &request, &document);
        CHECK(is(confidence(&document, DOC_ID_NUMBER), both_tell(0.85)));
}

/* Our own reading of it does not stand in. Negative control: let must_tell answer false. */
TEST(clova_merge_misses_what_it_has_to_tell)
{
        struct clova_reading reading;
        struct vision_document document;
        struct judgement judgement;
        both(&reading, &document);
        (void)doc_set(&reading.fields, DOC_NAME, STR_NULL, 0);
        clova_merge(&reading, &request, &document);
        judge(&document, &judgement);
        CHECK(judgement.verdict == DOC_REJECTED && doc_errors_have(&judgement.errors, RC_FIELD_UNREADABLE));
}

TEST(clova_merge_of_kinds_that_differ_keeps_no_picture)
{
        struct clova_reading reading;
        struct vision_document document;
        struct judgement judgement;
        both(&reading, &document);
        document.kind = DOC_PASSPORT;
        clova_merge(&reading, &request, &document);
        CHECK(document.kind == DOC_RESIDENT_CARD && is(document.kind_confidence, 0.5));
        CHECK(document.card_jpeg.len == 0 && document.portrait_jpeg.len == 0 && document.plain.jpeg.len == 0);
        judge(&document, &judgement);
        CHECK(judgement.verdict == DOC_REJECTED && doc_errors_have(&judgement.errors, RC_LOW_CONFIDENCE));
        /* It is CLOVA's kind that must be the declared one. */
        both(&reading, &document);
        reading.kind = DOC_DRIVER_LICENSE;
        clova_merge(&reading, &request, &document);
        judge(&document, &judgement);
        CHECK(judgement.verdict == DOC_REJECTED && doc_errors_have(&judgement.errors, RC_TYPE_MISMATCH));
}

TEST(clova_merge_of_nothing_seen_is_no_document)
{
        struct clova_reading reading = {0}, full;
        struct vision_document document;
        struct judgement judgement;
        both(&full, &document);
        clova_merge(&reading, &request, &document);
        CHECK(document.card_jpeg.len == 0 && document.portrait_jpeg.len == 0);
        CHECK(!doc_has(&document.fields, DOC_NAME));
        judge(&document, &judgement);
        CHECK(judgement.verdict == DOC_FAILED && doc_errors_have(&judgement.errors, RC_NO_DOCUMENT));
}

/* Negative controls: without the question for a list its newest is outdone; with each address of a back kept,
 * as it was, CLOVA is not heard; without that for a difference, the front's is believed as if it were the
 * newer. */
TEST(clova_merge_keeps_the_address_of_a_list_on_the_back)
{
        struct vision_document_request two_sided = request;
        struct clova_reading reading;
        struct vision_document document;
        two_sided.back = STR("back");
        both(&reading, &document);
        set(&document.fields, DOC_ADDRESS, "부산광역시 중구 중앙대로 1", 0.75);
        CHECK(doc_add_change(&document.fields, STR("2021-03-02"), STR("부산광역시 중구 중앙대로 1"), 0.75));
        clova_merge(&reading, &two_sided, &document);
        CHECK_STR(doc_text(&document.fields, DOC_ADDRESS), "부산광역시 중구 중앙대로 1");
        CHECK(is(confidence(&document, DOC_ADDRESS), 0.75));
        /* A back without a list: both tell the front's. */
        both(&reading, &document);
        clova_merge(&reading, &two_sided, &document);
        CHECK(is(confidence(&document, DOC_ADDRESS), both_tell(0.97)));
        /* They tell two. */
        both(&reading, &document);
        set(&document.fields, DOC_ADDRESS, "부산광역시 중구 중앙대로 1", 0.75);
        clova_merge(&reading, &two_sided, &document);
        CHECK(is(confidence(&document, DOC_ADDRESS), 0.5));
        /* CLOVA tells none: ours stands. */
        both(&reading, &document);
        (void)doc_set(&reading.fields, DOC_ADDRESS, STR_NULL, 0);
        clova_merge(&reading, &two_sided, &document);
        CHECK(is(confidence(&document, DOC_ADDRESS), 0.97));
        /* None on either side of ours: CLOVA's. */
        both(&reading, &document);
        (void)doc_set(&document.fields, DOC_ADDRESS, STR_NULL, 0);
        clova_merge(&reading, &two_sided, &document);
        CHECK_STR(doc_text(&document.fields, DOC_ADDRESS), "서울특별시 중구 세종대로 110");
        CHECK(is(confidence(&document, DOC_ADDRESS), told));
}

/* The zone is ours alone, and what CLOVA read of the print must agree with it. */
TEST(clova_merge_leaves_the_zone_to_us)
{
        static const struct vision_document_request ask = {.declared = DOC_PASSPORT, .today = {2026, 6, 1}};
        struct clova_reading reading = {.seen = true, .kind = DOC_PASSPORT, .confident = true};
        struct vision_document document = {.kind = DOC_PASSPORT, .kind_confidence = 0.95};
        set(&document.fields, DOC_MRZ, "PMKORHONG<<GILDONG", 0.96);
        set(&document.fields, DOC_NAME, "홍길동", 0.9);
        set(&document.fields, DOC_SEX, "M", 0.9);
        set(&reading.fields, DOC_SEX, "F", 0);
        clova_merge(&reading, &ask, &document);
        CHECK_STR(doc_text(&document.fields, DOC_MRZ), "PMKORHONG<<GILDONG");
        CHECK_STR(doc_text(&document.fields, DOC_NAME), "홍길동");
        CHECK(is(confidence(&document, DOC_SEX), 0.5));
}

/* Negative controls: without each condition of clova_hides_number the row that names it is believed. */
TEST(clova_masks_are_believed_only_where_they_hide_the_number)
{
        static const struct {
                const char *what;
                struct vision_box number, mask;
                bool hides;
        } rows[] = {
            {"as it should be", {100, 250, 450, 40}, {330, 248, 222, 44}, true},
            {"all of the number", {100, 250, 450, 40}, {98, 248, 454, 44}, true},
            {"no number told", {0, 0, 0, 0}, {330, 248, 222, 44}, false},
            {"a number of a few pixels", {100, 250, 20, 4}, {110, 250, 10, 4}, false},
            {"a number that is no line", {100, 250, 200, 190}, {180, 250, 120, 190}, false},
            {"a number outside of the card", {800, 250, 450, 40}, {1030, 248, 222, 44}, false},
            {"a mask elsewhere", {100, 250, 450, 40}, {330, 500, 222, 44}, false},
            {"a mask that begins too late", {100, 250, 450, 40}, {450, 248, 102, 44}, false},
            {"a mask that ends too early", {100, 250, 450, 40}, {330, 248, 150, 44}, false},
            {"a mask that is a thin line", {100, 250, 450, 40}, {330, 268, 222, 4}, false},
            {"a mask over half the card", {100, 250, 450, 40}, {0, 0, 1000, 630}, false},
        };
        static const struct vision_plain plain = {.width = 1000, .height = 630};
        for (size_t i = 0; i < LEN(rows); i++) {
                struct clova_reading reading = {
                    .seen = true, .number = rows[i].number, .masks = {rows[i].mask}, .masks_len = 1};
                if (clova_hides_number(&reading, &plain) != rows[i].hides)
                        test_fail(__FILE__, __LINE__, rows[i].what);
        }
        struct clova_reading unmasked = {.seen = true, .number = rows[0].number};
        CHECK(!clova_hides_number(&unmasked, &plain));
}
