/* Which of several readings is believed, and how much. */
#include "vision/tally.h"

#include "unit/test.h"

#include <math.h>

static struct tally tally;

/* A reading of the text, all letters of which are so sure. */
static void read_as(const char *text, double sure, struct ocr_line *ret)
{
        *ret = (struct ocr_line){.symbols_len = strlen(text)};
        memcpy(ret->text, text, strlen(text) + 1);
        for (size_t i = 0; i < ret->symbols_len; i++) {
                ret->offsets[i] = (uint16_t)i;
                ret->sizes[i] = 1;
                ret->sure[i] = (uint16_t)(sure * OCR_SURE);
        }
}

static void say(const char *text, enum ocr_model reader, double sure)
{
        struct ocr_line read;
        read_as(text, sure, &read);
        tally_add(&tally, str_from(text), reader, &read);
}

static double best(const char *text)
{
        const struct tally_entry *entry = tally_best(&tally);
        CHECK(entry != NULL);
        CHECK_STR(str_from(entry->text), text);
        return tally_confidence(&tally, entry, false);
}

/* Control: with the weights of the network's measures at 0, the second does not exceed the first. */
TEST(tally_believes_readers_of_different_kinds)
{
        tally = (struct tally){.sort = BASIS_DATE};
        CHECK(tally_confidence(&tally, tally_best(&tally), false) == 0);
        say("2004-01-07", OCR_KOR, 1);
        say("2004-01-07", OCR_KOR, 1);
        double one_kind = best("2004-01-07");
        tally = (struct tally){.sort = BASIS_DATE};
        say("2004-01-07", OCR_KOR, 1);
        say("2004-01-07", OCR_NET, 0.999);
        double two_kinds = best("2004-01-07");
        say("2004-01-07", OCR_GLYPH, 1);
        CHECK(two_kinds > one_kind);
        CHECK(best("2004-01-07") > two_kinds);
}

/* A mistake that all models of Tesseract share. Control: without BASIS_GLYPH_OTHER it stays as sure. */
TEST(tally_doubts_what_the_glyphs_deny)
{
        tally = (struct tally){.sort = BASIS_DATE};
        say("2004-01-02", OCR_SCRIPT, 1);
        say("2004-01-02", OCR_KOR, 1);
        say("2004-01-02", OCR_ENG, 1);
        double before = best("2004-01-02");
        say("2004-01-07", OCR_GLYPH, 1);
        CHECK(best("2004-01-02") < before);
}

TEST(tally_believes_a_doubting_reader_less)
{
        double sure[2];
        for (int i = 0; i < 2; i++) {
                tally = (struct tally){.sort = BASIS_NUMBER};
                say("11-18-938381-92", OCR_NET, i ? 0.999 : 0.6);
                sure[i] = best("11-18-938381-92");
        }
        CHECK(sure[0] < sure[1]);
}

TEST(ocr_sure_is_the_least_sure_of_the_letters_taken)
{
        struct ocr_line read;
        read_as("12 2004. 1. 7.", 0.9, &read);
        read.sure[0] = 100;          /* of the first 1, which is none of the date's */
        read.sure[8] = OCR_SURE / 2; /* a dot, which the date does not have either */
        CHECK(fabs(ocr_sure(&read, STR("2004")) - 0.9) < 1e-9);
        read.sure[12] = OCR_SURE / 4; /* of the 7 */
        CHECK(fabs(ocr_sure(&read, STR("2004-01-07")) - 0.25) < 1e-9);
        CHECK(ocr_sure(&read, STR("")) == 0);
        CHECK(ocr_sure(&read, STR("가나다")) == 0);
}

/* Control: without the question whether others read more, the letter that a model shares is contested, too.
 */
TEST(basis_is_contested_where_others_read_another_letter)
{
        struct basis basis = {0};
        basis.of[BASIS_NET_SURE] = 0.6f;
        CHECK(!basis_is_contested(&basis)); /* nobody reads another */
        basis.of[BASIS_OTHERS] = 1;
        CHECK(basis_is_contested(&basis));
        basis.of[BASIS_TESSERACT] = 0.5f;
        CHECK(!basis_is_contested(&basis)); /* some read the same, and the network is sure enough for that */
        basis.of[BASIS_NET_SURE] = 0.5f;
        CHECK(basis_is_contested(&basis));
        basis.of[BASIS_OTHERS] = 0.5f;
        basis.of[BASIS_TESSERACT] = 1;
        basis.of[BASIS_NET_SURE] = 0.4f;
        CHECK(!basis_is_contested(&basis));
}
