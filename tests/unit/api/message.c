/* What people are told of their face: in words of a face. */
#include "api/message.h"

#include "unit/test.h"

#include <string.h>

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
                                   RC_MODEL_MISSING,
                                   RC_TIMED_OUT,
                                   RC_CHALLENGE_EXPIRED,
                                   RC_CHALLENGE_NOT_FOUND,
                                   RC_CHALLENGE_REQUIRED};

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
