/* Signs of forgery: their scale, their JSON, and that they reject only where the operator wants it. */
#include "doc/authenticity.h"
#include "doc/judge.h"
#include "unit/data.h"
#include "unit/test.h"

#include <math.h>

static bool is(double a, double b)
{
        return fabs(a - b) < 1e-6;
}

/* Negative controls: without either end of the clamp, or isfinite; with `>` for `>=`; with the last strength
 * for the strongest. */
TEST(signs_are_told_and_reject_at_their_limits)
{
        CHECK(is(doc_sign_strength(18, 18, 30), DOC_SIGN_TOLD));
        CHECK(is(doc_sign_strength(30, 18, 30), DOC_SIGN_REJECTS));
        CHECK(doc_sign_strength(17.9, 18, 30) < DOC_SIGN_TOLD &&
              doc_sign_strength(29.9, 18, 30) < DOC_SIGN_REJECTS);
        CHECK(is(doc_sign_strength(-0.08, -0.1, -0.08), DOC_SIGN_REJECTS));
        CHECK(is(doc_sign_strength(1e9, 18, 30), 1) && is(doc_sign_strength(-1e9, 18, 30), 0));
        CHECK(is(doc_sign_strength(NAN, 18, 30), 0) && is(doc_sign_strength(20, 18, 18), 0));
        struct doc_signs signs = {.strengths = {[DOC_SIGN_PAPER] = 0.49}};
        CHECK(is(doc_signs_score(&signs), 1) && !doc_signs_reject(&signs));
        signs.strengths[DOC_SIGN_SCREEN] = 0.79;
        CHECK(is(doc_signs_score(&signs), 0.21) && !doc_signs_reject(&signs));
        signs.strengths[DOC_SIGN_UNEVEN_NUMBER] = 0.8;
        CHECK(doc_signs_reject(&signs));
}

TEST(signs_go_through_json)
{
        struct doc_signs signs = {.strengths = {[DOC_SIGN_SCREEN] = 0.75, [DOC_SIGN_PAPER] = 0.3}}, back;
        CLEANUP(buf_release) struct buf buf;
        json_auto_t *json = NULL;
        buf_init(&buf, 1024);
        struct emit emit = emit_to(&buf);
        emit_open(&emit, NULL);
        doc_signs_emit(&emit, "authenticity", &signs);
        emit_close(&emit);
        CHECK(str_equal(buf_str(&buf),
                        STR("{\"authenticity\":{\"score\":0.25,\"signs\":[{\"code\":\"SCREEN_PHOTOGRAPH\","
                            "\"strength\":0.75}]}}")));
        CHECK(json_parse(buf_str(&buf), 1024, &json));
        CHECK(doc_signs_parse(json_object_get(json, "authenticity"), &back));
        CHECK(is(back.strengths[DOC_SIGN_SCREEN], 0.75) && is(back.strengths[DOC_SIGN_PAPER], 0));
}

#define PAPER "{\"code\":\"PAPER_COPY\",\"strength\":0.6}"

/* What bonin-vision says is parsed as hostile. Negative controls: without the question for an array, for its
 * length, for a known code, for the range of a strength. */
TEST(signs_that_are_none_are_refused)
{
        static const char *const bad[] = {
            "{}",
            "{\"signs\":{}}",
            "{\"signs\":[{}]}",
            "{\"signs\":[{\"code\":\"SHOE_SIZE\",\"strength\":0.6}]}",
            "{\"signs\":[{\"code\":\"PAPER_COPY\",\"strength\":1.5}]}",
            "{\"signs\":[{\"code\":\"PAPER_COPY\",\"strength\":\"1\"}]}",
            "{\"signs\":[{\"code\":\"PAPER_COPY\"}]}",
            "{\"signs\":[" PAPER "," PAPER "," PAPER "," PAPER "," PAPER "," PAPER "," PAPER "]}",
        };
        struct doc_signs signs;
        for (size_t i = 0; i < LEN(bad); i++) {
                json_auto_t *json = NULL;
                CHECK(json_parse(str_from(bad[i]), 1024, &json) && !doc_signs_parse(json, &signs));
        }
        CHECK(doc_signs_parse(NULL, &signs) && is(doc_signs_score(&signs), 1));
}

/* Control: without the line of judge_document that asks for signs_reject, the first or the last CHECK fails.
 */
TEST(signs_reject_where_the_operator_wants_it)
{
        struct judge_input input = {.declared = DOC_RESIDENT_CARD,
                                    .recognised = DOC_RESIDENT_CARD,
                                    .kind_confidence = 1,
                                    .today = {2026, 6, 1},
                                    .confidence_min = 0.8};
        CHECK(doc_set(&input.fields, DOC_NAME, STR("홍길동"), 0.95) &&
              doc_set(&input.fields, DOC_ID_NUMBER, STR("900101-1234568"), 0.95) &&
              doc_set(&input.fields, DOC_ISSUE_DATE, STR("2016-01-15"), 0.95));
        struct judgement judgement;
        input.signs.strengths[DOC_SIGN_SCREEN] = 0.9;
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_SUCCESS);
        input.signs_reject = true;
        input.signs.strengths[DOC_SIGN_SCREEN] = 0.79;
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_SUCCESS);
        input.signs.strengths[DOC_SIGN_SCREEN] = 0.9;
        judge_document(&input, &judgement);
        CHECK(judgement.verdict == DOC_REJECTED && judgement.errors.len == 1 &&
              judgement.errors.codes[0] == RC_AUTHENTICITY_DOUBTFUL);
}
