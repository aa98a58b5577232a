#include "api/message.h"

#include "unit/test.h"

/* Sentences that end in `text`. */
static int sentences(const char *text)
{
        int count = 0;
        for (const char *at = text; *at; at++)
                count += *at == '.' && (at[1] == ' ' || at[1] == '\0');
        return count;
}

/* What is wrong, and what to do now. Negative control: a second sentence taken out of any of the texts. */
TEST(message_of_a_verdict_says_what_to_do)
{
        for (enum lang lang = LANG_KO; lang <= LANG_EN; lang++) {
                CHECK(sentences(message_text(RC_MAX_ATTEMPTS_EXCEEDED, lang)) >= 2);
                for (enum rc rc = RC_INVALID_IMAGE; rc < RC_COUNT; rc++)
                        if (sentences(message_text(rc, lang)) < 2)
                                test_fail(__FILE__, __LINE__, rc_code(rc));
        }
}

/* The limit is the operator's: a number here would be wrong for some. */
TEST(message_of_a_large_file_names_no_size)
{
        for (enum lang lang = LANG_KO; lang <= LANG_EN; lang++)
                CHECK(strpbrk(message_text(RC_FILE_TOO_LARGE, lang), "0123456789") == NULL);
}
