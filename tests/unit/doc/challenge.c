#include "doc/challenge.h"

#include "unit/test.h"

#include <string.h>

TEST(challenges_drawn_are_whole_and_none_is_preferred)
{
        int firsts[FACE_ACTION_COUNT] = {0}, lengths[CHALLENGE_ACTIONS_MAX + 1] = {0};
        enum { DRAWS = 4096 };
        uint32_t state = 1;
        for (int i = 0; i < DRAWS; i++) {
                uint8_t random[8];
                struct challenge challenge, parsed;
                char text[CHALLENGE_TEXT_MAX];
                for (size_t k = 0; k < sizeof(random); k++) {
                        state = state * 1664525 + 1013904223;
                        random[k] = (uint8_t)(state >> 24);
                }
                challenge_draw(random, &challenge);
                challenge_format(&challenge, text);
                CHECK(challenge_parse(str_from(text), &parsed));
                CHECK(parsed.len == challenge.len);
                CHECK(strstr(text, "turn_") != NULL); /* control: no exchange of the last action */
                firsts[challenge.actions[0]]++;
                lengths[challenge.len]++;
        }
        for (int i = 0; i < FACE_ACTION_COUNT; i++)
                CHECK(firsts[i] > DRAWS / 5 && firsts[i] < DRAWS / 3);
        CHECK(lengths[2] > DRAWS / 3 && lengths[3] > DRAWS / 3);
}

TEST(challenges_of_another_make_are_refused)
{
        static const char *const texts[] = {"",
                                            "turn_left",
                                            "turn_left,",
                                            "turn_left,turn_left",
                                            "turn_left,wink",
                                            ",turn_left,look_up",
                                            "turn_left,look_up,turn_right,come_closer"};
        struct challenge challenge;
        for (size_t i = 0; i < LEN(texts); i++)
                CHECK(!challenge_parse(str_from(texts[i]), &challenge));
}

TEST(frames_come_at_times_of_a_camera)
{
        static const struct {
                int64_t times_ms[FRAMES_MAX + 1];
                size_t len;
                bool plausible;
        } cases[] = {
            {{100, 400, 700, 1000, 1300, 1700}, 6, true},
            {{100, 400, 700, 1000, 1700}, 5, false},             /* too few */
            {{100, 120, 140, 160, 180, 200}, 6, false},          /* all at once */
            {{100, 400, 400, 1000, 1300, 1700}, 6, false},       /* one twice */
            {{100, 700, 400, 1000, 1300, 1700}, 6, false},       /* not in order */
            {{-1, 400, 700, 1000, 1300, 1700}, 6, false},        /* before it was asked */
            {{100, 400, 700, 1000, 1300, 60001}, 6, false},      /* when it was over */
            {{100, 400, 700, 1000, 13000, 13500}, 6, false},     /* with a pause to make something up */
            {{100, INT64_MIN, 700, 1000, 1300, 1700}, 6, false}, /* as far apart as numbers are */
            {{100, INT64_MAX, INT64_MIN, 1000, 1300, 1700}, 6, false},
        };
        for (size_t i = 0; i < LEN(cases); i++)
                CHECK(frame_times_plausible(cases[i].times_ms, cases[i].len) == cases[i].plausible);
}
