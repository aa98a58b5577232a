/* One text out of several readings. */
#include "vision/consensus.h"

#include "unit/test.h"

static double elect(const char *const *readings, size_t len, struct printed *ret)
{
        struct consensus consensus = {0};
        for (size_t i = 0; i < len; i++)
                consensus_add(&consensus, str_from(readings[i]), i % 2 ? OCR_KOR : OCR_SCRIPT);
        return consensus_text(&consensus, ret);
}

TEST(consensus_mends_what_no_reading_has_right)
{
        static const char *const readings[] = {"광나루길3A6-30,119동", "광나루길346-3O,119동",
                                               "광나루길346-30119동", "광나루길346-30,119등"};
        struct printed text;
        double confidence = elect(readings, LEN(readings), &text);
        CHECK_STR(printed_str(&text), "광나루길346-30,119동");
        CHECK(confidence > 0.85 && confidence < 0.95);
}

/* Control: without the look at the rivals' readers, two against two are as sure as four. */
TEST(consensus_is_unsure_where_readers_are_divided)
{
        static const char *const divided[] = {"100번길7", "100번길2", "100번길7", "100번길2"};
        static const char *const alone[] = {"100번길7"};
        struct printed text;
        CHECK(elect(divided, LEN(divided), &text) < 0.8);
        CHECK(elect(alone, LEN(alone), &text) < 0.8);
        CHECK(elect(NULL, 0, &text) == 0);
        CHECK(text.len == 0);
}

TEST(consensus_takes_blanks_from_another_reading)
{
        struct printed text;
        consensus_space(STR("WUQI"), STR("WU Q"), &text);
        CHECK_STR(printed_str(&text), "WU QI");
        consensus_space(STR("MILLERSARAHJANE"), STR("MLLER SARAH JANE"), &text);
        CHECK_STR(printed_str(&text), "MILLER SARAH JANE");
        consensus_space(STR("HAVY"), STR(""), &text);
        CHECK_STR(printed_str(&text), "HAVY");
}

/* Readings as long as they come, and longer: for the sanitizers. */
TEST(consensus_holds_any_reading)
{
        char many[4 * CONSENSUS_POINTS_MAX];
        struct consensus consensus = {0};
        struct printed text;
        memset(many, 'x', sizeof(many));
        for (size_t len = CONSENSUS_POINTS_MAX - 1; len <= CONSENSUS_POINTS_MAX + 1; len++)
                consensus_add(&consensus, str_from_bytes(many, len), OCR_KOR);
        CHECK(consensus.len == 2);
        for (int i = 0; i < 2 * CONSENSUS_READINGS_MAX; i++)
                consensus_add(&consensus, STR("\xff\xfe"), OCR_ENG);
        CHECK(consensus.len <= CONSENSUS_READINGS_MAX);
        CHECK(consensus_text(&consensus, &text) <= 1);
}

/* Control: without the look at what the reader of digits says, the first is as sure as four equal readings.
 */
TEST(consensus_is_unsure_of_digits_that_are_denied)
{
        struct consensus consensus = {0};
        struct printed text;
        for (int i = 0; i < 4; i++)
                consensus_add(&consensus, STR("공원로14-461(사당리)"), i % 2 ? OCR_KOR : OCR_SCRIPT);
        double alone = consensus_text(&consensus, &text);
        struct consensus same = consensus, other = consensus;
        consensus_add(&same, STR("???14-461????"), OCR_GLYPH);
        consensus_add(&other, STR("???14-46?????"), OCR_GLYPH);
        CHECK(consensus_text(&same, &text) == alone && alone > 0.85);
        CHECK_STR(printed_str(&text), "공원로14-461(사당리)");
        CHECK(consensus_text(&other, &text) <= 0.6);
}
