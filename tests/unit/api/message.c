/* What people are told: what is wrong and what to do, and of a face in words of a face. */
#include "api/message.h"

#include "unit/test.h"

#include <string.h>

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

/* What bonin-vision and the frames may be told of, and what is said where nobody could look. */
static const enum rc of_faces[] = {RC_INVALID_IMAGE,
                                   RC_IMAGE_TOO_SMALL,
                                   RC_IMAGE_TOO_BLURRY,
                                   RC_POOR_LIGHTING,
                                   RC_GLARE,
                                   RC_COVERED,
                                   RC_TOO_FAR_AWAY,
                                   RC_NO_FACE,
                                   RC_SEVERAL_FACES,
                                   RC_TURNED_AWAY,
                                   RC_NOT_LIVE,
                                   RC_CHALLENGE_FAILED,
                                   RC_FLAT_FACE,
                                   RC_FACE_CHANGED,
                                   RC_FRAMES_REPEATED,
                                   RC_TIMED_OUT,
                                   RC_CHALLENGE_EXPIRED,
                                   RC_CHALLENGE_NOT_FOUND,
                                   RC_CHALLENGE_REQUIRED};

/* Controls: leave one out of `texts`; give one the words of RC_IMAGE_TOO_SMALL in `of_face`. */
TEST(faults_of_the_portrait_are_told_of_the_document)
{
        static const enum rc of_portrait[] = {RC_NO_PORTRAIT, RC_PORTRAIT_TOO_SMALL, RC_PORTRAIT_TOO_BLURRY,
                                              RC_PORTRAIT_POOR_LIGHTING, RC_PORTRAIT_COVERED};
        for (size_t i = 0; i < LEN(of_portrait); i++) {
                CHECK(strstr(message_of_face(of_portrait[i], LANG_KO), "신분증") != NULL);
                CHECK(strstr(message_of_face(of_portrait[i], LANG_EN), "document") != NULL);
        }
}

/* Control: leave one out of `of_face`, or one out of `texts`. */
TEST(faces_are_told_of_in_words_of_a_face)
{
        static const char *const documents[2] = {"신분증", "document"};
        for (size_t i = 0; i < LEN(of_faces); i++)
                for (int lang = 0; lang < 2; lang++) {
                        const char *text = message_of_face(of_faces[i], (enum lang)lang);
                        CHECK(strcmp(text, message_text(RC_INTERNAL, (enum lang)lang)) != 0);
                        CHECK(strstr(text, documents[lang]) == NULL);
                }
        CHECK(strstr(message_of_face(RC_COVERED, LANG_EN), "mask") != NULL);
        CHECK(strstr(message_text(RC_COVERED, LANG_EN), "document") != NULL);
}
