/* One text out of several readings. */
#include "vision/consensus.h"

#include "unit/test.h"
#include "vision/document_field.h"

static void say(struct consensus *consensus, const char *text, enum ocr_model reader)
{
        struct consensus_reading reading = {.model = reader};
        consensus_spell(&reading, str_from(text));
        consensus_add(consensus, &reading);
}

static double elect(const char *const *readings, size_t len, struct printed *ret)
{
        struct consensus consensus = {0};
        struct basis basis;
        for (size_t i = 0; i < len; i++)
                say(&consensus, readings[i], i % 2 ? OCR_KOR : OCR_SCRIPT);
        return consensus_text(&consensus, ret, &basis) ? basis_probability(&basis, BASIS_ADDRESS) : 0;
}

TEST(consensus_mends_what_no_reading_has_right)
{
        static const char *const readings[] = {"광나루길3A6-30,119동", "광나루길346-3O,119동",
                                               "광나루길346-30119동", "광나루길346-30,119등"};
        struct printed text;
        elect(readings, LEN(readings), &text);
        CHECK_STR(printed_str(&text), "광나루길346-30,119동");
}

/* Control: without the look at the rivals, two against two are as sure as four. */
TEST(consensus_is_unsure_where_readers_are_divided)
{
        static const char *const divided[] = {"100번길7", "100번길2", "100번길7", "100번길2"};
        static const char *const agreed[] = {"100번길7", "100번길7", "100번길7", "100번길7"};
        static const char *const alone[] = {"100번길7"};
        struct printed text;
        double sure = elect(agreed, LEN(agreed), &text);
        CHECK(elect(divided, LEN(divided), &text) < sure - 0.1);
        CHECK(elect(alone, LEN(alone), &text) < sure);
        CHECK(elect(NULL, 0, &text) == 0);
        CHECK(text.len == 0);
}

/* Control: elect() that takes the silence of one reading of the network for a sure word. */
TEST(consensus_is_unsure_of_a_letter_that_the_network_has_seen)
{
        static const struct {
                const char *text;
                enum ocr_model reader;
        } heard[] = {{"WUQI", OCR_NET},   {"WQ", OCR_ENG},  {"WUQI", OCR_NET},
                     {"WWQ", OCR_SCRIPT}, {"WUQ", OCR_NET}, {"WUQ", OCR_ENG}};
        struct consensus consensus = {0};
        struct printed text;
        struct basis basis;
        for (size_t i = 0; i < LEN(heard); i++) {
                struct consensus_reading reading = {.model = heard[i].reader};
                consensus_spell(&reading, str_from(heard[i].text));
                for (size_t k = 0; k < reading.len; k++)
                        reading.sure[k] = OCR_SURE;
                consensus_add(&consensus, &reading);
        }
        CHECK(consensus_text(&consensus, &text, &basis));
        CHECK(basis_probability(&basis, BASIS_LATIN) < 0.9);
}

/* Control: set_field() that does not ask basis_is_of_network_alone(). */
TEST(consensus_of_the_network_alone_is_doubtful)
{
        struct consensus consensus = {0};
        struct document_reading reading = {.kind = DOC_ALIEN_CARD};
        struct printed text;
        struct basis basis;
        for (int i = 0; i < 3; i++) {
                struct consensus_reading said = {.model = OCR_NET};
                consensus_spell(&said, STR("KARIMOV"));
                for (size_t k = 0; k < said.len; k++)
                        said.sure[k] = OCR_SURE;
                consensus_add(&consensus, &said);
        }
        CHECK(consensus_text(&consensus, &text, &basis));
        basis.of[BASIS_PROOF] = 1;
        set_field(&reading, DOC_NAME, printed_str(&text), &basis, BASIS_LATIN);
        set_field(&reading, DOC_ADDRESS, printed_str(&text), &basis, BASIS_ADDRESS);
        CHECK(reading.fields.values[DOC_NAME].confidence <= 0.9);
        CHECK(reading.fields.values[DOC_ADDRESS].confidence > 0.9);
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
        char many[4 * CONSENSUS_POINTS_MAX + 1] = "";
        struct consensus consensus = {0};
        struct printed text;
        struct basis basis;
        for (size_t len = CONSENSUS_POINTS_MAX - 1; len <= CONSENSUS_POINTS_MAX + 1; len++) {
                memset(many, 'x', len);
                say(&consensus, many, OCR_KOR);
        }
        CHECK(consensus.len == 2);
        for (int i = 0; i < 2 * CONSENSUS_READINGS_MAX; i++)
                say(&consensus, "\xff\xfe", OCR_ENG);
        CHECK(consensus.len <= CONSENSUS_READINGS_MAX);
        CHECK(consensus_text(&consensus, &text, &basis));
}

/* Control: without the look at what the reader of digits says, the other is as sure as the same. */
TEST(consensus_is_unsure_of_digits_that_are_denied)
{
        struct consensus consensus = {0};
        struct printed text;
        struct basis basis;
        for (int i = 0; i < 4; i++)
                say(&consensus, "공원로14-461(사당리)", i % 2 ? OCR_KOR : OCR_SCRIPT);
        struct consensus same = consensus, other = consensus;
        say(&same, "???14-461????", OCR_GLYPH);
        say(&other, "???14-46?????", OCR_GLYPH);
        CHECK(consensus_text(&same, &text, &basis) && basis.of[BASIS_GLYPH] > 0 &&
              basis.of[BASIS_GLYPH_OTHER] <= 0);
        CHECK_STR(printed_str(&text), "공원로14-461(사당리)");
        double sure = basis_probability(&basis, BASIS_ADDRESS);
        CHECK(consensus_text(&other, &text, &basis) && basis.of[BASIS_GLYPH_OTHER] > 0);
        CHECK(basis_probability(&basis, BASIS_ADDRESS) < sure);
}
