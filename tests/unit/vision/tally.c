#include "vision/tally.h"

#include "unit/test.h"

static struct tally tally;

static void say(const char *text, enum ocr_model reader)
{
        tally_add(&tally, str_from(text), reader);
}

static double best(const char *text)
{
        const struct tally_entry *entry = tally_best(&tally);
        CHECK(entry != NULL);
        CHECK_STR(str_from(entry->text), text);
        return tally_confidence(&tally, entry, false);
}

TEST(tally_believes_different_readers)
{
        tally = (struct tally){0};
        CHECK(tally_confidence(&tally, tally_best(&tally), false) == 0);
        say("2004-01-07", OCR_KOR);
        CHECK(best("2004-01-07") < 0.8);
        say("2004-01-07", OCR_KOR);
        CHECK(best("2004-01-07") < 0.8);
        say("2004-01-07", OCR_ENG);
        CHECK(best("2004-01-07") > 0.8);
}

/* A mistake that all models of Tesseract share. Control: without the look at glyph_rivals it is believed. */
TEST(tally_doubts_what_the_glyphs_deny)
{
        tally = (struct tally){0};
        say("2004-01-02", OCR_SCRIPT);
        say("2004-01-02", OCR_KOR);
        say("2004-01-02", OCR_ENG);
        CHECK(best("2004-01-02") > 0.8);
        say("2004-01-07", OCR_GLYPH);
        CHECK(best("2004-01-02") < 0.8);
        say("2004-01-02", OCR_ENG);
        CHECK(best("2004-01-02") < 0.8);
}

TEST(tally_lets_the_glyphs_decide)
{
        tally = (struct tally){0};
        say("2004-01-07", OCR_GLYPH);
        say("2004-01-07", OCR_GLYPH);
        CHECK(best("2004-01-07") < 0.8); /* alone they prove nothing */
        tally = (struct tally){0};
        say("2004-01-02", OCR_KOR);
        say("2004-01-07", OCR_SCRIPT);
        say("2004-01-07", OCR_GLYPH);
        CHECK(best("2004-01-07") > 0.9);
        /* but with one picture not against two others that agree */
        say("2004-01-02", OCR_ENG);
        CHECK(tally_confidence(&tally, tally_best(&tally), false) < 0.8);
        say("2004-01-07", OCR_GLYPH);
        CHECK(best("2004-01-07") > 0.8);
        /* and not once it has said another thing */
        say("2004-01-01", OCR_GLYPH);
        CHECK(best("2004-01-07") < 0.8);
}
